import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { traceFunction } from '../src/trace/backend.js';

function isSmall(fn: (inputs: tf.Tensor[]) => tf.Tensor[], ...shapes: number[][]): boolean {
  const inputs = shapes.map((shape) => tf.zeros(shape));
  const { graph } = traceFunction(fn, inputs);
  tf.dispose(inputs);
  return graph.isSmall;
}

test('graphs whose nodes have little work are small, whatever their inputs are', () => {
  const product = ([a, b]: tf.Tensor[]): tf.Tensor[] => [tf.matMul(a!, b!)];
  const sum = ([a, b]: tf.Tensor[]): tf.Tensor[] => [tf.add(a!, b!)];
  // A row times a matrix of weights, as for one token; 256 rows.
  expect(isSmall(product, [1, 512], [512, 1024])).toBe(true);
  expect(isSmall(product, [256, 512], [512, 1024])).toBe(false);
  // A product that makes few numbers of many.
  expect(isSmall(product, [16, 65_536], [65_536, 16])).toBe(false);
  expect(isSmall(sum, [128, 256], [256])).toBe(true);
  expect(isSmall(sum, [512, 256], [256])).toBe(false);
});
