import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeNifti } from '../src/index.js';
import { readImage } from '../src/node.js';
import golden from './oracle/written.json' with { type: 'json' };
import { WRITTEN_CASES } from './written-cases.js';

const cases = WRITTEN_CASES.map((each, i) => ({ ...each, read: golden.cases[i]! }));
const valuesOf = (image: (typeof cases)[number]['image']): number[] => [
  ...('labels' in image ? image.labels : image.data),
];
const expectClose = (found: readonly number[], expected: readonly number[]): void => {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
};

describe('NIfTI that this package writes', () => {
  test.each(cases)('$name: nibabel reads the grid and the values', async ({ image, options, read }) => {
    const bytes = await writeNifti(image, options);
    // Of these bytes nibabel and ITK spoke; when they change, written.py must be run again.
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(read.fileSha256);
    expect(read.shapeXyz).toEqual([...image.shape].reverse());
    expectClose(read.spacingXyzMm, [...image.spacingMm].reverse());
    expect(read.units).toBe('mm');
    expect(read.values).toEqual(valuesOf(image));
    // Ours: rows x, y, z to the left, the back and the head, columns d, h, w. Theirs: to the right and the front, x, y, z.
    const theirs = [0, 1, 2].flatMap((row) => {
      const [d, h, w, origin] = image.affine!.slice(4 * row, 4 * row + 4) as [number, number, number, number];
      return [w, h, d, origin].map((value) => (row < 2 ? -value : value));
    });
    expectClose(read.sform.flat().slice(0, 12), theirs);
  });

  test('the qform says the same, but of a sheared grid, which it cannot say', () => {
    for (const { isForItk, read } of cases) {
      if (isForItk) {
        expect(read.codes).toEqual([1, 1]);
        expectClose(read.qform!.flat(), read.sform.flat());
      } else {
        expect(read.codes).toEqual([0, 1]);
        expect(read.qform).toBeNull();
      }
    }
  });

  test('numbers keep their type', () => {
    expect(cases.map(({ read }) => read.type)).toEqual(['float32', 'float32', 'float32', 'int16', 'uint8']);
  });
});

describe('what ITK read in them and wrote', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imaging-'));
    for (const [i, { read }] of cases.entries())
      for (const [name, file] of Object.entries(read.itk)) {
        // Detached headers name their data file, which is one of the case.
        const isHeader = /hdr$|mhd$/.test(name);
        const text = Buffer.from(file, 'base64').toString('latin1');
        const renamed = text.replace(/(data file: |ElementDataFile = )(?!LOCAL)/, `$1${i}-`);
        await writeFile(join(folder, `${i}-${name}`), isHeader ? renamed : Buffer.from(file, 'base64'), 'latin1');
      }
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each(
    cases.flatMap(({ name, image, isForItk }, i) =>
      isForItk
        ? ['a.nrrd', 'a.mha', 'b.nhdr', 'c.mhd'].map((file) => ({ name, file, path: `${i}-${file}`, image }))
        : [],
    ),
  )('$name: $file is the same image on the same grid', async ({ path, image }) => {
    const volume = await readImage(join(folder, path));
    expect(volume.shape).toEqual(image.shape);
    expect([...volume.data]).toEqual(valuesOf(image));
    expectClose(volume.affine!, image.affine!);
    expectClose(volume.spacingMm, image.spacingMm);
    expect(volume.warnings).toEqual([]);
  });
});
