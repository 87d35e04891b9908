import { bytesPerSample, type ByteOrder, readSamples, type Samples, type SampleType } from './samples.js';

/** Numbers in a file whose volumes may lie apart or interleaved. */
export interface SampleLayout {
  type: SampleType;
  order: ByteOrder;
  /** Byte where they begin. */
  start: number;
  /** Numbers that lie together before the next volume has its turn: all of a volume when they lie apart. */
  run: number;
  numVolumes: number;
  /** Numbers of one volume, a multiple of `run`. */
  count: number;
}

/** The numbers of one volume. @throws {VividMedError} data, when the file ends before them */
export function gatherVolume(where: string, bytes: Uint8Array, layout: SampleLayout, index: number): Samples {
  const { type, order, start, run, numVolumes, count } = layout;
  const size = bytesPerSample(type);
  if (run === count || numVolumes === 1) {
    return readSamples(where, bytes, { type, order, start: start + index * count * size, count });
  }
  const packed = new Uint8Array(count * size);
  for (let turn = 0; turn * run < count; turn++) {
    const from = start + (turn * numVolumes + index) * run * size;
    packed.set(bytes.subarray(from, from + run * size), turn * run * size);
  }
  return readSamples(where, packed, { type, order, start: 0, count });
}
