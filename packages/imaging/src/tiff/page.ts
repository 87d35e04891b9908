import { check } from '@vividmed/core';
import type { SampleType } from '../raw/samples.js';
import { type Directory, numberOf, numbersOf } from './directory.js';

/** How one page stores its pixels. */
export interface Page {
  directory: Directory;
  width: number;
  height: number;
  /** Numbers of each pixel in the file. */
  samplesPerPixel: number;
  type: SampleType;
  photometric: 'white-is-zero' | 'black-is-zero' | 'rgb' | 'palette';
  /** Samples of a pixel lie together; if not, those of one colour do. */
  isChunky: boolean;
  compression: Compression;
  predictor: 1 | 2 | 3;
  /** Columns and rows of a strip or a tile; the last strip is shorter, tiles are filled up. */
  segment: { width: number; height: number; isTile: boolean };
}

export type Compression = 'none' | 'lzw' | 'deflate' | 'packbits';

/** Numbers of tags (TIFF 6.0, and Technical Note 3 for 339 with floats). */
export const TAG = {
  subfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  imageDescription: 270,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  xResolution: 282,
  yResolution: 283,
  planarConfiguration: 284,
  resolutionUnit: 296,
  predictor: 317,
  colourMap: 320,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  sampleFormat: 339,
} as const;

const COMPRESSIONS: Readonly<Record<number, Compression>> = {
  1: 'none',
  5: 'lzw',
  8: 'deflate',
  32773: 'packbits',
  32946: 'deflate',
};

/** What is refused, by name, because people meet it. */
const OTHER_COMPRESSIONS: Readonly<Record<number, string>> = {
  2: 'CCITT',
  3: 'CCITT fax',
  4: 'CCITT fax',
  6: 'old JPEG',
  7: 'JPEG',
  34712: 'JPEG 2000',
  34925: 'LZMA',
  50000: 'Zstandard',
  50001: 'WebP',
};

const PHOTOMETRICS = ['white-is-zero', 'black-is-zero', 'rgb', 'palette'] as const;

/** Reads the tags of one page. @throws {VividMedError} data, unsupported */
export function readPage(where: string, directory: Directory): Page {
  const valueOf = (tag: number, otherwise: number): number => numberOf(where, directory, tag) ?? otherwise;
  const width = valueOf(TAG.imageWidth, 0);
  const height = valueOf(TAG.imageLength, 0);
  check(
    width >= 1 && height >= 1,
    'data',
    `${where}: expected a page with at least one pixel, found ${height} x ${width}.`,
  );
  const samplesPerPixel = valueOf(TAG.samplesPerPixel, 1);
  const photometric = PHOTOMETRICS[valueOf(TAG.photometric, 1)];
  check(photometric !== undefined, 'unsupported', `${where}: expected grey, RGB or a palette, found other colours.`);
  const least = photometric === 'rgb' ? 3 : 1;
  check(
    samplesPerPixel === least || samplesPerPixel === least + 1,
    'unsupported',
    `${where}: expected ${least} samples per pixel and at most one for alpha, found ${samplesPerPixel}.`,
  );
  check(
    valueOf(TAG.fillOrder, 1) === 1,
    'unsupported',
    `${where}: expected the highest bits of a byte first, found the lowest.`,
  );
  const type = typeOf(where, directory, samplesPerPixel);
  const isFloat = type.startsWith('float');
  check(
    !isFloat || photometric !== 'white-is-zero',
    'unsupported',
    `${where}: expected floats where more is brighter, found floats where 0 is white.`,
  );
  const predictor = valueOf(TAG.predictor, 1);
  check(
    predictor === 1 || (predictor === 2 && !isFloat) || (predictor === 3 && isFloat),
    'unsupported',
    `${where}: expected predictor 1, 2 of integers or 3 of floats, found ${predictor} of ${type}.`,
  );
  return {
    directory,
    width,
    height,
    samplesPerPixel,
    type,
    photometric,
    isChunky: valueOf(TAG.planarConfiguration, 1) !== 2 || samplesPerPixel === 1,
    compression: compressionOf(where, valueOf(TAG.compression, 1)),
    predictor,
    segment: segmentOf(where, directory, { width, height }),
  };
}

function compressionOf(where: string, code: number): Compression {
  const compression = COMPRESSIONS[code];
  check(
    compression !== undefined,
    'unsupported',
    `${where}: expected no compression, LZW, deflate or PackBits, found ${OTHER_COMPRESSIONS[code] ?? `number ${code}`}.`,
  );
  return compression;
}

const TYPES: Readonly<Record<string, SampleType>> = {
  '1 8': 'uint8',
  '1 16': 'uint16',
  '1 32': 'uint32',
  '1 64': 'uint64',
  '2 8': 'int8',
  '2 16': 'int16',
  '2 32': 'int32',
  '2 64': 'int64',
  '3 32': 'float32',
  '3 64': 'float64',
};

const FORMATS: Readonly<Record<number, string>> = { 1: 'unsigned integers', 2: 'signed integers', 3: 'floats' };

function typeOf(where: string, directory: Directory, samplesPerPixel: number): SampleType {
  const same = (tag: number, otherwise: number): number => {
    const values = numbersOf(where, directory, tag, samplesPerPixel) ?? [otherwise];
    const [first = otherwise] = values;
    check(
      values.every((value) => value === first),
      'unsupported',
      `${where}: expected samples of one type, found several in tag ${tag}.`,
    );
    return first;
  };
  const bits = same(TAG.bitsPerSample, 1);
  // 4 says that nobody knows; unsigned integers are what readers take then.
  const found = same(TAG.sampleFormat, 1);
  const format = found === 4 ? 1 : found;
  const type = TYPES[`${format} ${bits}`];
  check(
    type !== undefined,
    'unsupported',
    `${where}: expected integers of 8, 16, 32 or 64 bits or floats of 32 or 64, found ${FORMATS[format] ?? 'others'} of ${bits}.`,
  );
  return type;
}

function segmentOf(
  where: string,
  directory: Directory,
  { width, height }: { width: number; height: number },
): Page['segment'] {
  if (directory.entries.has(TAG.tileOffsets)) {
    const tile = {
      width: numberOf(where, directory, TAG.tileWidth) ?? 0,
      height: numberOf(where, directory, TAG.tileLength) ?? 0,
      isTile: true,
    };
    check(
      tile.width >= 1 && tile.height >= 1,
      'data',
      `${where}: expected tiles with at least one pixel, found ${tile.height} x ${tile.width}.`,
    );
    return tile;
  }
  const rows = numberOf(where, directory, TAG.rowsPerStrip) ?? height;
  check(rows >= 1, 'data', `${where}: expected strips of at least one row, found ${rows}.`);
  return { width, height: Math.min(rows, height), isTile: false };
}
