import type { LabelMap, Volume, WriteNiftiOptions } from '../src/index.js';

/** What is written as NIfTI and read by other programs. */
export interface WrittenCase {
  name: string;
  image: Volume | LabelMap;
  options: WriteNiftiOptions;
  /** ITK, which has no shear, reads it too. */
  isForItk: boolean;
}

const shape = [3, 4, 5] as const;
const values = Array.from({ length: 60 }, (_, i) => ((i * 37) % 101) - 40);
const grid = {
  shape,
  spacingSource: { plane: 'header', depth: 'header' } as const,
  warnings: [],
};

const volume = (spacingMm: Volume['spacingMm'], affine: readonly number[]): Volume => ({
  ...grid,
  spacingMm,
  affine,
  data: Float32Array.from(values, (value) => value / 8),
  modality: 'OT',
  unit: 'none',
  storableRange: [-5, 8],
  source: { format: 'nifti', photometric: 'MONOCHROME2' },
});

/** Columns of a rotation by a right triangle of sides 3, 4 and 5 about x, then about z: exact in 32 bits but for rounding. */
const oblique = (sizes: readonly [number, number, number]): number[] => {
  const [c, s] = [0.6, 0.8];
  const [x, y, z] = [
    [c, s, 0],
    [-s * c, c * c, s],
    [s * s, -c * s, c],
  ] as const;
  const origin = [-12.5, 30.25, 101];
  return [0, 1, 2].flatMap((row) => [z[row]! * sizes[0], y[row]! * sizes[1], x[row]! * sizes[2], origin[row]!]);
};

export const WRITTEN_CASES: readonly WrittenCase[] = [
  {
    name: 'axial, columns to the right, from the head down',
    image: volume([2.5, 0.75, 0.5], [0, 0, -0.5, 40, 0, 0.75, 0, -60, -2.5, 0, 0, 200]),
    options: { isGzip: false },
    isForItk: true,
  },
  { name: 'oblique', image: volume([3, 0.5, 1], oblique([3, 0.5, 1])), options: { isGzip: false }, isForItk: true },
  {
    name: 'sheared, as of a tilted gantry',
    image: volume([Math.hypot(2, 1), 1, 1], [0, 0, 1, 0, 1, 1, 0, 0, 2, 0, 0, 0]),
    options: { isGzip: false },
    isForItk: false,
  },
  {
    name: 'whole numbers of 16 bits',
    image: { ...volume([1, 1, 1], [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0]), data: Float32Array.from(values) },
    options: { isGzip: false, dataType: 'int16' },
    isForItk: true,
  },
  {
    name: 'labels with names',
    image: {
      ...grid,
      spacingMm: [2, 1, 1],
      affine: [0, 0, 1, -3, 0, -1, 0, 5, 2, 0, 0, 7],
      labels: Uint8Array.from(values, (value) => Math.abs(value) % 4),
      names: new Map([
        [1, 'liver'],
        [2, 'left lung'],
        [3, 'spleen'],
      ]),
    },
    options: { isGzip: false },
    isForItk: true,
  },
];
