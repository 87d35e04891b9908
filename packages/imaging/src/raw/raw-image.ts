import { check } from '@vividmed/core';
import { checkVoxels, type ReadOptions } from '../limits.js';
import type { ImageSource, ImageWarning, Shape3, SpacingSource, Affine } from '../volume.js';
import type { Samples, SampleType } from './samples.js';

/** Options of the readers of grids (NIfTI, NRRD, MetaImage, TIFF), which do not say how they were made. */
export interface GridOptions extends ReadOptions {
  /**
   * DICOM modality, `OT` (other) unless given. With `CT` the numbers are taken for Hounsfield units: no header of these
   * formats says so.
   */
  modality?: string;
}

/** What the header of a grid says, and its numbers as they are stored, one volume at a time. */
export interface RawImage {
  format: ImageSource['format'];
  shape: Shape3;
  /** Volumes on one grid, such as the time points of a series. */
  numVolumes: number;
  /** Numbers for each voxel, next to each other: 1 for grey, 3 or 4 for colours. */
  channels: number;
  type: SampleType;
  /** Stored numbers of one volume, [D,H,W,C]. */
  read(index: number): Samples;
  /** value = slope * stored + intercept, where the file has it. */
  scale?: { slope: number; intercept: number };
  spacingMm: Shape3;
  spacingSource: SpacingSource;
  affine?: Affine;
  /** What the numbers of volume `index` stand for, when it is a label map that says so. */
  namesOf(index: number): ReadonlyMap<number, string> | undefined;
  warnings: readonly ImageWarning[];
}

/** @throws {VividMedError} data, when there is no such volume. */
export function checkIndex(where: string, { numVolumes }: RawImage, index: number): void {
  check(
    Number.isInteger(index) && index >= 0 && index < numVolumes,
    'data',
    `${where}: expected the number of a volume, 0 to ${numVolumes - 1}, found ${index}.`,
  );
}

/** The volume of a file that holds one. @throws {VividMedError} data, for several. */
export function checkSingle(where: string, { numVolumes }: RawImage, hint: string): void {
  check(numVolumes === 1, 'data', `${where}: expected a file with one volume, found ${numVolumes}.`, hint);
}

/** @throws {VividMedError} data, for sides that are none and for more voxels than the cap, all volumes together. */
export function checkSize(where: string, shape: Shape3, numVolumes: number, options: ReadOptions): void {
  checkVoxels(where, numVolumes === 1 ? shape : [numVolumes, ...shape], options);
}

export const voxelsOf = ([depth, height, width]: Shape3): number => depth * height * width;
