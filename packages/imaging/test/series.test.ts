import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DicomSeries, findDicomImages, readDicom, readDicomSeries } from '../src/index.js';
import { type Attributes, smallImage, writeDicom } from './write-dicom.js';

const codes = ({ volume }: DicomSeries): string[] => volume.warnings.map(({ code }) => code);
const firstVoxels = ({ volume }: DicomSeries): number[] => [...volume.data].filter((_, i) => i % 6 === 0);
const place = ({ volume }: DicomSeries, index: readonly number[]): number[] =>
  [0, 1, 2].map((axis) =>
    [...index, 1].reduce((sum, x, i) => sum + x * (volume.affine?.[4 * axis + i] ?? Number.NaN), 0),
  );

/** One slice of an axial MR series, its pixels counting from `value`. */
function slice(value: number, position: string | undefined, changes: Attributes = {}): Uint8Array {
  return writeDicom({
    ...smallImage([0, 1, 2, 3, 4, 5].map((i) => value + i)),
    '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.4'],
    '00080018': ['UI', `1.2.3.${value}`],
    '00080060': ['CS', 'MR'],
    '0020000d': ['UI', '1.2.1'],
    '0020000e': ['UI', '1.2.2'],
    '00200013': ['IS', String(1000 - value)],
    '00200052': ['UI', '1.2.4'],
    '00280030': ['DS', '2\\3'],
    ...(position === undefined
      ? {}
      : {
          '00200032': ['DS', position] as const,
          '00200037': ['DS', '1\\0\\0\\0\\1\\0'] as const,
        }),
    ...changes,
  });
}

/** Axial slices at these depths, in a file order that has nothing to do with them. */
const stack = (depths: readonly number[]): Uint8Array[] =>
  depths.map((z, i) => slice(100 * i, `10\\20\\${z}`)).toSorted((a, b) => (a[400] ?? 0) - (b[400] ?? 0) || -1);

describe('order and geometry', () => {
  test('slices are in the order of their positions, whatever the files and their numbers say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 }), async (order) => {
        const [series, ...others] = await readDicomSeries(order.map((i) => slice(10 * i, `1\\2\\${-9 + 2.5 * i}`)));
        expect(others).toEqual([]);
        if (series === undefined) throw new Error('no series');
        expect(firstVoxels(series)).toEqual([0, 10, 20, 30, 40, 50, 60]);
        expect(series.volume.spacingMm).toEqual([2.5, 2, 3]);
        expect(series.volume.spacingSource).toEqual({ plane: 'PixelSpacing', depth: 'positions' });
        expect(place(series, [2, 1, 2])).toEqual([7, 4, -4]);
        expect(series.reference.slices.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(
          [0, 1, 2, 3, 4, 5, 6].map((i) => `1.2.3.${10 * i}`),
        );
        expect(codes(series)).toEqual([]);
      }),
      { seed: 3, numRuns: 20 },
    );
  });

  test('the place of every voxel is the one of its own slice, for any orientation and shear', async () => {
    const angle = fc.double({ min: -1.5, max: 1.5, noNaN: true });
    await fc.assert(
      fc.asyncProperty(angle, angle, angle, fc.double({ min: 0.5, max: 9, noNaN: true }), async (a, b, lean, step) => {
        const row = [Math.cos(a), Math.sin(a), 0];
        const column = [-Math.sin(a) * Math.cos(b), Math.cos(a) * Math.cos(b), Math.sin(b)];
        const normal = [Math.sin(a) * Math.sin(b), -Math.cos(a) * Math.sin(b), Math.cos(b)];
        const at = (i: number): number[] =>
          [0, 1, 2].map((k) => 5 + i * step * ((normal[k] ?? 0) + Math.sin(lean) * (column[k] ?? 0)));
        const text = (numbers: number[]): string => numbers.map((n) => n.toFixed(10)).join('\\');
        const files = [2, 0, 3, 1].map((i) =>
          slice(10 * i, text(at(i)), { '00200037': ['DS', text([...row, ...column])] }),
        );
        const [series] = await readDicomSeries(files);
        if (series === undefined) throw new Error('no series');
        for (const i of [0, 1, 2, 3]) {
          const found = place(series, [i, 1, 2]);
          const truth = at(i).map((x, k) => x + 2 * (column[k] ?? 0) + 6 * (row[k] ?? 0));
          found.forEach((x, k) => expect(x).toBeCloseTo(truth[k] ?? Number.NaN, 6));
        }
        expect(codes(series)).toEqual(Math.abs(Math.atan(Math.sin(lean))) > Math.PI / 360 ? ['gantry-tilt'] : []);
      }),
      { seed: 4, numRuns: 40 },
    );
  });

  test.each<[string, number[], string[]]>([
    ['even steps', [0, 3, 6, 9], []],
    ['steps that are rounded', [0, 3.003, 5.998, 9.001], []],
    ['a slice that is missing', [0, 3, 9, 12], ['missing-slices']],
    ['two that are missing in one place', [0, 3, 6, 15], ['missing-slices']],
    ['steps of two sizes', [0, 3, 6, 10.5, 15], ['uneven-spacing']],
  ])('%s give the warnings that fit', async (_, depths, expected) => {
    const [series, ...others] = await readDicomSeries(stack(depths));
    expect(others).toEqual([]);
    expect(series && codes(series)).toEqual(expected);
    const last = depths.length - 1;
    expect(series && place(series, [0, 0, 0])).toEqual([10, 20, 0]);
    expect(series && place(series, [last, 0, 0])[2]).toBeCloseTo(depths[last] ?? Number.NaN);
  });

  test('without positions slices are in the order of their numbers, with a warning', async () => {
    const [series] = await readDicomSeries([30, 10, 20].map((value) => slice(value, undefined)));
    expect(series && firstVoxels(series)).toEqual([30, 20, 10]);
    expect(series && codes(series)).toEqual(['no-positions']);
    expect(series?.volume.affine).toBeUndefined();
  });
});

describe('what belongs together', () => {
  test('series, sizes and orientations make volumes of their own', async () => {
    const scout: Attributes = { '00200037': ['DS', '1\\0\\0\\0\\0\\-1'] };
    const other: Attributes = { '0020000e': ['UI', '1.2.9'] };
    const small: Attributes = { '00280010': ['US', [1]], '00280011': ['US', [2]], '7fe00010': ['OW', [7, 8]] };
    const found = await readDicomSeries([
      slice(10, '0\\0\\1'),
      slice(500, '0\\0\\0', scout),
      slice(0, '0\\0\\0'),
      slice(600, '0\\0\\1', other),
      slice(700, '0\\0\\2', small),
    ]);
    expect(found.map(({ volume }) => volume.shape)).toEqual([
      [2, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
      [1, 1, 2],
    ]);
    expect(found.map(({ reference }) => reference.seriesInstanceUid)).toEqual(['1.2.2', '1.2.2', '1.2.9', '1.2.2']);
  });

  test('radiographs of one series are not slices of each other', async () => {
    const files = [0, 50].map((value) => slice(value, undefined, { '00080060': ['CS', 'DX'] }));
    expect((await readDicomSeries(files)).map(({ volume }) => volume.shape[0])).toEqual([1, 1]);
  });

  test('echoes at the same positions are told apart', async () => {
    const files = [0, 1, 2].flatMap((i) =>
      [1, 2].map((echo) => slice(100 * echo + 10 * i, `0\\0\\${i}`, { '00180086': ['IS', String(echo)] })),
    );
    const found = await readDicomSeries(files);
    expect(found.map(firstVoxels)).toEqual([
      [100, 110, 120],
      [200, 210, 220],
    ]);
    expect(found.map(codes)).toEqual([[], []]);
  });

  test('phases are told apart by what they share, not by what is of one slice alone', async () => {
    const files = [0, 1, 2].flatMap((i) =>
      ['M', 'P'].map((part, k) =>
        slice(100 * k + 10 * i, `0\\0\\${i}`, {
          '00080008': ['CS', `ORIGINAL\\PRIMARY\\${part}`],
          '00080060': ['CS', 'MR'],
          '00181060': ['DS', String(7 * i + 50 * k)],
        }),
      ),
    );
    expect((await readDicomSeries(files)).map(firstVoxels)).toEqual([
      [0, 10, 20],
      [100, 110, 120],
    ]);
  });

  test('echoes of several phases are told apart by both', async () => {
    const files = [0, 1].flatMap((i) =>
      [0, 1, 2, 3].map((k) =>
        slice(100 * k + 10 * i, `0\\0\\${i}`, {
          '00180086': ['IS', String(k & 1)],
          '00181060': ['DS', String(7 * i + 50 * k)],
          '00200100': ['IS', String(k >> 1)],
        }),
      ),
    );
    expect((await readDicomSeries(files)).map(firstVoxels)).toEqual([
      [0, 10],
      [100, 110],
      [200, 210],
      [300, 310],
    ]);
  });

  test('a copy of a slice, and another at its position, are left out with a warning', async () => {
    const [series, ...others] = await readDicomSeries([
      slice(0, '0\\0\\0'),
      slice(10, '0\\0\\1'),
      slice(10, '0\\0\\1'),
      slice(20, '0\\0\\1'),
      slice(30, '0\\0\\2'),
    ]);
    expect(others).toEqual([]);
    expect(series && firstVoxels(series)).toEqual([0, 10, 30]);
    expect(series && codes(series)).toEqual(['duplicate-slices', 'duplicate-slices']);
  });

  test('files with empty UIDs are one series when they share what a series shares, with a warning', async () => {
    const none: Attributes = { '0020000d': ['UI', ''], '0020000e': ['UI', ''], '00080018': ['UI', ''] };
    const coronal: Attributes = { ...none, '00200037': ['DS', '1\\0\\0\\0\\0\\-1'] };
    const found = await readDicomSeries([
      ...[3, 1, 0, 2].map((i) => slice(10 * i, `0\\0\\${2 * i}`, none)),
      slice(900, '0\\0\\0', coronal),
    ]);
    expect(found.map(firstVoxels)).toEqual([[0, 10, 20, 30], [900]]);
    expect(found.map(codes)).toEqual([['missing-uids'], ['missing-uids']]);
  });

  test('a rescale of its own is applied to each slice', async () => {
    const files = [1, 2].map((slope) =>
      slice(10 * slope, `0\\0\\${slope}`, { '00281052': ['DS', '0'], '00281053': ['DS', String(slope)] }),
    );
    const [series] = await readDicomSeries(files);
    expect(series && firstVoxels(series)).toEqual([10, 40]);
    expect(series?.volume.storableRange).toEqual([0, 131070]);
  });
});

describe('files', () => {
  test('are read one at a time and not kept', async () => {
    let open = 0;
    let reads = 0;
    const files = [1, 0, 2].map((i) => async () => {
      expect(++open).toBe(1);
      reads++;
      await Promise.resolve();
      open--;
      return slice(10 * i, `0\\0\\${i}`);
    });
    const { images } = await findDicomImages(files);
    expect(images.map(({ shape }) => shape)).toEqual([[3, 2, 3]]);
    expect(reads).toBe(3);
    expect([...((await images[0]?.read())?.data ?? [])].filter((_, i) => i % 6 === 0)).toEqual([0, 10, 20]);
    expect(reads).toBe(6);
  });

  test('without pixels are left out; a damaged one is named by its place', async () => {
    const { '7fe00010': _, ...report } = smallImage();
    const sound = [slice(0, '0\\0\\0'), writeDicom(report)];
    expect(await readDicomSeries(sound)).toHaveLength(1);
    await expect(readDicomSeries([...sound, slice(10, '0\\0\\1').subarray(0, -3)])).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/file 3: expected 12 bytes|file 3: readDicom: expected 12 bytes/),
    });
  });

  test('of several images are not read as one', async () => {
    await expect(readDicom(enhanced([0, 1], ['A', 'B']))).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/one image, found 2: MR 1 x 2 x 3, MR 1 x 2 x 3/),
    });
  });
});

/** An enhanced MR object of frames at these depths, frame i of values from 10 i on, scaled by i + 1. */
function enhanced(depths: readonly number[], stacks: readonly string[] = [], echoes: readonly number[] = []) {
  const numbers = depths.flatMap((_, i) => [0, 1, 2, 3, 4, 5].map((n) => 10 * i + n));
  const pointer = (group: number, number: number): Attributes => ({ '00209165': ['AT', [group, number]] });
  return writeDicom({
    ...smallImage(numbers),
    '00080060': ['CS', 'MR'],
    '00280008': ['IS', String(depths.length)],
    '00209222': ['SQ', [pointer(0x0020, 0x9057), pointer(0x0018, 0x9082)]],
    '52009229': [
      'SQ',
      [
        {
          '00209116': ['SQ', [{ '00200037': ['DS', '1\\0\\0\\0\\1\\0'] }]],
          '00289110': ['SQ', [{ '00280030': ['DS', '2\\3'], '00180050': ['DS', '9'] }]],
        },
      ],
    ],
    '52009230': [
      'SQ',
      depths.map((z, i): Attributes => ({
        '00209111': ['SQ', [{ '00209056': ['SH', stacks[i] ?? '1'], '00209157': ['UL', [i + 1, echoes[i] ?? 1]] }]],
        '00209113': ['SQ', [{ '00200032': ['DS', `10\\20\\${z}`] }]],
        '00289132': ['SQ', [{ '00281050': ['DS', String(40 + z)], '00281051': ['DS', '400'] }]],
        '00289145': ['SQ', [{ '00281052': ['DS', '0'], '00281053': ['DS', String(i + 1)], '00281054': ['LO', 'US'] }]],
      })),
    ],
  });
}

describe('enhanced objects', () => {
  test('frames are placed and scaled by their own groups, whatever their order', async () => {
    const [series, ...others] = await readDicomSeries([enhanced([4, 0, 2])]);
    expect(others).toEqual([]);
    expect(series && firstVoxels(series)).toEqual([20, 60, 0]);
    expect(series?.volume.spacingMm).toEqual([2, 2, 3]);
    expect(series && place(series, [1, 1, 1])).toEqual([13, 22, 2]);
    expect(series?.reference.slices.map(({ frame }) => frame)).toEqual([2, 3, 1]);
    expect(series?.volume.voi).toEqual({ windows: [{ center: 40, width: 400, shape: 'linear' }], tables: [] });
  });

  test('stacks, and the other dimensions of frames at one position, are volumes of their own', async () => {
    const stacks = await readDicomSeries([enhanced([0, 1, 0, 1], ['A', 'A', 'B', 'B'])]);
    expect(stacks.map(firstVoxels)).toEqual([
      [0, 20],
      [60, 120],
    ]);
    const echoes = await readDicomSeries([enhanced([0, 0, 1, 1], [], [1, 2, 1, 2])]);
    expect(echoes.map(firstVoxels)).toEqual([
      [0, 60],
      [20, 120],
    ]);
    expect(echoes.map(({ volume }) => volume.warnings.map(({ code }) => code))).toEqual([
      ['missing-uids'],
      ['missing-uids'],
    ]);
  });
});
