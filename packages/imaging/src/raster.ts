import { check, VividMedError } from '@vividmed/core';
import { convertIndexedToRgb, decode, type DecodedPng } from 'fast-png';
import { jpeg8 } from './emscripten.js';
import { jpegHeader } from './frame-header.js';
import { inflate } from './inflate.js';
import { checkVoxels, type ReadOptions } from './limits.js';
import { luminance } from './luminance.js';
import { checkModality } from './modality.js';
import { criticalChunks, pngHeader } from './png-chunks.js';
import type { Volume } from './volume.js';

/** Options of the readers of PNG and JPEG, which do not say what they show. */
export interface RasterOptions extends ReadOptions {
  /** DICOM modality of the image, `CR` unless given. */
  modality?: string;
}

/**
 * Reads a PNG image of 8 or 16 bits: grey values as they are, colours as their luminance, without alpha.
 *
 * @throws {VividMedError} data, or unsupported for grey of fewer than 8 bits
 */
export async function readPng(bytes: Uint8Array, options: RasterOptions = {}): Promise<Volume> {
  const { width, height, rawBytes } = pngHeader(bytes);
  checkVoxels('readPng', [1, height, width], options);
  const chunks = criticalChunks(bytes);
  // Unfolded once under a cap, because the decoder has none.
  const found = inflate('readPng', chunks.data, 'zlib', rawBytes).length;
  check(found === rawBytes, 'data', `readPng: expected ${rawBytes} bytes of pixels, found ${found}.`);
  const png = decodePng(chunks.file);
  const isIndexed = png.palette !== undefined;
  const channels = isIndexed ? 3 : png.channels;
  const samples = isIndexed ? convertIndexed(png) : png.data;
  const max = png.depth === 16 ? 65535 : 255;
  return rasterVolume('png', samples, channels, [1, height, width], max, options);
}

/**
 * Reads a JPEG image of 8 bits, baseline or progressive: grey, or colours as their luminance. EXIF is not read.
 *
 * @throws {VividMedError} data, or unsupported for other kinds of JPEG
 */
export async function readJpeg(bytes: Uint8Array, options: RasterOptions = {}): Promise<Volume> {
  const { width, height, channels, bits, startOfFrame } = jpegHeader('readJpeg', bytes);
  checkVoxels('readJpeg', [1, height, width], options);
  check(
    bits === 8 && (channels === 1 || channels === 3) && [0xc0, 0xc1, 0xc2].includes(startOfFrame ?? 0),
    'unsupported',
    `readJpeg: expected 8 bits of grey or RGB in baseline or progressive JPEG, found ${bits} bits in ${channels} channels.`,
  );
  const frame = await jpeg8.decode('readJpeg', bytes);
  const expected = width * height * channels;
  check(
    frame.bytes.length === expected && frame.width === width,
    'data',
    `readJpeg: expected ${expected} decoded bytes, found ${frame.bytes.length}.`,
  );
  return rasterVolume('jpeg', frame.bytes, channels, [1, height, width], 255, options);
}

function decodePng(file: Uint8Array): DecodedPng {
  try {
    return decode(file, { checkCrc: true });
  } catch {
    throw new VividMedError('data', 'readPng: expected a PNG image, found one that does not decode.', {
      hint: 'The file is damaged.',
    });
  }
}

function convertIndexed(png: DecodedPng): Uint8Array {
  try {
    return convertIndexedToRgb(png);
  } catch {
    throw new VividMedError('data', 'readPng: expected colours of the palette, found others.');
  }
}

function rasterVolume(
  format: 'png' | 'jpeg',
  samples: ArrayLike<number>,
  channels: number,
  shape: readonly [1, number, number],
  max: number,
  { modality = 'CR' }: RasterOptions,
): Volume {
  checkModality('readImage', modality);
  const pixels = shape[1] * shape[2];
  const isColour = channels >= 3;
  return {
    data: isColour
      ? luminance(samples, [0, 1, 2], channels, pixels)
      : Float32Array.from({ length: pixels }, (_, i) => samples[i * channels] as number),
    shape,
    spacingMm: [1, 1, 1],
    spacingSource: { plane: 'assumed', depth: 'assumed' },
    modality,
    unit: 'none',
    storableRange: [0, max],
    source: { format, photometric: isColour ? 'RGB' : 'MONOCHROME2' },
    warnings: [],
  };
}
