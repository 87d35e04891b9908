import type { VolumeLike } from '../preprocess/volume.js';

/** Indices of items whose volumes have one shape, at most `size` of them together, in the order of the items. */
export function batchesOf(items: readonly { volume: Pick<VolumeLike, 'shape'> }[], size: number): number[][] {
  const byShape = new Map<string, number[]>();
  items.forEach(({ volume: { shape } }, i) => {
    const key = shape.join();
    const indices = byShape.get(key) ?? [];
    indices.push(i);
    byShape.set(key, indices);
  });
  return [...byShape.values()].flatMap((indices) =>
    Array.from({ length: Math.ceil(indices.length / size) }, (_, k) => indices.slice(k * size, (k + 1) * size)),
  );
}
