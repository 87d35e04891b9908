import { check } from '@vividmed/core';
import { checkVoxels, type ReadOptions } from '../limits.js';
import { checkSingle, checkSize, type GridOptions, type RawImage } from '../raw/raw-image.js';
import { integerRange, isFloat, type Samples, samplesOf } from '../raw/samples.js';
import { toVolume } from '../raw/to-volume.js';
import type { ImageWarning, Shape3, Volume } from '../volume.js';
import { type Directory, numberOf, readDirectories } from './directory.js';
import { type Page, readPage, TAG } from './page.js';
import { expandPalette, paletteOf } from './palette.js';
import { readPixels, segmentGrid } from './pixels.js';
import { imageJFields, readSpacing } from './spacing.js';

/** Options of `readTiff`. */
export interface TiffOptions extends GridOptions {
  /** Which volume of several, counted from 0: channels and times of an ImageJ hyperstack, channels first. */
  index?: number;
}

/**
 * Reads a TIFF or BigTIFF file whose pages, all of one size, are the depth: strips or tiles of grey, RGB or a palette,
 * plain or folded by LZW, deflate or PackBits. Parsed by this package (TIFF 6.0).
 *
 * @throws {VividMedError} data, also for several volumes without an `index`; unsupported, JPEG compression included
 */
export async function readTiff(bytes: Uint8Array, options: TiffOptions = {}): Promise<Volume> {
  const raw = parseTiff('readTiff', bytes, options);
  if (options.index === undefined) checkSingle('readTiff', raw, 'Give readTiff the index of one.');
  return toVolume('readTiff', raw, options.index ?? 0, options);
}

/** @throws {VividMedError} data, unsupported */
export function parseTiff(where: string, bytes: Uint8Array, options: ReadOptions): RawImage {
  const warnings: ImageWarning[] = [];
  const pages = readPages(where, readDirectories(where, bytes), warnings);
  const [page] = pages as [Page]; // at least one, or readPages throws
  checkPadding(where, page, options);
  const imageJ = imageJFields(where, page.directory);
  const { channels: numChannels, numTimes, depth } = stackOf(where, pages.length, imageJ);
  const shape: Shape3 = [depth, page.height, page.width];
  const numVolumes = numChannels * numTimes;
  checkSize(where, shape, numVolumes, options);
  if ((numberOf(where, page.directory, TAG.orientation) ?? 1) !== 1) {
    warnings.push({
      code: 'orientation-ignored',
      message: 'The file asks to be turned when shown; it was read as stored.',
    });
  }
  const palette = page.photometric === 'palette' ? paletteOf(where, page) : undefined;
  const stored = page.photometric === 'rgb' ? 3 : 1;
  const pixels = page.height * page.width;
  return {
    format: 'tiff',
    shape,
    numVolumes,
    channels: palette ? 3 : stored,
    type: palette ? 'uint16' : page.type,
    read: (index) => {
      const samples: Samples = samplesOf(page.type, depth * pixels * stored);
      for (let d = 0; d < depth; d++) {
        // Of a hyperstack channels change first, then depth, then time.
        const at = (Math.floor(index / numChannels) * depth + d) * numChannels + (index % numChannels);
        readPixels(where, pages[at] as Page, stored, samples, d * pixels * stored);
      }
      return palette ? expandPalette(samples, palette) : samples;
    },
    ...(page.photometric === 'white-is-zero' ? { scale: turned(page) } : {}),
    ...readSpacing(where, page.directory, imageJ, warnings),
    namesOf: () => undefined,
    warnings,
  };
}

/** Pages that are the image: reduced copies and transparency masks are left out. All must be alike. */
function readPages(where: string, directories: readonly Directory[], warnings: ImageWarning[]): Page[] {
  const own = directories.filter((directory) => ((numberOf(where, directory, TAG.subfileType) ?? 0) & 5) === 0);
  check(own.length > 0, 'data', `${where}: expected a page at full resolution, found reduced copies and masks alone.`);
  if (own.length < directories.length) {
    const message = `${directories.length - own.length} of ${directories.length} pages are reduced copies or masks, and were left out.`;
    warnings.push({ code: 'pages-left-out', message });
  }
  const pages = own.map((directory) => readPage(where, directory));
  const [first] = pages as [Page]; // checked above
  pages.forEach((page, i) => {
    check(
      page.width === first.width && page.height === first.height,
      'unsupported',
      `${where}: expected pages of one size, found ${first.height} x ${first.width} and ${page.height} x ${page.width} on page ${i}.`,
    );
    check(
      page.type === first.type && page.photometric === first.photometric,
      'unsupported',
      `${where}: expected pages of one type, found another on page ${i}.`,
    );
  });
  return pages;
}

/** Tiles reach beyond the image; a tile of billions around an image of one pixel is refused. */
function checkPadding(where: string, page: Page, options: ReadOptions): void {
  const { across, down } = segmentGrid(page);
  checkVoxels(where, [down * page.segment.height, across * page.segment.width], options);
}

interface Stack {
  channels: number;
  numTimes: number;
  depth: number;
}

/** What the pages are: the depth, unless ImageJ says more. @throws {VividMedError} data, unsupported */
function stackOf(where: string, numPages: number, imageJ: ReadonlyMap<string, string> | undefined): Stack {
  const fieldOf = (key: string): number => Number(imageJ?.get(key) ?? 1);
  const images = imageJ === undefined ? numPages : fieldOf('images');
  check(
    images === numPages,
    'unsupported',
    `${where}: expected one page for each image of ImageJ, found ${numPages} pages for ${images}.`,
  );
  const [channels, numTimes] = [fieldOf('channels'), fieldOf('frames')];
  // Without slices ImageJ writes frames for a stack in time, and nothing at all for a plain stack.
  const depth = numPages / (channels * numTimes);
  check(
    Number.isInteger(depth) &&
      Number.isInteger(channels) &&
      Number.isInteger(numTimes) &&
      channels >= 1 &&
      numTimes >= 1,
    'data',
    `${where}: expected ${numPages} pages to be whole volumes, found ${channels} channels at ${numTimes} times.`,
  );
  return { channels, numTimes, depth };
}

/** White is 0: the range of the type is turned around, as of MONOCHROME1. */
function turned({ type }: Page): NonNullable<RawImage['scale']> {
  const [low, high] = isFloat(type) ? [0, 0] : integerRange(type);
  return { slope: -1, intercept: low + high };
}
