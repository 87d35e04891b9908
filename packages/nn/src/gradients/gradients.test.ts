import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { describeEngines, expectGradient, randomTensor } from '../../test/engines.js';
import { registerGradients } from './index.js';

beforeAll(() => {
  registerGradients();
  registerGradients();
});

const turn = (shape: number[], turned: boolean): number[] =>
  turned ? [...shape.slice(0, -2), ...shape.slice(-2).reverse()] : shape;

describeEngines('gradients', () => {
  for (const [left, right] of [
    [
      [3, 4],
      [4, 5],
    ],
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    [
      [2, 3, 4],
      [4, 5],
    ],
    [
      [3, 4],
      [2, 4, 5],
    ],
    [
      [1, 3, 4],
      [2, 4, 5],
    ],
  ] as const) {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        it(`of matMul [${left}] x [${right}] transposed ${transposeA} ${transposeB} are the central differences`, () => {
          expectGradient(
            (a, b) => tf.matMul(a, b, transposeA, transposeB),
            [turn([...left], transposeA), turn([...right], transposeB)],
          );
        });
      }
    }
  }

  it('of an embedding add up the rows that are looked up twice', () => {
    const indices = tf.tensor2d(
      [
        [0, 4, 4],
        [2, 0, 4],
      ],
      [2, 3],
      'int32',
    );
    expectGradient((table) => tf.square(tf.gather(table, indices)), [[5, 3]]);
    const grad = tf.tidy(() => tf.grad((table: tf.Tensor) => tf.sum(tf.gather(table, indices)))(tf.ones([5, 1])));
    expect([...grad.dataSync()]).toEqual([2, 0, 1, 0, 3]);
    tf.dispose([grad, indices]);
  });

  it('of gather hold along other axes, and for batches where tfjs computes them', () => {
    const flat = tf.tensor1d([3, 0, 3], 'int32');
    const rows = tf.tensor2d(
      [
        [1, 1, 0],
        [2, 3, 3],
      ],
      [2, 3],
      'int32',
    );
    expectGradient((x) => tf.square(tf.gather(x, flat, 1)), [[2, 4, 3]]);
    expectGradient((x) => tf.square(tf.gather(x, flat, -1)), [[2, 3, 4]]);
    if (tf.getBackend() === 'wasm') {
      const { gradFunc } = tf.getGradient('GatherV2');
      expect(() => gradFunc(flat, [flat, rows], { axis: 1, batchDims: 1 })).toThrow('expected batchDims 0 on wasm');
    } else {
      expectGradient((x) => tf.square(tf.gather(x, rows, 1, 1)), [[2, 4, 3]]);
    }
    tf.dispose([flat, rows]);
  });

  it('pass conditions that are computed from the input', () => {
    const outside = (x: tf.Tensor): tf.Tensor =>
      tf.logicalOr(tf.greater(x, 0.5), tf.logicalNot(tf.lessEqual(tf.neg(x), 0.5)));
    expectGradient((x) => tf.where(outside(x), tf.square(x), tf.mul(x, 3)), [[4, 5]]);
    expectGradient((x) => tf.where(tf.logicalAnd(tf.less(x, 1), tf.notEqual(x, 0)), tf.square(x), x), [[4, 5]]);
    expectGradient((x) => tf.where(tf.equal(x, 2), x, tf.square(x)), [[4, 5]]);
  });

  it('leave a matrix product with a constant side as it is', () => {
    const [x, w] = [randomTensor([3, 4], 1), randomTensor([4, 2], 2)];
    const grad = tf.tidy(() => tf.grad((a: tf.Tensor) => tf.sum(tf.matMul(a, w)))(x));
    const sums = tf.tidy(() => tf.tile(tf.reshape(tf.sum(w, 1), [1, 4]), [3, 1]).dataSync());
    grad.dataSync().forEach((value, i) => expect(value).toBeCloseTo(sums[i]!, 5));
    tf.dispose([x, w, grad]);
  });
});
