import * as tf from '@tensorflow/tfjs';
import { gelu, layerNorm } from '@vividmed/nn';
import type { BenchCase } from './case.js';
import type { Work } from './work.js';

const random = (shape: readonly number[], seed: number): tf.Tensor =>
  tf.randomNormal([...shape], 0, 1, 'float32', seed);

interface Kernel {
  inputs: (sizes: Record<string, number>) => number[][];
  run: (...inputs: tf.Tensor[]) => tf.Tensor;
}

const square = ({ n }: Record<string, number>): number[] => [n!, n!];

/** One operation each, by the name that `sizes.op` has. */
const kernels: Record<string, Kernel> = {
  matmul: { inputs: (sizes) => [square(sizes), square(sizes)], run: (a, b) => tf.matMul(a!, b!) },
  attentionScores: {
    inputs: ({ heads, tokens, dim }) => [
      [heads!, tokens!, dim!],
      [heads!, tokens!, dim!],
    ],
    run: (q, k) => tf.matMul(q!, k!, false, true),
  },
  conv2d: {
    inputs: ({ n, channels }) => [
      [1, n!, n!, channels!],
      [3, 3, channels!, channels!],
    ],
    // oxlint-disable-next-line no-restricted-properties -- our layers are products; this row times a user's own convolution
    run: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'),
  },
  conv3d: {
    inputs: ({ n, channels }) => [
      [1, n!, n!, n!, channels!],
      [3, 3, 3, channels!, channels!],
    ],
    // oxlint-disable-next-line no-restricted-properties -- as for conv2d
    run: (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 1, 'same'),
  },
  softmax: { inputs: ({ rows, n }) => [[rows!, n!]], run: (x) => tf.softmax(x!) },
  layerNorm: {
    inputs: ({ rows, n }) => [[rows!, n!], [n!], [n!]],
    run: (x, weight, bias) => layerNorm({ weight: weight!, bias: bias! }, x!),
  },
  gelu: { inputs: ({ rows, n }) => [[rows!, n!]], run: (x) => gelu(x!) },
  add: { inputs: ({ n }) => [[n!], [n!]], run: (a, b) => tf.add(a!, b!) },
};

/** A single operation, called as a program without graphs calls it. */
export function kernel({ sizes }: BenchCase): Work {
  const found = kernels[sizes.op as string];
  if (!found) throw new Error(`no kernel ${sizes.op}`);
  const inputs = found.inputs(sizes as Record<string, number>).map((shape, i) => random(shape, i + 1));
  return {
    run: () => {
      tf.tidy(() => void found.run(...inputs).dataSync());
      return undefined;
    },
    dispose: () => tf.dispose(inputs),
  };
}
