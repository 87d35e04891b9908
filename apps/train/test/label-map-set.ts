import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeNifti } from '@vividmed/imaging';

/** Blocks [d0, d1, h0, h1, w0, w1] in a map of 24 voxels a side, by the label of SynthSeg; the patient's left has a higher w. */
const blocks: readonly (readonly [label: number, ...number[]])[] = [
  // Left putamen, wider than the right one, so that a mirrored map differs.
  [12, 5, 18, 6, 18, 14, 22],
  [51, 5, 18, 6, 18, 4, 8],
  [16, 5, 18, 6, 18, 10, 13],
];

export interface MapOptions {
  /** Slices; 24 unless given. */
  depth?: number;
  /** Stored with the width first, from the other side on, and the depth last; the header says so. */
  isTurned?: boolean;
}

/** Writes label maps as SynthSeg ships them: NIfTI without images. */
export async function writeLabelMaps(
  folder: string,
  names: readonly string[],
  { depth = 24, isTurned = false }: MapOptions = {},
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const labels = new Uint8Array(depth * 24 * 24);
  for (const [label, d0 = 0, d1 = 0, h0 = 0, h1 = 0, w0 = 0, w1 = 0] of blocks)
    for (let d = d0; d < Math.min(d1, depth); d++)
      for (let h = h0; h < h1; h++)
        for (let w = w0; w < w1; w++)
          labels[isTurned ? ((23 - w) * 24 + h) * depth + d : (d * 24 + h) * 24 + w] = label;
  const bytes = await writeNifti({
    labels,
    shape: isTurned ? [24, 24, depth] : [depth, 24, 24],
    spacingMm: [1, 1, 1],
    affine: isTurned ? [-1, 0, 0, 23, 0, 1, 0, 0, 0, 0, 1, 0] : [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0],
    spacingSource: { plane: 'header', depth: 'header' },
    warnings: [],
  });
  for (const name of names) writeFileSync(join(folder, `${name}.nii.gz`), bytes);
}
