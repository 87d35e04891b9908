import type { Rng } from '@vividmed/core';
import { type Case, findingNames, phantomTargetOf } from '@vividmed/datasets';
import type { Plan } from '@vividmed/patch-embed';
import { type Tokenizer, type VividMedConfig, wordShares } from '@vividmed/vlm';
import type { DrawnCase } from '../data/draw.js';
import { createImageReader, planDrawn } from '../data/images.js';
import { groupKey, groupShapeOf, type HostArray, type HostBatch } from '../training/batch.js';
import { cellClasses, cellCover, type CellTarget, tokenTargets } from './cells.js';

/** The share of each token in each text: [texts, vocabulary]. */
const tokenShares = ({ encode, vocabSize }: Tokenizer, texts: readonly string[]): HostArray => ({
  data: wordShares(
    texts.map((text) => encode(text, true)),
    vocabSize,
  ),
  shape: [texts.length, vocabSize],
});

/** Part of a name that the side beside it is: as much as each of two words. */
const sideShare = 0.5;

/** The names that tokens of the tower are sums of, as shares of the vocabulary: the name of the class, and its side. */
function tokenNames(tokenizer: Tokenizer): HostArray {
  const names = tokenShares(
    tokenizer,
    tokenTargets.map(({ name }) => name),
  );
  tokenTargets.forEach(({ side }, k) => {
    const ids = side ? tokenizer.encode(side, true) : [];
    for (const id of ids) names.data[k * tokenizer.vocabSize + id]! += sideShare / ids.length;
  });
  return names;
}

/** Every class by one of its names, then every sided finding on one of its sides. */
function drawPrompts(rng: Rng): (CellTarget & { text: string })[] {
  const nameOf = (name: CellTarget['name']): string => rng.pick([name, ...phantomTargetOf(name).synonyms]);
  const plain = cellClasses.map((name) => ({ name, text: nameOf(name) }));
  const sided = findingNames
    .filter((name) => phantomTargetOf(name).sided)
    .map((name) => {
      const side = rng.pick(['left', 'right'] as const);
      return { name, side, text: `${side} ${nameOf(name)}` };
    });
  return [...plain, ...sided];
}

/** Covers of cases as one array [B, d, h, w, targets] in [0, 1]. */
function coverArray(cases: readonly Case[], targets: readonly CellTarget[], plan: Plan): HostArray {
  const cells = plan.grid.reduce((a, b) => a * b, 1);
  const data = new Float32Array(cases.length * cells * targets.length);
  cases.forEach((subject, i) => {
    targets.forEach((target, k) => {
      const cover = cellCover(subject, target, plan);
      for (let at = i * cells * targets.length + k, j = 0; j < cells; j++, at += targets.length)
        data[at] = cover[j]! / 255;
    });
  });
  return { data, shape: [cases.length, ...plan.grid, targets.length] };
}

/** Covers as the tower pools patches, by poolDepth x 2 x 2: [B, d, h, w, targets] -> [B, d', h', w', targets]. */
function pooledCover({ data, shape }: HostArray, poolDepth: number): HostArray {
  const [batch, d, h, w, targets] = shape as [number, number, number, number, number];
  const pooled = [batch, d / poolDepth, h / 2, w / 2, targets];
  const sums = new Float32Array(pooled.reduce((a, b) => a * b, 1));
  for (let cell = 0; cell < batch * d * h * w; cell++) {
    const [column, row, slice] = [cell % w, Math.floor(cell / w) % h, Math.floor(cell / (w * h))];
    const to = ((Math.floor(slice / poolDepth) * (h / 2) + (row >> 1)) * (w / 2) + (column >> 1)) * targets;
    for (let k = 0; k < targets; k++) sums[to + k]! += data[cell * targets + k]! / (4 * poolDepth);
  }
  return { data: sums, shape: pooled };
}

/** Turns drawn cases into the arrays of one step of the image encoders. */
export function createCellCollate(
  model: VividMedConfig,
  { augment, tokenizer }: { augment: boolean; tokenizer: Tokenizer },
): (groups: readonly (readonly DrawnCase[])[]) => HostBatch {
  const read = createImageReader(augment);
  const names = tokenShares(tokenizer, cellClasses);
  const sums = tokenNames(tokenizer);
  return (groups) => {
    const prompts = drawPrompts(groups[0]![0]!.rng.fork('prompts'));
    const promptNames = tokenShares(
      tokenizer,
      prompts.map(({ text }) => text),
    );
    const batch: HostBatch = {
      arrays: { names, tokenNames: sums, prompts: promptNames },
      groups: [],
      truths: [],
      numSamples: 0,
    };
    groups.forEach((drawn, g) => {
      const images = drawn.map(({ subject, rng }) => ({ volume: subject.volume, rng }));
      const cases = drawn.map(({ subject }) => subject);
      // The images of a group share their shape, and so the first one's patch depth serves them all.
      const plan = planDrawn(model, images[0]!, augment);
      batch.arrays[groupKey(g, 'image')] = read(images, plan);
      batch.arrays[groupKey(g, 'cover')] = coverArray(cases, prompts, plan);
      batch.arrays[groupKey(g, 'pooledCover')] = pooledCover(coverArray(cases, tokenTargets, plan), plan.poolDepth);
      batch.groups.push(groupShapeOf(plan, drawn.length));
      batch.truths.push({ boxes: [], sample: new Int32Array(0) });
      batch.numSamples += drawn.length;
    });
    return batch;
  };
}
