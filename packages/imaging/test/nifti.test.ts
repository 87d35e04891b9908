import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { VividMedError } from '@vividmed/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeImage,
  type LabelMap,
  labelSidecar,
  readLabelMap,
  readNifti,
  readNiftiHeader,
  readNiftiPair,
  type Volume,
  writeNifti,
} from '../src/index.js';
import golden from './oracle/nifti.json' with { type: 'json' };

const require = createRequire(import.meta.url);
const debian: Record<string, string> = {
  'mricron-data': '/usr/share/mricron/templates',
  'python3-nibabel': '/usr/lib/python3/dist-packages/nibabel/tests/data',
};
const folderOf = (name: string): string => debian[name] ?? dirname(require.resolve(`${name}/package.json`));
const bytesOfFile = (name: string, file: string): Promise<Uint8Array> => readFile(join(folderOf(name), file));

const labelMap = (changes: Partial<LabelMap> = {}): LabelMap => ({
  labels: Uint8Array.from([0, 1, 2, 3, 4, 255]),
  shape: [1, 2, 3],
  spacingMm: [4, 3, 2],
  spacingSource: { plane: 'header', depth: 'header' },
  affine: [0, 0, -2, 10, 0, 3, 0, -20, 4, 0, 0, 30],
  warnings: [],
  ...changes,
});

const volume = (changes: Partial<Volume> = {}): Volume => {
  const { labels: _, ...grid } = labelMap();
  return {
    ...grid,
    data: Float32Array.from([-1000, 0, 1.5, 3, 40, 500]),
    modality: 'CT',
    unit: 'HU',
    storableRange: [-1024, 3071],
    source: { format: 'dicom', photometric: 'MONOCHROME2' },
    ...changes,
  };
};

/** A file of these six voxels whose header the test edits. */
async function edited(edit: (view: DataView, file: Uint8Array) => void, image: LabelMap | Volume = labelMap()) {
  const file = await writeNifti(image, { isGzip: false });
  edit(new DataView(file.buffer, file.byteOffset, file.byteLength), file);
  return file;
}
const codes = ({ warnings }: Volume): string[] => warnings.map(({ code }) => code);

describe('files that nibabel reads too', () => {
  const here = golden.files.filter(({ package: name }) => existsSync(folderOf(name)));
  for (const name of Object.keys(debian))
    if (!existsSync(folderOf(name))) process.stderr.write(`Left out the files of ${name}: it is not on this system.\n`);

  test.each(here)('$file of $package', async (expected) => {
    const image = await readNifti(await bytesOfFile(expected.package, expected.file));
    expect(image.numVolumes).toBe(expected.numVolumes);
    const last = image.volume(image.numVolumes - 1);
    expect(last.shape).toEqual(expected.shape);
    expect(createHash('sha256').update(new Uint8Array(last.data.buffer)).digest('hex')).toBe(expected.sha256OfLast);
    expect(image.extensions.map(({ ecode }) => ecode)).toEqual(expected.extensions.map(([ecode]) => ecode));
    expect(codes(last).includes('orientation-assumed')).toBe(!expected.hasOrientation);
    if (expected.hasOrientation) {
      expected.affine.forEach((value, i) => expect(last.affine?.[i]).toBeCloseTo(value, 4));
    }
  });

  test('a text that is not NIfTI is told', async () => {
    const bytes = await bytesOfFile('nifti-data', 'tests/data/not-nifti.nii');
    await expect(readNifti(bytes)).rejects.toMatchObject({ code: 'data', message: expect.stringMatching(/NIfTI/) });
  });

  test('a file of several volumes is no single image, and the error names the reader of several', async () => {
    const bytes = await bytesOfFile('nifti-data', 'tests/data/5D.nii');
    await expect(decodeImage(bytes)).rejects.toMatchObject({ message: expect.stringMatching(/readNifti/) });
  });
});

describe('what the header says', () => {
  test('Hounsfield units are what the caller says is CT, and nothing else', async () => {
    const bytes = await writeNifti(volume());
    expect((await decodeImage(bytes)).unit).toBe('none');
    expect(await decodeImage(bytes, { modality: 'CT' })).toMatchObject({ unit: 'HU', modality: 'CT' });
  });

  test('slope and intercept apply; a slope of 0 means none, one that is no number is told', async () => {
    const scaledBy = async (slope: number): Promise<Volume> =>
      decodeImage(
        await edited((view) => {
          view.setFloat32(112, slope, true);
          view.setFloat32(116, -10, true);
        }),
      );
    expect([...(await scaledBy(2)).data]).toEqual([-10, -8, -6, -4, -2, 500]);
    expect([...(await scaledBy(0)).data]).toEqual([0, 1, 2, 3, 4, 255]);
    const damaged = await scaledBy(Number.NaN);
    expect([...damaged.data]).toEqual([0, 1, 2, 3, 4, 255]);
    expect(codes(damaged)).toContain('scale-damaged');
  });

  test('micrometres and metres become millimetres', async () => {
    const inUnit = async (unit: number): Promise<Volume> => decodeImage(await edited((_, file) => (file[123] = unit)));
    expect((await inUnit(1)).spacingMm).toEqual([4000, 3000, 2000]);
    expect((await inUnit(3)).spacingMm[0]).toBeCloseTo(0.004, 9);
  });

  test('without codes the axes are assumed, with a warning', async () => {
    const { affine: _, ...bare } = labelMap();
    const read = await decodeImage(await writeNifti(bare));
    expect(codes(read)).toEqual(['orientation-assumed']);
    expect(read.affine).toEqual([0, 0, -2, 0, 0, -3, 0, 0, 4, 0, 0, 0]);
  });

  test('the sform goes before the qform, and a qform elsewhere is told', async () => {
    const read = await decodeImage(await edited((view) => view.setFloat32(268, 99, true)));
    expect(read.affine).toEqual(labelMap().affine);
    expect(codes(read)).toEqual(['orientations-disagree']);
  });

  test('a damaged sform leaves the qform', async () => {
    const read = await decodeImage(await edited((view) => view.setFloat32(280, Number.NaN, true)));
    expect(codes(read)).toEqual(['orientation-damaged']);
    read.affine?.forEach((value, i) => expect(value).toBeCloseTo(labelMap().affine?.[i] as number, 5));
  });

  test('voxels that are not finite become the smallest that is, with their number', async () => {
    const data = Float32Array.from([Number.NaN, Infinity, -5, 7, 1, 2]);
    const read = await decodeImage(await writeNifti(volume({ data })));
    expect([...read.data]).toEqual([-5, -5, -5, 7, 1, 2]);
    expect(read.warnings).toEqual([{ code: 'not-finite', message: expect.stringMatching(/^2 of 6/) }]);
  });

  test('colours become luminance, complex numbers are refused', async () => {
    const rgb = await edited((view, file) => {
      view.setInt16(42, 2, true);
      view.setInt16(44, 1, true);
      view.setInt16(70, 128, true);
      view.setInt16(72, 24, true);
      file.set([255, 0, 0, 0, 0, 255], 352);
    });
    const read = await decodeImage(rgb);
    expect(read.source.photometric).toBe('RGB');
    expect(read.data[0]).toBeCloseTo(0.299 * 255, 3);
    expect(read.data[1]).toBeCloseTo(0.114 * 255, 3);
    const complex = edited((view) => view.setInt16(70, 32, true));
    await expect(decodeImage(await complex)).rejects.toMatchObject({ code: 'unsupported' });
  });

  test('a pair of files is one image, and half a pair says so', async () => {
    const file = await edited((_, bytes) => bytes.set([0x6e, 0x69, 0x31], 344));
    new DataView(file.buffer).setFloat32(108, 0, true);
    const read = await readNiftiPair(file.subarray(0, 348), file.subarray(352));
    expect([...read.volume(0).data]).toEqual([0, 1, 2, 3, 4, 255]);
    await expect(readNifti(file)).rejects.toMatchObject({ message: expect.stringMatching(/readNiftiPair/) });
  });

  test('ANALYZE is refused, because it does not say which side is left', async () => {
    const file = edited((_, bytes) => bytes.fill(0, 344, 348));
    await expect(readNifti(await file)).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('what is written is read back', () => {
  const names = new Map([
    [1, 'left lung'],
    [255, 'a <b> & "c" ]]> d'],
  ]);

  test.each([
    ['8 bits', Uint8Array.from([0, 1, 2, 3, 4, 255])],
    ['16 bits', Uint16Array.from([0, 1, 2, 3, 4, 65535])],
    ['32 bits, above what a float holds', Int32Array.from([0, 1, 2, -3, 16777217, 2147483647])],
  ])('labels of %s to the bit, with their names', async (_, labels) => {
    const read = await readLabelMap(await writeNifti(labelMap({ labels, names })));
    expect(read.labels).toEqual(labels);
    expect(read.names).toEqual(names);
    expect(read).toMatchObject({ shape: [1, 2, 3], affine: labelMap().affine, warnings: [] });
  });

  test('the same input gives the same bytes, whatever the time', async () => {
    expect(await writeNifti(labelMap())).toEqual(await writeNifti(labelMap()));
  });

  test('a volume may be written as integers, unless they cannot hold it', async () => {
    const read = await decodeImage(await writeNifti(volume(), { dataType: 'int16' }));
    expect([...read.data]).toEqual([-1000, 0, 2, 3, 40, 500]);
    await expect(writeNifti(volume(), { dataType: 'uint8' })).rejects.toMatchObject({ code: 'data' });
  });

  test('an image of fractions is no label map', async () => {
    await expect(readLabelMap(await writeNifti(volume()))).rejects.toMatchObject({ code: 'data' });
  });

  test('the sidecar counts the voxels of each label', () => {
    expect(
      labelSidecar(
        labelMap({
          names: new Map([
            [1, 'heart'],
            [9, 'spleen'],
          ]),
        }),
      ).labels.slice(0, 2),
    ).toEqual([
      { label: 1, name: 'heart', voxels: 1 },
      { label: 2, name: null, voxels: 1 },
    ]);
  });

  test('a sheared grid has no qform, and keeps its sform', async () => {
    const affine = [0, 0, -2, 10, 1, 3, 0, -20, 4, 0, 0, 30];
    const bytes = await writeNifti(labelMap({ affine }));
    expect(await readNiftiHeader(bytes)).toMatchObject({ qformCode: 0, sformCode: 1 });
    expect((await readLabelMap(bytes)).affine).toEqual(affine);
  });

  test('oblique, flipped and anisotropic grids keep the place of every voxel, by sform and by qform', async () => {
    // Whole degrees: doubles are drawn by their exponent, so that nearly all would be almost 0.
    const angle = fc.integer({ min: -180, max: 180 }).map((degrees) => (degrees * Math.PI) / 180);
    const step = fc.double({ min: 0.2, max: 8, noNaN: true });
    const grid = fc.record({
      angles: fc.tuple(angle, angle, angle),
      steps: fc.tuple(step, step, step),
      isMirrored: fc.boolean(),
      origin: fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -500, max: 500, noNaN: true }))),
    });
    await fc.assert(
      fc.asyncProperty(grid, fc.boolean(), async ({ angles, steps, isMirrored, origin }, isQform) => {
        const affine = affineOf(angles, steps, isMirrored, origin);
        const file = await writeNifti(labelMap({ affine }), { isGzip: false });
        if (isQform) new DataView(file.buffer, file.byteOffset).setInt16(254, 0, true);
        const read = await decodeImage(file);
        expect(read.warnings).toEqual([]);
        // A quaternion of 32-bit floats near a half turn is off by 0.0004 rad; these grids have 3 voxels a side.
        read.affine?.forEach((value, i) =>
          expect(Math.abs(value - (affine[i] as number))).toBeLessThan(isQform ? 0.01 : 1e-4),
        );
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});

/** Rotations about x, y and z, one after the other, of steps along d, h and w. */
function affineOf(
  [a, b, c]: readonly [number, number, number],
  steps: readonly number[],
  isMirrored: boolean,
  origin: readonly (number | undefined)[],
): number[] {
  const turn = ([x, y, z]: readonly number[]): number[] => {
    const [x0, y0, z0] = [x as number, y as number, z as number];
    const [y1, z1] = [Math.cos(a) * y0 - Math.sin(a) * z0, Math.sin(a) * y0 + Math.cos(a) * z0];
    const [x2, z2] = [Math.cos(b) * x0 + Math.sin(b) * z1, Math.cos(b) * z1 - Math.sin(b) * x0];
    return [Math.cos(c) * x2 - Math.sin(c) * y1, Math.sin(c) * x2 + Math.cos(c) * y1, z2];
  };
  const axes = [
    [0, 0, isMirrored ? -1 : 1],
    [0, 1, 0],
    [1, 0, 0],
  ].map(turn);
  return [0, 1, 2].flatMap((row) => [
    ...axes.map((axis, i) => (axis[row] as number) * (steps[i] as number)),
    origin[row] as number,
  ]);
}

describe('hostile files', () => {
  const absurd: [string, (view: DataView) => void][] = [
    ['more voxels than the cap', (view) => [42, 44, 46].forEach((at) => view.setInt16(at, 32767, true))],
    ['a negative side', (view) => view.setInt16(42, -3, true)],
    ['no side', (view) => view.setInt16(44, 0, true)],
    ['more axes than there are', (view) => view.setInt16(40, 8, true)],
    ['voxels beyond the end', (view) => view.setFloat32(108, 1e9, true)],
    ['voxels at no place', (view) => view.setFloat32(108, Number.NaN, true)],
    ['voxels inside the header', (view) => view.setFloat32(108, 100, true)],
    ['one row more than there is', (view) => view.setInt16(44, 3, true)],
    ['a type that is none', (view) => view.setInt16(70, 7, true)],
    ['bits of another type', (view) => view.setInt16(72, 16, true)],
  ];
  test.each(absurd)('%s', async (_, edit) => {
    await expect(readNifti(await edited(edit))).rejects.toMatchObject({ name: 'VividMedError', code: 'data' });
  });

  test('gzip that unfolds to more than the cap stops there, and cut or changed gzip is told', async () => {
    const bomb = await writeNifti(labelMap({ labels: new Uint8Array(2 ** 27), shape: [512, 512, 512] }));
    await expect(readNifti(bomb, { maxVoxels: 1000 })).rejects.toMatchObject({
      message: expect.stringMatching(/at most/),
    });
    const good = await writeNifti(labelMap());
    const changed = good.slice();
    changed[good.length - 6] = (changed[good.length - 6] as number) ^ 1; // in the checksum
    for (const bad of [good.subarray(0, -9), changed]) {
      await expect(readNifti(bad)).rejects.toMatchObject({ message: expect.stringMatching(/damaged or cut short/) });
    }
  });

  test('any mutation gives images under the cap or a VividMedError', { timeout: 120_000 }, async () => {
    const seeds = [
      await writeNifti(labelMap({ names: new Map([[1, 'heart']]) }), { isGzip: false }),
      await writeNifti(volume(), { isGzip: false }),
      await writeNifti(volume()),
    ];
    let failures = 0;
    const edit = fc.tuple(fc.nat(800), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)));
    await fc.assert(
      fc.asyncProperty(fc.nat(2), fc.array(edit, { minLength: 1, maxLength: 6 }), async (seed, edits) => {
        const bytes = (seeds[seed] as Uint8Array).slice();
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        try {
          const image = await readNifti(bytes, { maxVoxels: 4096 });
          const read = image.volume(image.numVolumes - 1);
          expect(read.data.length).toBe(read.shape[0] * read.shape[1] * read.shape[2]);
          expect(read.data.every((value) => Number.isFinite(value))).toBe(true);
          expect(read.affine?.every((value) => Number.isFinite(value))).toBe(true);
        } catch (error) {
          if (!VividMedError.isInstance(error)) throw error;
          failures++;
        }
      }),
      { seed: 5, numRuns: 600 },
    );
    expect(failures).toBeGreaterThan(50);
    expect(failures).toBeLessThan(600);
  });
});
