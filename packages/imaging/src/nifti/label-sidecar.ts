import type { LabelMap } from '../label-map.js';

/** What the labels of a map are, as JSON beside its file. */
export interface LabelSidecar {
  version: 1;
  /** Name of each label that occurs or that has one, and how many voxels have it. */
  labels: readonly { label: number; name: string | null; voxels: number }[];
  shapeDhw: readonly number[];
  spacingMm: readonly number[];
}

/** A record of the labels of a map for programs that do not read extensions of NIfTI; label 0 is left out. */
export function labelSidecar({ labels, names, shape, spacingMm }: LabelMap): LabelSidecar {
  const counts = new Map<number, number>([...(names?.keys() ?? [])].map((label) => [label, 0]));
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  counts.delete(0);
  return {
    version: 1,
    labels: [...counts]
      .sort(([one], [other]) => one - other)
      .map(([label, voxels]) => ({ label, name: names?.get(label) ?? null, voxels })),
    shapeDhw: shape,
    spacingMm,
  };
}
