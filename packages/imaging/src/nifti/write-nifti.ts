import { check } from '@vividmed/core';
import { gzip } from '../compression.js';
import type { LabelMap } from '../label-map.js';
import { affineFromGrid, type FileGrid, gridFromAffine, scaled, spacingFromGrid } from '../raw/affine.js';
import { voxelsOf } from '../raw/raw-image.js';
import { bytesOf, bytesPerSample, integerRange, isFloat, type SampleType } from '../raw/samples.js';
import type { Volume } from '../volume.js';
import { dataTypeCode } from './data-types.js';
import { HEADER_BYTES } from './header.js';
import { LABEL_TABLE_CODE, labelTable } from './label-table.js';
import { quaternionOf } from './quaternion.js';

/** How a NIfTI file is written. */
export interface WriteNiftiOptions {
  /** `.nii.gz`, true unless given. */
  isGzip?: boolean;
  /** Numbers of a volume: `float32` unless given. Label maps keep the type of their labels. */
  dataType?: 'uint8' | 'int16' | 'uint16' | 'int32' | 'float32';
}

const SCANNER_ANATOMICAL = 1;
const MILLIMETRES = 2;
const INTENT_LABEL = 1002;
const LARGEST_SIDE = 32767;

/**
 * Writes a volume or a label map as NIfTI-1 on its own grid, little endian.
 *
 * The affine goes into the sform, and into the qform too unless it is sheared, which a qform cannot say; both with the
 * code of scanner coordinates. Without an affine both codes are 0. Names of labels go into a header extension, as
 * TotalSegmentator does. NIfTI-1 keeps the affine as 32-bit floats.
 *
 * @throws {VividMedError} data, for values that the data type cannot hold; unsupported, for sides above 32767; shape
 */
export async function writeNifti(image: Volume | LabelMap, options: WriteNiftiOptions = {}): Promise<Uint8Array> {
  const stored = storedBytes(image, options);
  const extension = 'labels' in image && image.names !== undefined ? extensionOf(labelTable(image.names)) : undefined;
  const voxelStart = HEADER_BYTES[1] + 4 + (extension?.length ?? 0);
  const file = new Uint8Array(voxelStart + stored.bytes.length);
  writeHeader(file, image, { type: stored.type, voxelStart });
  if (extension !== undefined) {
    file[HEADER_BYTES[1]] = 1;
    file.set(extension, HEADER_BYTES[1] + 4);
  }
  file.set(stored.bytes, voxelStart);
  return (options.isGzip ?? true) ? gzip(file) : file;
}

function storedBytes(
  image: Volume | LabelMap,
  { dataType = 'float32' }: WriteNiftiOptions,
): { type: SampleType; bytes: Uint8Array } {
  const values = 'labels' in image ? image.labels : image.data;
  check(
    values.length === voxelsOf(image.shape),
    'shape',
    `writeNifti: expected ${image.shape.join(' x ')} voxels, found ${values.length}.`,
  );
  check(
    image.shape.every((side) => side <= LARGEST_SIDE),
    'unsupported',
    `writeNifti: expected sides of at most ${LARGEST_SIDE}, found ${image.shape.join(' x ')}.`,
  );
  if (values instanceof Float32Array) {
    return { type: dataType, bytes: isFloat(dataType) ? bytesOf(values) : roundedBytes(values, dataType) };
  }
  const type = values instanceof Uint8Array ? 'uint8' : values instanceof Uint16Array ? 'uint16' : 'int32';
  return { type, bytes: bytesOf(values) };
}

/** Rounds to the nearest integer, and refuses to clip. */
function roundedBytes(values: Float32Array, type: 'uint8' | 'int16' | 'uint16' | 'int32' | 'float32'): Uint8Array {
  const [low, high] = integerRange(type);
  const out = { uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array, int32: Int32Array, float32: Float32Array };
  const rounded = new out[type](values.length);
  for (let i = 0; i < values.length; i++) {
    const value = Math.round(values[i] as number);
    check(
      value >= low && value <= high,
      'data',
      () => `writeNifti: expected voxels within ${low} to ${high} for ${type}, found another at ${i}.`,
      'Choose a larger dataType.',
    );
    rounded[i] = value;
  }
  return bytesOf(rounded);
}

interface HeaderParts {
  type: SampleType;
  voxelStart: number;
}

function writeHeader(file: Uint8Array, image: Volume | LabelMap, { type, voxelStart }: HeaderParts): void {
  const view = new DataView(file.buffer);
  const int16 = (at: number, ...values: number[]): void =>
    values.forEach((value, i) => view.setInt16(at + 2 * i, value, true));
  const float32 = (at: number, ...values: number[]): void =>
    values.forEach((value, i) => view.setFloat32(at + 4 * i, value, true));
  const [depth, height, width] = image.shape;
  view.setInt32(0, HEADER_BYTES[1], true);
  int16(40, 3, width, height, depth, 1, 1, 1, 1);
  int16(68, 'labels' in image ? INTENT_LABEL : 0, dataTypeCode(type), 8 * bytesPerSample(type));
  float32(108, voxelStart, 1, 0);
  file[123] = MILLIMETRES;
  file.set(new TextEncoder().encode('n+1\0'), 344);

  const grid = gridOf(image);
  const [depthMm, heightMm, widthMm] = spacingFromGrid(grid);
  float32(76, 1, widthMm, heightMm, depthMm, 1, 1, 1, 1);
  if (image.affine === undefined) return;
  const [x, y, z] = grid.steps;
  int16(254, SCANNER_ANATOMICAL);
  [0, 1, 2].forEach((row) =>
    float32(280 + 16 * row, x[row] as number, y[row] as number, z[row] as number, grid.origin[row] as number),
  );
  const rotation = quaternionOf([scaled(x, 1 / widthMm), scaled(y, 1 / heightMm), scaled(z, 1 / depthMm)]);
  if (rotation === undefined) return;
  int16(252, SCANNER_ANATOMICAL);
  float32(76, rotation.sign);
  float32(256, ...rotation.bcd, ...grid.origin);
}

/** Without an affine, steps of the spacing. */
function gridOf({ affine, spacingMm: [depth, height, width] }: Volume | LabelMap): FileGrid {
  return gridFromAffine(
    affine ??
      affineFromGrid(
        {
          steps: [
            [width, 0, 0],
            [0, height, 0],
            [0, 0, depth],
          ],
          origin: [0, 0, 0],
        },
        'RAS',
      ),
    'RAS',
  );
}

/** One extension, filled up to a multiple of 16 bytes. */
function extensionOf(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(16 * Math.ceil((8 + bytes.length) / 16));
  const view = new DataView(out.buffer);
  view.setInt32(0, out.length, true);
  view.setInt32(4, LABEL_TABLE_CODE, true);
  out.set(bytes, 8);
  return out;
}
