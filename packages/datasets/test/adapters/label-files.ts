import { type LabelMap, writeNifti } from '@vividmed/imaging';
import type { Shape3 } from '../../src/index.js';

export { miniature } from './miniature.js';

export const shape: Shape3 = [2, 3, 4];
/** Depth to the head in steps of 3 mm, rows to the back of 2 mm, columns to the left of 1 mm. */
export const affine = [0, 0, 1, -10, 0, 2, 0, -20, 3, 0, 0, 5];
const spacingMm: Shape3 = [3, 2, 1];
const spacingSource = { plane: 'header', depth: 'header' } as const;
const size = 24;

const labelMap = (labels: LabelMap['labels'], over: Partial<LabelMap>): LabelMap => ({
  labels,
  shape,
  spacingMm,
  spacingSource,
  affine,
  warnings: [],
  ...over,
});

/** A label map as NIfTI: the values of voxels by their index, 0 elsewhere. */
export const labels = (values: Readonly<Record<number, number>>, over: Partial<LabelMap> = {}): Promise<Uint8Array> => {
  const voxels = new Uint16Array((over.shape ?? shape).reduce((product, side) => product * side, 1));
  for (const [at, value] of Object.entries(values)) voxels[Number(at)] = value;
  return writeNifti(labelMap(voxels, over));
};

/** An image as NIfTI whose voxels count from `first`. */
export const image = (first = -1000, over: Partial<LabelMap> = {}): Promise<Uint8Array> =>
  writeNifti(
    labelMap(
      Int32Array.from({ length: size }, (_, i) => first + i),
      over,
    ),
  );

/** The same file with a fourth axis, of as many volumes. */
export async function stacked(firsts: readonly number[]): Promise<Uint8Array> {
  const one = await writeNifti(labelMap(new Int32Array(size), {}), { isGzip: false });
  const start = one.length - 4 * size;
  const file = new Uint8Array(start + 4 * size * firsts.length);
  file.set(one.subarray(0, start));
  const view = new DataView(file.buffer);
  view.setInt16(40, 4, true);
  view.setInt16(48, firsts.length, true);
  firsts.forEach((first, t) => {
    for (let i = 0; i < size; i++) view.setInt32(start + 4 * (t * size + i), first + i, true);
  });
  return file;
}

/** Indices of the voxels of a mask. */
export const voxelsOf = (mask: Uint8Array | undefined): number[] =>
  [...(mask ?? [])].flatMap((value, i) => (value ? [i] : []));
