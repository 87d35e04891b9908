import { check } from '@vividmed/core';
import type { DataSet } from 'dicom-parser';
import type { ReadOptions } from '../limits.js';
import type { Shape3, Volume } from '../volume.js';
import { decodeFrame } from './coded.js';
import { parseDataSet, PIXEL_DATA } from './dataset.js';
import { codedFrames, isEncapsulated } from './fragments.js';
import { readGeometry } from './geometry.js';
import { type ImageHeader, readHeader } from './header.js';
import { nativeCells } from './native.js';
import { decodeRle } from './rle.js';
import { applyScale, brightness, readScale, storedValues } from './values.js';

/**
 * Reads one DICOM file (PS3.10) with pixels: frames become the depth of the volume, colours their luminance.
 *
 * Nothing about the patient is read. It is asynchronous because a codec is loaded when a file first needs it.
 *
 * @throws {VividMedError} data for files that are damaged or not DICOM, unsupported for what is not read
 */
export async function readDicom(bytes: Uint8Array, options: ReadOptions = {}): Promise<Volume> {
  // A Buffer of Node slices without copying, which nothing below expects.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const file = parseDataSet(plain, options);
  const { dataSet } = file;
  const header = readHeader(file, options);
  const scale = readScale(dataSet, header);
  const shape: Shape3 = [header.frames, header.rows, header.columns];
  const data = await readBrightness(dataSet, header);
  const storableRange = applyScale(data, header, scale);
  return {
    data,
    shape,
    ...readGeometry(dataSet, shape),
    modality: header.modality,
    unit: scale.unit,
    storableRange,
    source: { format: 'dicom', photometric: header.photometric, transferSyntax: header.transferSyntax },
    warnings: [],
  };
}

/** Stored brightness of all frames, before any scale. */
async function readBrightness(dataSet: DataSet, header: ImageHeader): Promise<Float32Array> {
  const element = dataSet.elements[PIXEL_DATA];
  check(
    element !== undefined && isEncapsulated(element) === (header.coding !== 'native'),
    'data',
    `readDicom: expected ${header.coding === 'native' ? 'plain pixel data' : 'fragments of coded pixels'}, found the other.`,
    'The pixels are not stored as the transfer syntax says.',
  );
  const { rows, columns, frames, bitsAllocated } = header;
  const native = header.coding === 'native' ? nativeCells(dataSet, element, header) : undefined;
  const coded = native === undefined ? codedFrames(dataSet, element, frames) : [];
  const data = new Float32Array(frames * rows * columns);
  for (let frame = 0; frame < frames; frame++) {
    const size = (native?.length ?? 0) / frames;
    const { cells, bits, isRgb } =
      native !== undefined
        ? { cells: native.subarray(frame * size, (frame + 1) * size), bits: bitsAllocated, isRgb: false }
        : header.coding === 'rle'
          ? { cells: decodeRle(coded[frame] as Uint8Array, header), bits: bitsAllocated, isRgb: false }
          : await decodeFrame(coded[frame] as Uint8Array, header);
    data.set(brightness(storedValues(cells, bits, header), header, isRgb), frame * rows * columns);
  }
  return data;
}
