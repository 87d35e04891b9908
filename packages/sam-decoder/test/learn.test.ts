import * as tf from '@tensorflow/tfjs';
import { adamwUpdate, disposeParams, initParams, leaves, mapLeaves } from '@vividmed/nn';
import { expect, it } from 'vitest';
import {
  decodePrompts,
  encodeImage,
  instanceLoss,
  maskLoss,
  resizeMaskLogits,
  samPresets,
  samSpec,
} from '../src/index.js';

const config = samPresets.toy;
const size = 16;

/** A bright square in the dark, [1, 16, 16], as an image or as its mask. */
const square = (top: number, left: number, side: number): number[] =>
  Array.from({ length: size * size }, (_, i) => {
    const [y, x] = [Math.floor(i / size), i % size];
    return Number(y >= top && y < top + side && x >= left && x < left + side);
  });
const boxOf = (top: number, left: number, side: number): number[] => [
  0.5,
  (top + side / 2) / size,
  (left + side / 2) / size,
  1,
  side / size,
  side / size,
];

it('learns where a phrase points in two images within 30 steps', () => {
  const squares: [top: number, left: number, side: number][] = [
    [2, 3, 6],
    [8, 7, 7],
  ];
  const images = tf.tensor(
    squares.flatMap((s) => square(...s)),
    [2, 1, size, size, 1],
  );
  const targets = {
    logits: tf.reshape(images, [2, 1, size, size]),
    boxes: tf.tensor(squares.map((s) => Array.from({ length: config.numInstances }, () => boxOf(...s)))),
    // The first query is the one that answers, as if it had been matched.
    matched: tf.tensor2d(squares.map(() => [1, 0, 0])),
    boxWeight: tf.tensor2d(squares.map(() => [0.5, 0, 0])),
    presenceWeight: tf.fill([2, 3], 1 / 6),
    maskWeight: tf.fill([2], 0.5),
    prompts: tf.fill([2, config.width], 0.5),
    index: tf.tensor1d([0, 1], 'int32'),
  };
  const spec = samSpec(config);
  const start = initParams(spec, 1);
  const specs = leaves(spec);
  const current = new Map(leaves(start));
  const paths = specs.flatMap(([path, { trainable }]) => (trainable ? [path] : []));
  const zeros = (): Map<string, tf.Tensor> => new Map(paths.map((path) => [path, tf.zerosLike(current.get(path)!)]));
  const [m, v] = [zeros(), zeros()];

  const loss = (...values: tf.Tensor[]): tf.Scalar => {
    const replaced = new Map(paths.map((path, i) => [path, values[i]!]));
    const params = mapLeaves(start, (leaf, path) => replaced.get(path) ?? leaf);
    const found = decodePrompts(params, config, {
      embedding_BDHWC: encodeImage(params.image_encoder, config, images, { patchDepth: 1 }),
      prompts_KC: targets.prompts,
      imageIndex_K: targets.index,
      depth: 1,
    });
    const masks = maskLoss({
      logits_KDHW: resizeMaskLogits(found.maskLogits, [1, size, size]),
      target_KDHW: targets.logits,
      weight_K: targets.maskWeight,
    });
    const instances = instanceLoss({
      boxes_Km6: found.boxes,
      presenceLogits_Km: found.presenceLogits,
      targetBoxes_Km6: targets.boxes,
      matched_Km: targets.matched,
      presenceWeight_Km: targets.presenceWeight,
      boxWeight_Km: targets.boxWeight,
    });
    const weighted: [tf.Tensor, number][] = [
      [masks.dice, 2],
      [masks.focal, 2],
      [instances.l1, 5],
      [instances.giou, 2],
      [instances.presence, 2],
    ];
    return tf.addN(weighted.map(([term, weight]) => tf.mul(term, weight))) as tf.Scalar;
  };

  const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
  const losses: number[] = [];
  for (let step = 1; step <= 30; step++) {
    const updated = tf.tidy(() => {
      const { value, grads } = tf.valueAndGrads(loss)(paths.map((path) => current.get(path)!));
      losses.push(value.dataSync()[0]!);
      return paths.map((path, i) => ({
        ...adamwUpdate(
          {
            param: current.get(path)!,
            grad: grads[i]!,
            m: m.get(path)!,
            v: v.get(path)!,
            step: tf.scalar(step),
            lr: tf.scalar(0.01),
            decay: false,
          },
          adam,
        ),
      }));
    });
    paths.forEach((path, i) => {
      tf.dispose([current.get(path)!, m.get(path)!, v.get(path)!]);
      const next = updated[i]!;
      current.set(path, next.param);
      m.set(path, next.m);
      v.set(path, next.v);
    });
  }
  tf.dispose([images, targets, [...current.values()], [...m.values()], [...v.values()]]);
  disposeParams(start);
  expect(losses.at(-1)!).toBeLessThan(0.5 * losses[0]!);
});
