import { check } from '@vividmed/core';
import { decompress, isGzip } from '../compression.js';
import { MAX_VOXELS, type ReadOptions } from '../limits.js';
import { checkSize, type RawImage, voxelsOf } from '../raw/raw-image.js';
import { bytesPerSample, readSamples } from '../raw/samples.js';
import type { ImageWarning, Shape3 } from '../volume.js';
import { dataTypeOf } from './data-types.js';
import { type NiftiExtension, readExtensions } from './extensions.js';
import { readGeometry } from './geometry.js';
import { HEADER_BYTES, type NiftiHeader, parseHeader } from './header.js';
import { readLabelTable } from './label-table.js';

/** Largest voxel, a float64, and room for the header and its extensions. */
const maxFileBytes = ({ maxVoxels = MAX_VOXELS }: ReadOptions): number => 8 * maxVoxels + 2 ** 26;

/** What the bytes of a NIfTI file hold, with nothing converted yet. */
export interface ParsedNifti {
  header: NiftiHeader;
  extensions: readonly NiftiExtension[];
  image: RawImage;
}

/** The bytes of a file, unfolded when it is gzip. */
export const unfold = async (where: string, bytes: Uint8Array, options: ReadOptions): Promise<Uint8Array> =>
  isGzip(bytes) ? decompress(where, bytes, 'gzip', maxFileBytes(options)) : bytes;

/**
 * Reads a NIfTI-1 or NIfTI-2 file; the voxels of a pair are in `imgBytes`.
 *
 * @throws {VividMedError} data, unsupported
 */
export async function parseNifti(
  where: string,
  bytes: Uint8Array,
  imgBytes: Uint8Array | undefined,
  options: ReadOptions,
): Promise<ParsedNifti> {
  const head = await unfold(where, bytes, options);
  const header = parseHeader(where, head);
  check(
    header.isSingleFile === (imgBytes === undefined),
    'data',
    `${where}: expected ${imgBytes === undefined ? 'header and voxels in one file' : 'the header of a pair'}, found ${
      header.isSingleFile ? 'a file that holds both' : 'the header of a pair'
    }.`,
    header.isSingleFile ? 'Give it to readNifti.' : 'Give both files to readNiftiPair.',
  );
  const body = imgBytes === undefined ? head : await unfold(where, imgBytes, options);
  const warnings: ImageWarning[] = [];
  const start = voxelStart(where, header, body.length, warnings);
  const extensions = readExtensions(
    head,
    { start: HEADER_BYTES[header.version], end: header.isSingleFile ? start : head.length, order: header.order },
    warnings,
  );
  return { header, extensions, image: rawImage(where, { header, extensions, body, start, warnings }, options) };
}

interface Parts {
  header: NiftiHeader;
  extensions: readonly NiftiExtension[];
  body: Uint8Array;
  start: number;
  warnings: ImageWarning[];
}

function rawImage(where: string, { header, extensions, body, start, warnings }: Parts, options: ReadOptions): RawImage {
  const [type, channels] = dataTypeOf(where, header.datatype);
  const bits = 8 * channels * bytesPerSample(type);
  check(
    header.bitpix === bits || header.bitpix === 0,
    'data',
    `${where}: expected ${bits} bits a voxel for data type ${header.datatype}, found ${header.bitpix}.`,
  );
  const { shape, numVolumes } = sizeOf(where, header);
  checkSize(where, shape, numVolumes, options);
  const count = voxelsOf(shape) * channels;
  const size = bytesPerSample(type);
  const needed = start + count * size * numVolumes;
  check(
    body.length >= needed,
    'data',
    `${where}: expected ${needed} bytes for ${[numVolumes, ...shape].join(' x ')} voxels, found ${body.length}.`,
    'The file is cut short, or its header is damaged.',
  );
  const scale = scaleOf(header, channels, warnings);
  const names = readLabelTable(extensions);
  return {
    format: 'nifti',
    shape,
    numVolumes,
    channels,
    type,
    read: (index) =>
      readSamples(where, body, { type, order: header.order, start: start + index * count * size, count }),
    ...(scale === undefined ? {} : { scale }),
    ...readGeometry(header, warnings),
    namesOf: () => names,
    warnings,
  };
}

/** Where the voxels begin. */
function voxelStart(where: string, header: NiftiHeader, length: number, warnings: ImageWarning[]): number {
  const { voxOffset, version, isSingleFile } = header;
  check(
    Number.isInteger(voxOffset) && voxOffset >= 0 && voxOffset <= length,
    'data',
    `${where}: expected voxels within the file, found them said to begin at byte ${voxOffset} of ${length}.`,
  );
  const earliest = isSingleFile ? HEADER_BYTES[version] + 4 : 0;
  if (voxOffset >= earliest) return voxOffset;
  // Some writers leave 0, meaning right after the header.
  check(voxOffset === 0, 'data', `${where}: expected voxels after byte ${earliest}, found them at ${voxOffset}.`);
  warnings.push({
    code: 'offset-assumed',
    message: `The header gives no place for the voxels; byte ${earliest} taken.`,
  });
  return earliest;
}

/** The first three axes are space; what the others hold are volumes, and those of length 1 vanish. */
function sizeOf(where: string, { dim }: NiftiHeader): { shape: Shape3; numVolumes: number } {
  const [numAxes = 0, ...lengths] = dim;
  check(
    Number.isInteger(numAxes) && numAxes >= 1 && numAxes <= 7,
    'data',
    `${where}: expected 1 to 7 axes, found ${numAxes}.`,
  );
  const used = lengths.slice(0, numAxes);
  check(
    used.every((length) => Number.isSafeInteger(length) && length >= 1),
    'data',
    `${where}: expected an image with at least one voxel along each axis, found ${used.join(' x ')}.`,
  );
  const [x = 1, y = 1, z = 1, ...others] = used;
  return { shape: [z, y, x], numVolumes: others.reduce((product, length) => product * length, 1) };
}

/** Colours are not scaled; a slope of 0 means none. */
function scaleOf(
  { sclSlope, sclInter }: NiftiHeader,
  channels: number,
  warnings: ImageWarning[],
): RawImage['scale'] | undefined {
  if (sclSlope === 0 || channels > 1) return undefined;
  if (!Number.isFinite(sclSlope) || !Number.isFinite(sclInter)) {
    warnings.push({
      code: 'scale-damaged',
      message: 'The slope or the intercept is not a number; values are not scaled.',
    });
    return undefined;
  }
  return sclSlope === 1 && sclInter === 0 ? undefined : { slope: sclSlope, intercept: sclInter };
}
