import * as tf from '@tensorflow/tfjs';
import { countParams, disposeParams, initParams } from '@vividmed/nn';
import { expectClose } from '@vividmed/testing';
import { expect, test } from 'vitest';
import { boxReference, windowsSpec } from '../src/box-reference.js';
import { decodePrompts, type SamConfig, samPresets, samSpec } from '../src/index.js';

const grid = [2, 4, 5] as const;
const cells = 40;
const open = [-1, -1, -1, 2, 2, 2];
const boxOf = (similarity: number[], window = open): number[] => {
  const box = tf.tidy(() =>
    tf.sigmoid(boxReference(tf.tensor(similarity, [1, cells, 1]), tf.tensor2d([window]), grid).boxLogits),
  );
  const values = [...box.dataSync()];
  box.dispose();
  return values;
};

test('a query that looks everywhere starts from the whole image', () => {
  expectClose(boxOf(Array.from({ length: cells }, () => 3)), [0.5, 0.5, 0.5, 0.995, 0.995, 0.995]);
});

test('a query that looks at one cell starts from that cell', () => {
  const at = (1 * 4 + 2) * 5 + 3;
  const similarity = Array.from({ length: cells }, (_, i) => (i === at ? 60 : -60));
  expectClose(boxOf(similarity), [0.75, 0.625, 0.7, 0.5, 0.25, 0.2]);
});

test('a query that looks at a block of cells starts from the box around as even an ellipsoid, however alike they are', () => {
  const similarity = Array.from({ length: cells }, (_, i) => {
    const [h, w] = [Math.floor(i / 5) % 4, i % 5];
    return h < 2 && w >= 1 && w < 4 ? 10 + i : -10 - i;
  });
  // Variances of two cells of a quarter, and of three of a fifth.
  const [height, width] = [0.125 ** 2, (2 / 3) * 0.2 ** 2];
  const size = (variance: number, count: number): number => Math.sqrt(20 * variance + count ** -2);
  expectClose(boxOf(similarity), [0.5, 0.25, 0.5, 0.995, size(height, 4), size(width, 5)]);
});

test.each([
  [2, [1, 36, 30], [0.5, 15, 12.5]],
  [3, [20, 24, 28], [10, 13, 12]],
] as const)('a query that looks at an ellipsoid of %i dimensions starts from the box around it', (_, size, centre) => {
  const radii = size.map((count) => (count === 1 ? Number.POSITIVE_INFINITY : count / 3));
  const similarity = Array.from({ length: size[0] * size[1] * size[2] }, (__, i) => {
    const at = [Math.floor(i / (size[1] * size[2])), Math.floor(i / size[2]) % size[1], i % size[2]];
    const away = at.reduce((sum, x, axis) => sum + ((x + 0.5 - centre[axis]!) / radii[axis]!) ** 2, 0);
    return away < 1 ? 20 : -20;
  });
  const box = tf.tidy(() => {
    const { boxLogits } = boxReference(tf.tensor(similarity, [1, similarity.length, 1]), tf.tensor2d([open]), size);
    return tf.sigmoid(boxLogits);
  });
  const found = box.dataSync();
  size.forEach((count, axis) => {
    expect(Math.abs(found[axis]! - centre[axis]! / count)).toBeLessThan(0.01);
    expect(Math.abs(found[3 + axis]! - Math.min(1, (2 * radii[axis]!) / count))).toBeLessThan(0.03);
  });
  box.dispose();
});

test('a query sees nothing outside of its window, whose edges are soft', () => {
  const left = [-1, -1, -1, 2, 2, 0.5];
  const similarity = Array.from({ length: cells }, (_, i) => (i % 5 === 0 ? 4 : i % 5 > 2 ? 9 : -60));
  expectClose(boxOf(similarity, left), boxOf(similarity.map((x, i) => (i % 5 > 2 ? -60 : x))), { atol: 1e-2 });
  // The edge is in the middle of the second of five cells: half of it is inside.
  const edge = boxOf(
    Array.from({ length: cells }, () => 30),
    [-1, -1, -1, 2, 2, 0.3],
  );
  expect(edge[2]!).toBeCloseTo((0.1 + 0.5 * 0.3) / 1.5, 3);
});

test('windows start as the image and its sides, and are learned', () => {
  const spec = windowsSpec(5);
  expect([spec.shape, spec.trainable, spec.decay]).toEqual([[5, 6], true, false]);
  const params = initParams({ windows: spec }, 0);
  const kept = (params.windows.arraySync() as number[][]).map((edges) =>
    ['depth', 'height', 'width'].flatMap((axis, i) => [
      ...(edges[i]! > 0.4 ? [`last of ${axis}`] : []),
      ...(edges[3 + i]! < 0.6 ? [`first of ${axis}`] : []),
    ]),
  );
  const sides = [['first of width'], ['last of width']];
  expect(kept).toEqual([[], ...sides, [], sides[0]]);
  disposeParams(params);
  const similarity = tf.randomNormal([1, cells, 1], 0, 1, 'float32', 4);
  const edges = [0.1, 0.2, 0.1, 0.8, 0.7, 0.6];
  const f = (x: tf.Tensor): tf.Tensor => tf.sum(boxReference(similarity, x, grid).boxLogits);
  const grad = tf.tidy(() => tf.grad(f)(tf.tensor2d([edges])));
  const slopes = grad.dataSync();
  edges.forEach((_, i) => {
    const at = (h: number): number => {
      const value = tf.tidy(() => f(tf.tensor2d([edges.with(i, edges[i]! + h)])));
      const [number] = value.dataSync();
      value.dispose();
      return number!;
    };
    const difference = (at(2e-3) - at(-2e-3)) / 4e-3;
    expect(Math.abs(slopes[i]! - difference)).toBeLessThan(0.03 * Math.max(1, Math.abs(difference)));
  });
  tf.dispose([similarity, grad]);
});

test('a query looks at the most alike cell where none is, even one far below all others', () => {
  const at = 3 * 5;
  const similarity = Array.from({ length: cells }, (_, i) => (i === at ? -180 : -200));
  expectClose(boxOf(similarity), [0.25, 0.875, 0.1, 0.5, 0.25, 0.2]);
});

test('where a query looks are the squared probabilities within its window over their sum, and what it sees is their mean similarity', () => {
  const m = 3;
  const similarity = tf.randomNormal([2, cells, m], -1, 2, 'float32', 7);
  const windows = tf.tensor2d([open, [-1, -1, -1, 2, 0.6, 2], [0.2, 0.1, 0.3, 0.9, 0.8, 0.9]]);
  const edges = [...windows.dataSync()];
  const { boxLogits, evidence } = boxReference(similarity, windows, grid);
  const scaled = tf.sigmoid(boxLogits);
  const boxes = scaled.dataSync();
  const seen = evidence.dataSync();
  const given = similarity.dataSync();
  for (let row = 0; row < 2 * m; row++) {
    const [k, query] = [Math.floor(row / m), row % m];
    const alike = Array.from({ length: cells }, (_, i) => given[(k * cells + i) * m + query]!);
    const places = [
      (i: number) => (Math.floor(i / 20) + 0.5) / 2,
      (i: number) => ((Math.floor(i / 5) % 4) + 0.5) / 4,
      (i: number) => ((i % 5) + 0.5) / 5,
    ];
    const inside = (i: number): number =>
      places.reduce((part, place, axis) => {
        const [first, last] = [edges[6 * query + axis]!, edges[6 * query + 3 + axis]!];
        return part / ((1 + Math.exp((first - place(i)) / 0.025)) * (1 + Math.exp((place(i) - last) / 0.025)));
      }, 1);
    const squared = alike.map((value, i) => inside(i) * (1 + Math.exp(-value)) ** -2);
    const sum = squared.reduce((a, b) => a + b, 0);
    const mean = (of: (i: number) => number): number => squared.reduce((total, p, i) => total + (p / sum) * of(i), 0);
    places.forEach((place, axis) => {
      const centre = mean(place);
      const variance = mean((i) => (place(i) - centre) ** 2);
      expect(boxes[row * 6 + axis]!).toBeCloseTo(centre, 4);
      expect(boxes[row * 6 + 3 + axis]!).toBeCloseTo(Math.min(Math.sqrt(20 * variance + grid[axis]! ** -2), 0.995), 4);
    });
    expect(seen[row]!).toBeCloseTo(
      mean((i) => alike[i]!),
      4,
    );
  }
  tf.dispose([similarity, windows, boxLogits, evidence, scaled]);
});

test('where a query looks has the gradient of finite differences', () => {
  const base = tf.randomNormal([2, cells, 3], 0, 1, 'float32', 4);
  const along = tf.randomNormal([2, cells, 3], 0, 1, 'float32', 5);
  const weights = tf.randomNormal([2, 3, 7], 0, 1, 'float32', 6);
  const f = (x: tf.Tensor): tf.Scalar => {
    const { boxLogits, evidence } = boxReference(x, tf.tensor2d([open, [0, 0, 0, 1, 1, 0.5], open]), grid);
    return tf.sum(tf.mul(tf.concat([boxLogits, tf.expandDims(evidence, -1)], -1), weights)) as tf.Scalar;
  };
  const [slope, difference] = tf.tidy(() => {
    const gradient = tf.grad(f)(base);
    const at = (h: number): number => f(tf.add(base, tf.mul(along, h))).dataSync()[0]!;
    // tidy lets plain numbers through, its type only tensors.
    return [tf.sum(tf.mul(gradient, along)).dataSync()[0]!, (at(1e-2) - at(-1e-2)) / 2e-2];
  }) as unknown as [number, number];
  tf.dispose([base, along, weights]);
  expect(Math.abs(slope - difference)).toBeLessThan(1e-2 * Math.max(1, Math.abs(difference)));
});

/** Masks and boxes of one prompt with the same weights where two configs share them. */
function decode(options: Partial<SamConfig>): { masks: number[]; boxes: number[] } {
  const config = { ...samPresets.toy, ...options };
  const params = initParams(samSpec(config), 2);
  const input = {
    embedding_BDHWC: tf.randomNormal([1, 1, 3, 4, config.width], 0, 1, 'float32', 1),
    prompts_KC: tf.randomNormal([1, config.width], 0, 1, 'float32', 2),
    imageIndex_K: tf.tensor1d([0], 'int32'),
    depth: 1,
  };
  const { maskLogits, boxes, presenceLogits } = decodePrompts(params, config, input);
  const result = { masks: [...maskLogits.dataSync()], boxes: [...boxes.dataSync()] };
  const { depth: _, ...tensors } = input;
  tf.dispose([maskLogits, boxes, presenceLogits, ...Object.values(tensors)]);
  disposeParams(params);
  return result;
}

test('the switches for where things are act, and the published form has neither', () => {
  const plain = decode({});
  const positioned = decode({ positionedImage: true });
  expect(positioned.masks).not.toEqual(plain.masks);
  const hypernetwork = countParams(samSpec(samPresets.toy).mask_decoder.output_hypernetworks_mlps[0]!);
  const more = countParams(samSpec({ ...samPresets.toy, boxReference: true })) - countParams(samSpec(samPresets.toy));
  expect(more).toBe(hypernetwork + (6 + samPresets.toy.width + 1) * samPresets.toy.numInstances);
  // In 2D every query starts as deep as its image, at its middle; the head moves it from there.
  const { boxes } = decode({ boxReference: true });
  expect(boxes).toHaveLength(6 * samPresets.toy.numInstances);
  expect(boxes.every((value) => value > 0 && value < 1)).toBe(true);
  expect([samPresets.paper.boxReference, samPresets.paper.positionedImage]).toEqual([false, false]);
});
