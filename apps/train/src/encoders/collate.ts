import { planDrawn, createImageReader } from '../data/images.js';
import type { DrawnCase } from '../data/draw.js';
import { groupKey, groupShapeOf, type HostArray, type HostBatch } from '../training/batch.js';
import type { Tokenizer, VividMedConfig } from '@vividmed/vlm';
import { cellClasses, cellCover } from './cells.js';

/** The share of each token in the name of each class: [classes, vocabulary]. */
function nameShares({ encode, vocabSize }: Tokenizer): HostArray {
  const data = new Float32Array(cellClasses.length * vocabSize);
  cellClasses.forEach((name, k) => {
    const ids = encode(name, true);
    for (const id of ids) data[k * vocabSize + id]! += 1 / ids.length;
  });
  return { data, shape: [cellClasses.length, vocabSize] };
}

/** Turns drawn cases into the arrays of one step of the image encoders. */
export function createCellCollate(
  model: VividMedConfig,
  { augment, tokenizer }: { augment: boolean; tokenizer: Tokenizer },
): (groups: readonly (readonly DrawnCase[])[]) => HostBatch {
  const read = createImageReader(augment);
  const names = nameShares(tokenizer);
  return (groups) => {
    const batch: HostBatch = { arrays: { names }, groups: [], truths: [], numSamples: 0 };
    groups.forEach((drawn, g) => {
      const images = drawn.map(({ subject, rng }) => ({ volume: subject.volume, rng }));
      // The images of a group share their shape, and so the first one's patch depth serves them all.
      const plan = planDrawn(model, images[0]!, augment);
      const covers = drawn.map(({ subject }) => cellCover(subject, plan));
      const size = covers[0]!.length;
      const cover = new Float32Array(covers.length * size);
      covers.forEach((values, i) => cover.set(values, i * size));
      batch.arrays[groupKey(g, 'image')] = read(images, plan);
      batch.arrays[groupKey(g, 'cover')] = { data: cover, shape: [drawn.length, ...plan.grid, cellClasses.length] };
      batch.groups.push(groupShapeOf(plan, drawn.length));
      batch.truths.push({ boxes: [], sample: new Int32Array(0) });
      batch.numSamples += drawn.length;
    });
    return batch;
  };
}
