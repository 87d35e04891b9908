import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { disposeParams } from '@vividmed/nn';
import { initVividMed, logitsAt } from '@vividmed/vlm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeBatch } from '../bench/batch.js';
import { product, trainingFactor, transformerFlops, vividMedFlops } from '../bench/flops.js';
import { transformer } from '../bench/transformer.js';
import { toTensors } from '../src/training/batch.js';
import { runModel } from '../src/training/losses.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vividmed-flops-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Operations of the products among the kernels that a function calls. */
async function countProducts(fn: () => void): Promise<number> {
  const { kernels } = await tf.profile(() => {
    tf.tidy(() => fn());
    return [];
  });
  let sum = 0;
  for (const { name, inputShapes, outputShapes } of kernels) {
    if (!name.includes('MatMul')) continue;
    const [a, b] = inputShapes.map((shape) => sizeOf(shape!.slice(-2))) as [number, number];
    const [m, n] = outputShapes[0]!.slice(-2) as [number, number];
    // [m, k] or [k, m], times [k, n] or [n, k].
    const k = Math.sqrt((a * b) / (m * n));
    sum += (sizeOf(outputShapes[0]!) / (m * n)) * product(m, k, n);
  }
  return sum;
}

const small = { layers: 2, width: 32, heads: 4, batch: 2, tokens: 16, vocab: 64 };

async function countTransformer(mode: string): Promise<number> {
  const benchCase = { name: mode, group: 'transformer', kind: 'transformer', sizes: { ...small, mode } };
  const work = transformer(benchCase, join(folder, mode));
  try {
    return await countProducts(() => void work.run());
  } finally {
    work.dispose();
  }
}

it('the operations of the transformer are those of its products, and three times as many in a train step', async () => {
  expect(await countTransformer('forward')).toBe(transformerFlops(small));
  expect((await countTransformer('train')) / transformerFlops(small)).toBeCloseTo(trainingFactor, 1);
});

it.each([2, 3] as const)(
  'the operations of VividMed are those of its products but for what the formula leaves out, %iD',
  async (dims) => {
    const sizes = { preset: 'toy', dims, batch: 2, length: 96, side: 32, depth: 24, height: 32, width: 32 } as const;
    const { model, parts } = await makeBatch(sizes);
    const [host] = parts as [(typeof parts)[0]];
    const params = initVividMed(model, 1);
    const arrays = toTensors(host.arrays);
    const counted = await countProducts(() => {
      const { hidden } = runModel(params, model, arrays, host.groups);
      logitsAt(params.lm_head, hidden, arrays.rowIndex!);
    });
    disposeParams(params);
    tf.dispose(arrays);
    // Left out: adapter, resampled positions, the tokens' side of the two-way decoder, mask upscaling, heads.
    const share = vividMedFlops(model, host) / counted;
    expect(share).toBeGreaterThan(0.95);
    expect(share).toBeLessThanOrEqual(1);
  },
);
