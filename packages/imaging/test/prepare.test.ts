import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Affine,
  applyAffine,
  axisCodes,
  type Box,
  boxToPatient,
  composeAffine,
  explainPreprocessing,
  identityAffine,
  invertAffine,
  obliquityDegrees,
  planPreparation,
  type PreparableVolume,
  type PreparationPlan,
  type PreparationRecord,
  prepareBox,
  prepareImage,
  prepareMask,
  prepareOccupancy,
  restoreBox,
  restoreMask,
  restoreValues,
  type Shape3,
  spacingOf,
} from '../src/index.js';

interface Oracle {
  turns: {
    affine: number[];
    shape: Shape3;
    codes: string;
    turned: number[];
    turnedShape: Shape3;
    turnedAffine: number[];
  }[];
  resampled: { shape: Shape3; to: Shape3; data: number[]; values: number[] }[];
  percentiles: { data: number[]; shares: number[]; values: number[] };
}
// The file is written by the script of the same name beside it.
const oracle = JSON.parse(readFileSync(new URL('oracle/prepare.json', import.meta.url), 'utf8')) as Oracle;

const seeded = { seed: 11, numRuns: 60 } as const;
const count = ([d, h, w]: Shape3): number => d * h * w;
const closeTo = (found: ArrayLike<number>, expected: ArrayLike<number>, digits = 5): void => {
  expect(found).toHaveLength(expected.length);
  for (let i = 0; i < expected.length; i++) expect(found[i]).toBeCloseTo(expected[i]!, digits);
};

const mr = (shape: Shape3, data: ArrayLike<number>, more: Partial<PreparableVolume> = {}): PreparableVolume => ({
  data: Float32Array.from(data),
  shape,
  spacingMm: [1, 1, 1],
  modality: 'MR',
  unit: 'none',
  ...more,
});
/** An image whose values pass its window as they are. */
const plain = { windows: [{ low: 0, high: 1 }] } as const;

/** A permuted, flipped, rotated and anisotropic grid somewhere in the patient. */
const affines: fc.Arbitrary<Affine> = fc
  .record({
    axes: fc.constantFrom([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]),
    signs: fc.tuple(
      ...([0, 1, 2].map(() => fc.constantFrom(1, -1)) as [
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
      ]),
    ),
    spacing: fc.tuple(
      ...([0, 1, 2].map(() => fc.double({ min: 0.3, max: 6, noNaN: true })) as [
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
      ]),
    ),
    angles: fc.tuple(
      ...([0, 1].map(() => fc.double({ min: -0.35, max: 0.35, noNaN: true })) as [
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
      ]),
    ),
    offset: fc.tuple(
      fc.integer({ min: -200, max: 200 }),
      fc.integer({ min: -200, max: 200 }),
      fc.integer({ min: -200, max: 200 }),
    ),
  })
  .map(({ axes, signs, spacing, angles: [a, b], offset }) => {
    const grid = Array.from({ length: 12 }, () => 0);
    axes.forEach((row, column) => (grid[4 * row + column] = signs[column]! * spacing[column]!));
    offset.forEach((value, row) => (grid[4 * row + 3] = value));
    const aroundZ = [Math.cos(a), -Math.sin(a), 0, 0, Math.sin(a), Math.cos(a), 0, 0, 0, 0, 1, 0];
    const aroundX = [1, 0, 0, 0, 0, Math.cos(b), -Math.sin(b), 0, 0, Math.sin(b), Math.cos(b), 0];
    return composeAffine(aroundX, composeAffine(aroundZ, grid));
  });

const shapes: fc.Arbitrary<Shape3> = fc.tuple(
  fc.oneof(fc.constant(1), fc.integer({ min: 3, max: 12 })),
  fc.integer({ min: 5, max: 14 }),
  fc.integer({ min: 5, max: 14 }),
);

const images = fc.record({ shape: shapes, affine: fc.option(affines, { nil: undefined }) }).map(({ shape, affine }) => {
  const spacingMm = affine ? spacingOf(affine) : ([2, 0.7, 0.7] as const);
  const data = Float32Array.from({ length: count(shape) }, (_, i) => ((i * 7919) % 1000) / 1000);
  return mr(shape, data, { spacingMm, ...(affine && { affine }) });
});

/** A structure of three voxels or more on a side (flat in a flat image), inside of a shape. */
const structureIn = (shape: Shape3): fc.Arbitrary<Box> =>
  fc
    .tuple(
      ...(shape.map((size) => fc.tuple(fc.nat(Math.max(0, size - 3)), fc.integer({ min: 3, max: 6 }))) as [
        fc.Arbitrary<[number, number]>,
        fc.Arbitrary<[number, number]>,
        fc.Arbitrary<[number, number]>,
      ]),
    )
    .map(
      ([d, h, w]) =>
        [
          d[0],
          h[0],
          w[0],
          Math.min(shape[0], d[0] + d[1]),
          Math.min(shape[1], h[0] + h[1]),
          Math.min(shape[2], w[0] + w[1]),
        ] as const,
    );

function maskOf([d0, h0, w0, d1, h1, w1]: Box, shape: Shape3, isRound: boolean): Uint8Array {
  const mask = new Uint8Array(count(shape));
  for (let d = d0; d < d1; d++)
    for (let h = h0; h < h1; h++)
      for (let w = w0; w < w1; w++) {
        const off = (at: number, low: number, high: number): number => ((2 * at + 1 - low - high) / (high - low)) ** 2;
        if (!isRound || off(d, d0, d1) + off(h, h0, h1) + off(w, w0, w1) <= 1.2)
          mask[(d * shape[1] + h) * shape[2] + w] = 1;
      }
  return mask;
}

function boxOf(mask: Uint8Array, shape: Shape3): Box {
  const box = [Infinity, Infinity, Infinity, 0, 0, 0];
  mask.forEach((value, i) => {
    if (!value) return;
    const at = [Math.floor(i / (shape[1] * shape[2])), Math.floor(i / shape[2]) % shape[1], i % shape[2]];
    at.forEach((index, axis) => {
      box[axis] = Math.min(box[axis]!, index);
      box[axis + 3] = Math.max(box[axis + 3]!, index + 1);
    });
  });
  return box as unknown as Box; // Six numbers by construction.
}

function dice(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [both, sum] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    both += a[i]! * b[i]!;
    sum += a[i]! + b[i]!;
  }
  return (2 * both) / sum;
}

const cases = images.chain((volume) =>
  fc.record({
    volume: fc.constant(volume),
    structure: structureIn(volume.shape),
    isRound: fc.boolean(),
    factors: fc.tuple(
      ...([0, 1, 2].map(() => fc.double({ min: 1, max: 2.7, noNaN: true })) as [
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
      ]),
    ),
    multiple: fc.constantFrom<Shape3>([1, 1, 1], [4, 16, 16], [1, 7, 5]),
  }),
);

/** A plan whose grid is `factors` times as fine along each axis of the turned image. */
function finer(volume: PreparableVolume, factors: Shape3, multiple: Shape3): PreparationPlan {
  const { shape } = planPreparation(volume, plain).output;
  const to = shape.map((size, axis) => (size === 1 ? 1 : Math.max(1, Math.round(size * factors[axis]!)))) as [
    number,
    number,
    number,
  ];
  return { ...plain, resample: { shape: to }, pad: { multiple } };
}

describe('geometry', () => {
  it('has the codes, the order of voxels and the affine that nibabel gives', () => {
    for (const { affine, shape, codes, turned, turnedShape, turnedAffine } of oracle.turns) {
      expect(axisCodes(affine)).toBe(codes);
      const data = Float32Array.from({ length: count(shape) }, (_, i) => i);
      const { image } = prepareImage(mr(shape, data, { affine }), { windows: [{ low: 0, high: 100 }] });
      expect(image.shape).toEqual(turnedShape);
      closeTo(
        image.data,
        turned.map((value) => value / 100),
      );
      closeTo(image.affine!, turnedAffine, 6);
    }
  });

  it('inverts affines, and tells those that have no inverse', () => {
    fc.assert(
      fc.property(affines, (affine) => closeTo(composeAffine(affine, invertAffine(affine)), identityAffine, 9)),
      seeded,
    );
    expect(() => invertAffine(Array.from({ length: 12 }, () => 0))).toThrow(/invertAffine: expected three axes/);
    expect(() => axisCodes([1, 0, 0])).toThrow(/expected an affine of 12 finite numbers, found 3 of 3/);
    const angle = Math.PI / 9;
    const oblique = [1, 0, 0, 0, 0, Math.cos(angle), -Math.sin(angle), 0, 0, Math.sin(angle), Math.cos(angle), 0];
    expect(obliquityDegrees(oblique)).toBeCloseTo(20, 9);
  });

  it('gives the corners of a box in the patient: edges of voxels, not their centres', () => {
    const affine = [0, 0, 2, -10, 0, 3, 0, 5, 4, 0, 0, 100];
    const corners = boxToPatient([0, 0, 0, 1, 1, 2], affine);
    expect(corners[0]).toEqual([-11, 3.5, 98]);
    expect(corners[7]).toEqual([-7, 6.5, 102]);
    expect(corners).toHaveLength(8);
  });
});

describe('masks and boxes, there and back', () => {
  it('returns every mask with a Dice of at least 0.98 from a grid at least as fine, oblique, anisotropic, flipped or flat', () => {
    fc.assert(
      fc.property(cases, ({ volume, structure, isRound, factors, multiple }) => {
        const mask = maskOf(structure, volume.shape, isRound);
        fc.pre(mask.includes(1));
        const record = planPreparation(volume, finer(volume, factors, multiple));
        const prepared = prepareMask(record, mask);
        expect(dice(restoreMask(record, prepared), mask)).toBeGreaterThanOrEqual(0.98);
      }),
      { ...seeded, numRuns: 200 },
    );
  });

  it('keeps what is thinner than a voxel of a coarser grid as a part of it, and gives it back', () => {
    const shape: Shape3 = [1, 32, 32];
    const volume = mr(shape, new Float32Array(count(shape)));
    const record = planPreparation(volume, { ...plain, resample: { shape: [1, 16, 16] } });
    const bar = maskOf([0, 8, 4, 1, 24, 7], shape, false);
    const back = restoreValues(record, prepareOccupancy(record, bar)).map((value) => (value >= 0.5 ? 1 : 0));
    expect(dice(back, bar)).toBeGreaterThan(0.85);
    const line = maskOf([0, 8, 5, 1, 24, 6], shape, false);
    const occupancy = prepareOccupancy(record, line);
    expect(Math.max(...occupancy)).toBe(0.5);
    expect(occupancy.reduce((a, b) => a + b, 0)).toBe(4);
  });

  it('returns every box, and puts the box of a mask around the prepared mask, within half a voxel', () => {
    fc.assert(
      fc.property(cases, ({ volume, structure, factors, multiple }) => {
        const record = planPreparation(volume, finer(volume, factors, multiple));
        const prepared = prepareBox(record, structure);
        closeTo(restoreBox(record, prepared), structure, 4);
        const found = boxOf(prepareMask(record, maskOf(structure, volume.shape, false)), record.output.shape);
        found.forEach((edge, i) => expect(Math.abs(edge - prepared[i]!)).toBeLessThanOrEqual(0.5001));
      }),
      seeded,
    );
  });

  it('moves nothing in the patient: a voxel of the input and of the output at one place are about the same', () => {
    fc.assert(
      fc.property(cases, ({ volume, structure, factors, multiple }) => {
        fc.pre(volume.affine !== undefined);
        const { record } = prepareImage(volume, finer(volume, factors, multiple));
        const centreOf = (box: Box): [number, number, number] => [
          (box[0] + box[3] - 1) / 2,
          (box[1] + box[4] - 1) / 2,
          (box[2] + box[5] - 1) / 2,
        ];
        const before = applyAffine(volume.affine!, centreOf(structure));
        const after = applyAffine(record.output.affine!, centreOf(prepareBox(record, structure)));
        closeTo(after, before, 3);
      }),
      seeded,
    );
  });

  it('keeps the left on the left: columns run to the left of the patient whatever the file had', () => {
    fc.assert(
      fc.property(images, fc.nat(), ({ shape, affine, ...volume }, seed) => {
        fc.pre(affine !== undefined && shape[0] > 1);
        const at = seed % count(shape);
        const data = new Float32Array(count(shape));
        data[at] = 1;
        const { image } = prepareImage({ ...volume, shape, affine: affine!, data }, plain);
        expect(axisCodes(image.affine!)).toBe('SPL');
        const voxel = [
          Math.floor(at / (shape[1] * shape[2])),
          Math.floor(at / shape[2]) % shape[1],
          at % shape[2],
        ] as const;
        const found = image.data.indexOf(1);
        const [, height, width] = image.shape;
        const there = [
          Math.floor(found / (height * width)),
          Math.floor(found / width) % height,
          found % width,
        ] as const;
        closeTo(applyAffine(image.affine!, there), applyAffine(affine!, voxel), 3);
      }),
      seeded,
    );
  });

  it('gives nothing where the image was cropped away, and clips boxes to what is left', () => {
    const shape: Shape3 = [1, 8, 10];
    const volume = mr(shape, new Float32Array(80));
    const { output, ...rest } = planPreparation(volume, { ...plain, crop: [0, 2, 3, 1, 6, 9] });
    const record: PreparationRecord = { output, ...rest };
    expect(output.shape).toEqual([1, 4, 6]);
    const all = restoreMask(record, new Uint8Array(24).fill(1));
    expect(boxOf(all, shape)).toEqual([0, 2, 3, 1, 6, 9]);
    expect(restoreValues(record, new Float32Array(24).fill(3), -9)[0]).toBe(-9);
    expect(prepareBox(record, [0, 0, 0, 1, 3, 4])).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it('survives JSON, and refuses arrays of another size', () => {
    const volume = mr([2, 3, 4], new Float32Array(24));
    const record = planPreparation(volume, finer(volume, [2, 2, 2], [4, 4, 4]));
    const kept = JSON.parse(JSON.stringify(record)) as PreparationRecord;
    const mask = maskOf([0, 0, 0, 2, 2, 2], [2, 3, 4], false);
    expect(prepareMask(kept, mask)).toEqual(prepareMask(record, mask));
    expect(() => prepareMask(record, new Uint8Array(3))).toThrow(/prepareMask: expected 24 values for \[2, 3, 4\]/);
    expect(() => restoreMask(record, new Uint8Array(3))).toThrow(/restoreMask: expected/);
    expect(() => restoreBox(record, [0, 5, 0, 1, 2, 3])).toThrow(/restoreBox: expected finite corners/);
  });
});

describe('values', () => {
  it('are resampled as scipy does where they grow, and to the mean where they shrink', () => {
    for (const { shape, to, data, values } of oracle.resampled) {
      const plan = { windows: [{ low: -1, high: 1 }], resample: { shape: to } } as const;
      const { image } = prepareImage(mr(shape, data), plan);
      closeTo(
        Array.from(image.data, (value) => 2 * value - 1),
        values,
      );
    }
  });

  it('have the percentiles that sorting gives, in an image of any sign', () => {
    const { data, shares, values } = oracle.percentiles;
    for (let i = 1; i < shares.length; i++) {
      const plan = { windows: [{ percentiles: [shares[i - 1]!, shares[i]!] as const }] };
      const { steps } = planPreparation(mr([1, 3, 167], data), plan);
      expect(steps[0]).toMatchObject({ kind: 'window', windows: [{ low: values[i - 1], high: values[i] }] });
    }
  });

  const ct = (data: number[]): PreparableVolume => ({ ...mr([1, 1, data.length], data), modality: 'CT', unit: 'HU' });

  it('of a CT go through one window, whatever else is in the scan, and through others by name and by number', () => {
    expect([...prepareImage(ct([-1500, -1000, -200, 600, 3000])).image.data]).toEqual([0, 0, 0.5, 1, 1]);
    expect([...prepareImage(ct([0, 0])).image.data]).toEqual([0.625, 0.625]);
    const { image } = prepareImage(ct([-600, 40]), {
      windows: ['lung', { center: 40, width: 400 }, { low: 0, high: 80 }],
    });
    expect([image.channels, image.shape]).toEqual([3, [1, 1, 2]]);
    closeTo(image.data, [0.5, 0, 0, 1390 / 1500, 0.5, 0.5], 6);
  });

  it('without a unit are clipped to percentiles, so that one hot pixel changes nothing', () => {
    const data = Array.from({ length: 1000 }, (_, i) => i);
    const found = prepareImage(mr([1, 10, 100], data)).image.data;
    expect(found).toEqual(prepareImage(mr([1, 10, 100], [...data.slice(0, -1), 1e6])).image.data);
    expect([found[0], found[5], found[999]]).toEqual([0, 0, 1]);
    expect(found[500]).toBeCloseTo(495 / 989, 5);
    expect([...prepareImage(mr([1, 1, 3], [7, 7, 7])).image.data]).toEqual([0, 0, 0]);
    // A CT that was stored as a picture has no Hounsfield units.
    const picture = { ...mr([1, 1, 2], [0, 255]), modality: 'CT' };
    expect([...prepareImage(picture).image.data]).toEqual([0, 1]);
  });

  it('are refused where they are no numbers, and plans where they do not fit', () => {
    for (const bad of [Number.NaN, Infinity])
      expect(() => prepareImage(mr([1, 1, 3], [1, bad, 2]))).toThrow(/expected finite voxels, found 1 of 3/);
    const volume = mr([1, 4, 4], new Float32Array(16));
    const wrong: [PreparationPlan, RegExp][] = [
      [{ windows: ['lung'] }, /expected Hounsfield units for the window lung/],
      [{ windows: [] }, /expected at least one window/],
      [{ windows: [{ low: 5, high: 5 }] }, /wider than 0/],
      [{ windows: [{ percentiles: [0.5, 2] }] }, /percentiles as shares/],
      [{ orientation: 'LPX' }, /expected axis codes such as SPL/],
      [{ crop: [0, 0, 0, 1, 5, 4] }, /box of whole voxels inside \[1, 4, 4\]/],
      [{ resample: { shape: [1, 0, 4] } }, /whole numbers of voxels/],
      [{ resample: { spacingMm: [1, -1, 1] } }, /voxel sizes above 0 mm/],
      [{ pad: { shape: [1, 3, 4] } }, /pad to of at least \[1, 4, 4\], found \[1, 3, 4\]/],
    ];
    for (const [plan, message] of wrong) expect(() => prepareImage(volume, plan)).toThrow(message);
    expect(() => prepareImage({ ...volume, spacingMm: [1, 0, 1] })).toThrow(/voxel sizes above 0/);
    expect(() => prepareImage({ ...volume, affine: Array.from({ length: 12 }, () => 0) })).toThrow(/three axes/);
  });
});

describe('orientation of flat images', () => {
  const film = (patientOrientation?: [string, string], modality = 'DX'): PreparableVolume =>
    mr([1, 2, 3], [0, 0.1, 0.2, 0.3, 0.4, 0.5], { modality, ...(patientOrientation && { patientOrientation }) });
  const values = (volume: PreparableVolume): number[] =>
    Array.from(prepareImage(volume, plain).image.data, (value) => Math.round(10 * value));

  it('of a radiograph is turned to the way it is looked at when the file says how it lies', () => {
    expect(values(film(['L', 'F']))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(values(film(['R', 'F']))).toEqual([2, 1, 0, 5, 4, 3]);
    expect(values(film(['LA', 'HR']))).toEqual([3, 4, 5, 0, 1, 2]);
    // Rows and columns changed places: three rows of two.
    expect(values(film(['F', 'L']))).toEqual([0, 3, 1, 4, 2, 5]);
    expect(values(film(['A', 'F']))).toEqual([2, 1, 0, 5, 4, 3]);
  });

  it('is never changed when it is not known, and that is told', () => {
    for (const volume of [film(), film(['X', 'F']), film(['L', 'R'])]) {
      const { image, record } = prepareImage(volume, plain);
      expect(image.data).toEqual(Float32Array.from(volume.data));
      expect(record.assumptions.map(({ code }) => code)).toEqual(['orientation-unknown']);
    }
    expect(values(film(['P', 'F'], 'MG'))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('of a coronal slice stays coronal, head up', () => {
    // Columns to the right, rows to the head.
    const affine = [0, 0, -1, 0, 1, 0, 0, 0, 0, 1, 0, 0];
    const { image } = prepareImage(mr([1, 2, 2], [0, 0.1, 0.2, 0.3], { affine }), plain);
    closeTo(image.data, [0.3, 0.2, 0.1, 0], 6);
    expect(axisCodes(image.affine!)).toBe('PIL');
    expect(() => prepareImage(mr([1, 2, 2], [0, 0, 0, 0], { affine }), { orientation: 'SPL' })).toThrow(
      /keep the plane/,
    );
  });
});

describe('foreground', () => {
  it('is the body of a CT, with a margin, and nothing is cropped where there is none', () => {
    const shape: Shape3 = [3, 30, 40];
    const body = maskOf([0, 10, 12, 3, 22, 30], shape, false);
    const volume: PreparableVolume = {
      ...mr(
        shape,
        Float32Array.from(body, (is) => (is ? 40 : -1000)),
      ),
      modality: 'CT',
      unit: 'HU',
    };
    const { record } = prepareImage(volume, { crop: 'foreground' });
    expect(record.steps[0]).toMatchObject({ kind: 'crop', box: [0, 8, 10, 3, 24, 32] });
    const air = prepareImage({ ...volume, data: new Float32Array(3600).fill(-1000) }, { crop: 'foreground' });
    expect(air.record.assumptions.map(({ code }) => code)).toContain('no-foreground');
    expect(air.image.shape).toEqual(shape);
  });

  it('of a film is what is inside its dark borders', () => {
    const shape: Shape3 = [1, 30, 40];
    const inside = maskOf([0, 5, 6, 1, 25, 36], shape, false);
    const film = mr(
      shape,
      Float32Array.from(inside, (is, i) => (is ? 100 + (i % 50) : 3)),
    );
    expect(planPreparation(film, { crop: 'foreground' }).steps[0]).toMatchObject({ box: [0, 3, 4, 1, 27, 38] });
  });
});

it('explains what was done: what came in, every step with its numbers and why, what was assumed, what is lost', () => {
  const volume: PreparableVolume = {
    data: new Float32Array(600 * 4).fill(-1000),
    shape: [600, 2, 2],
    spacingMm: [0.5, 0.7, 0.7],
    spacingSource: { plane: 'PixelSpacing', depth: 'positions' },
    modality: 'CT',
    unit: 'HU',
    affine: [0, 0, -0.7, 0, 0, 0.7, 0, 0, 0.5, 0, 0, 0],
    warnings: [{ code: 'missing-slices', message: 'One slice was missing.' }],
  };
  const plan = { resample: { shape: [128, 2, 2] }, pad: { shape: [128, 4, 4] } } as const;
  const lines = explainPreprocessing(planPreparation(volume, plan)).split('\n');
  expect(lines).toEqual([
    expect.stringMatching(
      /^In: CT, 600 x 2 x 2 voxels .* 0\.5 x 0\.7 x 0\.7 mm \(in plane PixelSpacing, along depth positions\), Hounsfield units, SPR /,
    ),
    'Warning of the reader (missing-slices): One slice was missing.',
    expect.stringMatching(/^1\. Turned from SPR to SPL .*Why: the way radiologists/),
    expect.stringMatching(/^2\. Windowed to 0\.\.1: wide, -1000 to 600 HU\..* Why: air to dense bone/),
    expect.stringMatching(
      /^3\. Resampled from 600 x 2 x 2 to 128 x 2 x 2.*detail is lost along depth 600 to 128, 4\.688 voxels in one\. Why/,
    ),
    expect.stringMatching(/^4\. Padded with black to 128 x 4 x 4, 0, 1, 1 voxels/),
    'Out: 128 x 4 x 4 voxels of 2.344 x 0.7 x 0.7 mm, in 0..1.',
    expect.stringMatching(/^Back: /),
  ]);
  expect(explainPreprocessing(planPreparation(mr([1, 1, 2], [0, 1])))).toMatch(/Assumed \(orientation-unknown\)/);
});
