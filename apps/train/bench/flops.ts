import type { VividMedConfig } from '@vividmed/vlm';
import type { HostBatch } from '../src/training/batch.js';

/** Operations of a product [m, k] x [k, n]: a multiplication and an addition each. */
export const product = (m: number, k: number, n: number): number => 2 * m * k * n;

/** Weights of a network cost one product forward and two backward: for their own gradient and for that of their input. */
export const trainingFactor = 3;

export interface TransformerSizes {
  layers: number;
  width: number;
  batch: number;
  tokens: number;
  vocab: number;
}

/** Forward pass of the benchmark's transformer: its products alone; norms, softmax and the embedding are left out. */
export function transformerFlops({ layers, width, batch, tokens, vocab }: TransformerSizes): number {
  const rows = batch * tokens;
  const weights = product(rows, width, 3 * width + width + 4 * width) + product(rows, 4 * width, width);
  const attention = 2 * batch * product(tokens, width, tokens);
  return layers * (weights + attention) + product(rows, width, vocab);
}

/** Forward pass of transformer blocks over rows that attend to `span` others, with an MLP of `mlp` a row. */
const blocks = (rows: number, span: number, width: number, mlp: number): number =>
  rows * (product(1, width, 4 * width) + mlp) + 2 * product(rows, width, span);

/**
 * Forward pass of the whole model over a batch of one group: patches, both encoders, the language model, its head, and the
 * image's side of the two-way decoder. Left out are adapter, mask upscaling, heads, norms and everything elementwise, so a share of the
 * machine's rate that is reckoned from it is a little too low.
 */
export function vividMedFlops({ vision, language, sam }: VividMedConfig, { arrays, groups }: HostBatch): number {
  const { numImages, numPrompts, padded, patchDepth } = groups[0]!;
  const [, patchH, patchW] = vision.patch;
  const patches = (padded[0] / patchDepth) * (padded[1] / patchH) * (padded[2] / patchW);
  const [rows, length] = arrays['ids']!.shape as [number, number];
  const labelled = arrays['labels']!.data.length;
  const plainMlp = (width: number, mlp: number): number => product(1, width, 2 * mlp);
  const gatedMlp = (width: number, mlp: number): number => product(1, width, 3 * mlp);
  const embed = numImages * product(patches, patchDepth * patchH * patchW, vision.width + sam.width);
  const tokens = patches + 1;
  const tower =
    vision.depth * blocks(numImages * tokens, tokens, vision.width, plainMlp(vision.width, vision.mlpWidth));
  const text =
    language.depth * blocks(rows * length, length, language.width, gatedMlp(language.width, language.mlpWidth));
  const head = product(labelled, language.width, language.vocabSize);
  const encoder =
    sam.encoderDepth * blocks(numImages * patches, patches, sam.width, plainMlp(sam.width, sam.encoderMlpWidth));
  // Keys and values of one attention, queries and output of the other, each of half the width.
  const decoder = sam.decoderDepth * numPrompts * product(patches, sam.width, 2 * sam.width);
  return embed + tower + text + head + encoder + decoder;
}
