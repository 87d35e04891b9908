import type { ReadOptions } from '../limits.js';
import type { Volume } from '../volume.js';
import { loadFile, type DicomFile } from './dicom-file.js';
import { PIXEL_DATA } from './parse-attributes.js';
import { frameDecoder } from './frame-decoder.js';
import { functionalGroups } from './functional-groups.js';
import { reopen } from './instance.js';
import type { Slice } from './slice.js';
import type { Stack } from './stack.js';
import { applyScale, fillPadding, readScale } from './values.js';
import { readVoi } from './voi.js';

/** What the slices of a volume say together. */
interface Reading {
  darkest: number;
  hasGaps: boolean;
  range: [number, number];
  units: Set<Volume['unit']>;
  voi: Volume['voi'];
}

/**
 * Decodes the slices of a stack into one array. Files are opened one after the other and none is kept.
 *
 * @throws {VividMedError} data, unsupported
 */
export async function readVolume(
  stack: Stack,
  files: readonly DicomFile[],
  warnings: Volume['warnings'],
  options: ReadOptions,
): Promise<Volume> {
  const { shape, geometry, slices } = stack;
  const { header } = (slices[0] as Slice).instance;
  const size = shape[1] * shape[2];
  const data = new Float32Array(shape[0] * size);
  const reading: Reading = {
    darkest: Number.POSITIVE_INFINITY,
    hasGaps: false,
    range: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    units: new Set(),
    voi: undefined,
  };
  for (const [file, places] of placesByFile(slices)) {
    await readFrames(
      await loadFile(files[file] as DicomFile),
      places,
      (at) => data.subarray(at * size, (at + 1) * size),
      reading,
      options,
    );
  }
  const darkest = Number.isFinite(reading.darkest) ? reading.darkest : reading.range[0];
  if (reading.hasGaps) fillPadding(data, darkest);
  return {
    data,
    shape,
    ...geometry,
    modality: header.modality,
    unit: reading.units.size === 1 && reading.units.has('HU') ? 'HU' : 'none',
    storableRange: reading.range,
    ...(reading.voi === undefined ? {} : { voi: reading.voi }),
    source: { format: 'dicom', photometric: header.photometric, transferSyntax: header.transferSyntax },
    warnings,
  };
}

/** A slice and its index along the depth of the volume. */
interface Place {
  slice: Slice;
  at: number;
}

function placesByFile(slices: readonly Slice[]): Map<number, Place[]> {
  const places = new Map<number, Place[]>();
  for (const [at, slice] of slices.entries()) {
    const others = places.get(slice.file);
    if (others === undefined) places.set(slice.file, [{ slice, at }]);
    else others.push({ slice, at });
  }
  return places;
}

async function readFrames(
  bytes: Uint8Array,
  places: readonly Place[],
  target: (at: number) => Float32Array,
  reading: Reading,
  options: ReadOptions,
): Promise<void> {
  const { instance } = (places[0] as Place).slice;
  const { header } = instance;
  const { dataSet } = reopen(bytes, instance, options);
  const decode = frameDecoder(dataSet, header);
  const groupsOf = functionalGroups(dataSet);
  for (const { slice, at } of places) {
    const groups = groupsOf(slice.frame.index);
    const scale = readScale(dataSet, groups, header);
    const values = target(at);
    values.set(await decode(slice.frame.index, scale.palette));
    reading.darkest = Math.min(reading.darkest, applyScale(values, scale));
    reading.hasGaps ||= scale.padding !== undefined || header.pixels !== PIXEL_DATA;
    reading.range = [Math.min(reading.range[0], scale.range[0]), Math.max(reading.range[1], scale.range[1])];
    reading.units.add(scale.unit);
    if (at === 0) reading.voi = readVoi(dataSet, groups, scale);
  }
}
