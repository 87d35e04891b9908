import type { NrrdHeader } from './header.js';

/** Segments of one layer of a Slicer segmentation (`.seg.nrrd`), by their label. */
export function segmentNames({ pairs }: NrrdHeader, layer: number): ReadonlyMap<number, string> | undefined {
  const names = new Map<number, string>();
  for (const [key, name] of pairs) {
    const segment = /^(Segment\d+)_Name$/.exec(key)?.[1];
    if (segment === undefined) continue;
    const label = Number(pairs.get(`${segment}_LabelValue`));
    if (Number.isInteger(label) && Number(pairs.get(`${segment}_Layer`) ?? 0) === layer) names.set(label, name);
  }
  return names.size > 0 ? names : undefined;
}
