import { check } from '@vividmed/core';
import { inflate } from '../inflate.js';
import { bytesPerSample, readSamples, type Samples } from '../raw/samples.js';
import { numbersOf } from './directory.js';
import { unfoldLzw } from './lzw.js';
import { unfoldPackBits } from './packbits.js';
import { type Page, TAG } from './page.js';
import { undoDifferences, undoFloatPredictor } from './predictor.js';

/** Strips or tiles of a page. */
export interface SegmentGrid {
  across: number;
  down: number;
  /** One for each colour where colours lie apart. */
  planes: number;
  /** Samples of a pixel that lie together. */
  stride: number;
}

export function segmentGrid({ width, height, segment, isChunky, samplesPerPixel }: Page): SegmentGrid {
  return {
    across: Math.ceil(width / segment.width),
    down: Math.ceil(height / segment.height),
    planes: isChunky ? 1 : samplesPerPixel,
    stride: isChunky ? samplesPerPixel : 1,
  };
}

/**
 * Puts the first `channels` samples of each pixel of a page into `target`, [H,W,C], from `offset` on.
 *
 * @throws {VividMedError} data, for strips and tiles that are missing, damaged or short
 */
export function readPixels(where: string, page: Page, channels: number, target: Samples, offset: number): void {
  const grid = segmentGrid(page);
  const count = grid.across * grid.down * grid.planes;
  const [offsets, lengths] = placesOf(where, page, count);
  for (let i = 0; i < count; i++) {
    const plane = Math.floor(i / (grid.across * grid.down));
    if (!page.isChunky && plane >= channels) break;
    const top = (Math.floor(i / grid.across) % grid.down) * page.segment.height;
    const left = (i % grid.across) * page.segment.width;
    const rows = Math.min(page.segment.height, page.height - top);
    const storedRows = page.segment.isTile ? page.segment.height : rows;
    const samples = readSegment(where, page, storedRows, offsets[i] as number, lengths[i] as number);
    const columns = Math.min(page.segment.width, page.width - left);
    const [first, last] = page.isChunky ? [0, channels] : [plane, plane + 1];
    for (let row = 0; row < rows; row++) {
      let to = offset + ((top + row) * page.width + left) * channels;
      let from = row * page.segment.width * grid.stride;
      for (let column = 0; column < columns; column++, to += channels, from += grid.stride)
        for (let c = first; c < last; c++) target[to + c] = samples[from + c - first] as number & bigint; // one type both
    }
  }
}

/** Where each strip or tile is. A missing one is an error: filled with zeros it would look like air or water. */
function placesOf(where: string, page: Page, count: number): [offsets: number[], lengths: number[]] {
  const { directory, segment } = page;
  const [offsetTag, lengthTag] = segment.isTile
    ? [TAG.tileOffsets, TAG.tileByteCounts]
    : [TAG.stripOffsets, TAG.stripByteCounts];
  const kind = segment.isTile ? 'tiles' : 'strips';
  const offsets = numbersOf(where, directory, offsetTag, count) ?? [];
  const lengths = numbersOf(where, directory, lengthTag, count) ?? [];
  check(
    offsets.length === count && lengths.length === count,
    'data',
    `${where}: expected ${count} ${kind}, found ${Math.min(offsets.length, lengths.length)}.`,
  );
  const empty = lengths.findIndex((length, i) => length === 0 || offsets[i] === 0);
  check(empty < 0, 'data', `${where}: expected data in all ${kind}, found none in number ${empty}.`);
  return [offsets, lengths];
}

function readSegment(where: string, page: Page, rows: number, start: number, length: number): Samples {
  const { type, predictor, segment, compression, directory } = page;
  const { stride } = segmentGrid(page);
  const { bytes, order } = directory.file;
  check(
    start + length <= bytes.length,
    'data',
    `${where}: expected ${length} bytes of pixels, found ${Math.max(0, bytes.length - start)}.`,
    'The file is cut short or damaged.',
  );
  const count = rows * segment.width * stride;
  const needed = count * bytesPerSample(type);
  const stored = unfold(where, bytes.subarray(start, start + length), compression, needed);
  const line = { length: segment.width * stride, stride };
  if (predictor === 3) {
    const floats = undoFloatPredictor(stored.subarray(0, needed), bytesPerSample(type), line);
    return readSamples(where, floats, { type, order: 'little', start: 0, count });
  }
  const samples = readSamples(where, stored, { type, order, start: 0, count });
  if (predictor === 2) undoDifferences(samples, line);
  return samples;
}

/** Rows that some writers add to fill the last strip. */
const SPARE_BYTES = 2 ** 20;

function unfold(where: string, input: Uint8Array, compression: Page['compression'], needed: number): Uint8Array {
  if (compression === 'lzw') return unfoldLzw(where, input, needed);
  if (compression === 'packbits') return unfoldPackBits(where, input, needed);
  if (compression === 'deflate') return inflate(where, input, 'zlib', needed + SPARE_BYTES);
  return input;
}
