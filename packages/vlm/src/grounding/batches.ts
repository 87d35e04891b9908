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

/**
 * The same, items about one volume together: a batch has whole images where they fit, so that the batches of images with equally many
 * items have one shape.
 */
export function imageBatchesOf(items: readonly { volume: Pick<VolumeLike, 'shape'> }[], size: number): number[][] {
  return batchesOf(items, items.length).flatMap((indices) => {
    const byVolume = new Map<unknown, number[]>();
    for (const i of indices) {
      const { volume } = items[i]!;
      const own = byVolume.get(volume) ?? [];
      own.push(i);
      byVolume.set(volume, own);
    }
    const batches: number[][] = [];
    for (const own of byVolume.values()) {
      for (let at = 0; at < own.length; at += size) {
        const part = own.slice(at, at + size);
        const last = batches.at(-1);
        if (last && last.length + part.length <= size) last.push(...part);
        else batches.push(part);
      }
    }
    return batches;
  });
}
