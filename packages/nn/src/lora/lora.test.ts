import * as tf from '@tensorflow/tfjs';
import { createRng } from '@vividmed/core';
import { expectClose } from '@vividmed/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  addLora,
  attachLora,
  disposeParams,
  dropoutSeed,
  exportLora,
  extractLora,
  initParams,
  leaves,
  layerNormSpec,
  linear,
  type LinearParams,
  linearSpec,
  loadLora,
  type LoraAdapters,
  loraSpec,
  loraTargets,
  mergeLora,
  normal,
  openSafetensors,
  ParamSpec,
  type ParamsOf,
  peftConfig,
  readPeftConfig,
  seededDropout,
  type Tree,
  unmergeLora,
  withoutDropout,
  writeSafetensors,
} from '../index.js';

const block = { q_proj: linearSpec(4, 6), v_proj: linearSpec(4, 6, { bias: false }), norm: layerNormSpec(4) };
const spec = {
  embed: { weight: new ParamSpec([9, 4], normal(1)) },
  layers: [{ attn: block }, { attn: block }],
  head: linearSpec(6, 5),
};
type Params = ParamsOf<typeof spec>;
const options = { targets: ['layers.*.attn.{q,v}_proj'], rank: 2, alpha: 8, rsLora: true, seed: 3 };

const forward = (params: Params, x: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const hidden = params.layers.map(({ attn }) => tf.add(linear(attn.q_proj, x), linear(attn.v_proj, x)));
    return linear(params.head, tf.addN(hidden));
  });

/** The adapters with normal values in `lora_B`, in place. */
function trained(adapters: LoraAdapters): LoraAdapters {
  const rng = createRng(7);
  for (const node of Object.values(adapters)) {
    const { lora_B } = node;
    node.lora_B = tf.tensor(
      Float32Array.from({ length: lora_B.size }, () => rng.normal()),
      lora_B.shape,
    );
    lora_B.dispose();
  }
  return adapters;
}

const disposeBoth = (...trees: Tree<tf.Tensor>[]): void => {
  for (const tensor of new Set(trees.flatMap((tree) => leaves(tree).map(([, leaf]) => leaf)))) tensor.dispose();
};

it('globs choose linear layers by their whole path, and one that chooses none is an error', () => {
  expect(loraTargets(spec, options.targets)).toEqual([
    'layers.0.attn.q_proj',
    'layers.0.attn.v_proj',
    'layers.1.attn.q_proj',
    'layers.1.attn.v_proj',
  ]);
  expect(loraTargets(spec, ['**'])).toHaveLength(5);
  // No suffix matching, and neither an embedding nor a norm is a linear layer.
  for (const idle of ['q_proj', 'embed', 'layers.*.attn.norm', 'layers.*.attn.{k,o}_proj']) {
    expect(() => loraTargets(spec, ['head', idle])).toThrow(`found none for ${idle}`);
  }
});

it('new adapters change nothing, and share every tensor of the model', () => {
  const params = initParams(spec, 1);
  const before = tf.memory().numTensors;
  const adapted = addLora(spec, params, options);
  expect(tf.memory().numTensors - before).toBe(4 * 3);
  expect(adapted.embed.weight).toBe(params.embed.weight);
  expect(adapted.layers[1]!.attn.q_proj.weight).toBe(params.layers[1]!.attn.q_proj.weight);
  const x = tf.ones([3, 4]);
  const [plain, same] = [forward(params, x), forward(adapted, x)];
  expect([...same.dataSync()]).toEqual([...plain.dataSync()]);
  expect((params.layers[0]!.attn.q_proj as LinearParams).lora).toBeUndefined();
  disposeBoth(params, adapted);
  tf.dispose([x, plain, same]);
});

it('the spec with adapters describes the tree with adapters, random values included', () => {
  const params = initParams(spec, 5);
  const adapted = addLora(spec, params, { ...options, dropout: 0.1, seed: 5 });
  const whole = initParams(loraSpec(spec, { ...options, dropout: 0.1 }), 5);
  const values = (tree: Tree<tf.Tensor>) => leaves(tree).map(([path, tensor]) => [path, [...tensor.dataSync()]]);
  expect(values(adapted)).toEqual(values(whole));
  const decayed = leaves(loraSpec(spec, options)).filter(([path]) => path.includes('.lora.'));
  expect(decayed.map(([, leaf]) => leaf.decay)).toEqual(decayed.map(() => false));
  expect(decayed.filter(([, leaf]) => leaf.trainable).map(([path]) => path.split('.').at(-1))).toEqual(
    Array.from({ length: 4 }, () => ['lora_A', 'lora_B']).flat(),
  );
  disposeBoth(adapted, whole);
});

it('the scale is alpha / rank, with rsLoRA alpha / sqrt(rank)', () => {
  const params = initParams(spec, 1);
  for (const [rsLora, scale] of [
    [false, 8 / 64],
    [true, 1],
  ] as const) {
    const adapters = extractLora(addLora(spec, params, { ...options, targets: ['head'], rank: 64, rsLora }));
    expect(adapters['head']!.scale.dataSync()[0]).toBe(scale);
    disposeParams(adapters);
  }
  disposeParams(params);
  expect(() => loraSpec(spec, { ...options, rank: 0 })).toThrow('expected a whole rank of at least 1');
});

it('merging computes the same, and unmerging gives the model back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.double({ min: 0.5, max: 16, noNaN: true }), (rank, alpha) => {
      const params = initParams(spec, rank);
      const adapted = addLora(spec, params, { ...options, rank, alpha });
      const adapters = trained(extractLora(adapted));
      const merged = mergeLora(adapted);
      const restored = unmergeLora(merged, adapters);
      const x = tf.tensor2d([[0.3, -1, 0.7, 0.2]]);
      const [plain, beside, inside, again] = [params, adapted, merged, restored].map((tree) => forward(tree, x));
      const distance = tf.tidy(() => tf.max(tf.abs(tf.sub(beside!, plain!))).dataSync()[0]!);
      expect(distance, 'adapters change the output').toBeGreaterThan(1e-3);
      expectClose(inside!, beside!.dataSync(), { rtol: 1e-5, label: 'merged' });
      expectClose(again!, beside!.dataSync(), { rtol: 1e-5, label: 'unmerged' });
      expect((merged.layers[0]!.attn.q_proj as LinearParams).lora).toBeUndefined();
      for (const [path, tensor] of leaves(params)) {
        const back = new Map(leaves(restored)).get(path)!;
        expectClose(back, tensor.dataSync(), { atol: 1e-5, label: path });
      }
      disposeBoth(params, adapted, merged, restored);
      tf.dispose([x, plain!, beside!, inside!, again!]);
    }),
    { seed: 4, numRuns: 8 },
  );
});

it('gradients reach the adapters and not the frozen weight', () => {
  const params = initParams({ layer: linearSpec(4, 6) }, 1);
  const adapted = addLora({ layer: linearSpec(4, 6) }, params, { ...options, targets: ['layer'] });
  trained(extractLora(adapted));
  const { lora } = adapted.layer as LinearParams;
  const x = tf.ones([3, 4]);
  const grads = tf.tidy(() =>
    tf.grads((a: tf.Tensor, b: tf.Tensor) =>
      tf.sum(tf.square(linear({ ...adapted.layer, lora: { ...lora!, lora_A: a, lora_B: b } }, x))),
    )([lora!.lora_A, lora!.lora_B]),
  );
  expect(grads.map(({ shape }) => shape)).toEqual([
    [4, 2],
    [2, 6],
  ]);
  grads.forEach((grad) => expect(Math.max(...grad.dataSync().map(Math.abs))).toBeGreaterThan(0));
  disposeBoth(params, adapted);
  tf.dispose([x, ...grads]);
});

it('an adapter written in the layout of PEFT is read back to the same output', async () => {
  const params = initParams(spec, 1);
  const adapted = addLora(spec, params, options);
  const adapters = trained(extractLora(adapted));
  const file = await exportLora(adapters);
  expect([...file].slice(0, 2).map(([name, { shape }]) => [name, shape])).toEqual([
    ['base_model.model.layers.0.attn.q_proj.lora_A.weight', [2, 4]],
    ['base_model.model.layers.0.attn.q_proj.lora_B.weight', [6, 2]],
  ]);
  const bytes = writeSafetensors(file);
  const reader = await openSafetensors({ size: bytes.length, read: async (start, end) => bytes.subarray(start, end) });
  const config = readPeftConfig(JSON.parse(JSON.stringify(peftConfig(options, Object.keys(adapters)))));
  const loaded = await loadLora(spec, reader, config);
  const x = tf.ones([2, 4]);
  const again = attachLora(params, loaded);
  const [first, second] = [forward(adapted, x), forward(again, x)];
  expect([...second.dataSync()]).toEqual([...first.dataSync()]);
  await expect(loadLora(spec, reader, { ...config, rank: 3 })).rejects.toThrow('8 tensor(s) do not fit');
  await expect(loadLora({ layers: [spec.layers[0]!] }, reader, config)).rejects.toThrow(
    'unexpected base_model.model.layers.1.attn.q_proj.lora_A.weight',
  );
  await expect(loadLora({ head: spec.head }, reader, config)).rejects.toThrow('found none');
  disposeBoth(params, adapted, again);
  tf.dispose([x, first, second]);
});

it('a configuration of PEFT that computes something else is refused', () => {
  const plain = peftConfig(options, ['head']);
  expect(readPeftConfig(plain)).toEqual({ rank: 2, alpha: 8, rsLora: true, dropout: 0 });
  for (const change of [{ use_dora: true }, { peft_type: 'IA3' }, { rank_pattern: { head: 4 } }, { bias: 'all' }]) {
    expect(() => readPeftConfig({ ...plain, ...change })).toThrow(`a wrong "${Object.keys(change)[0]}"`);
  }
});

it('adapters without a layer of their shape are named', () => {
  const params = initParams(spec, 1);
  const adapters = extractLora(addLora(spec, params, { ...options, targets: ['head'] }));
  expect(() => attachLora(params, { tail: adapters['head']!, embed: adapters['head']! })).toThrow(
    'found none for tail [6, 5], embed [6, 5]',
  );
  disposeParams(params);
  disposeParams(adapters);
});

it('dropout keeps the mean, drops the share it is told, and depends on seed and place alone', () => {
  const [rows, columns, rate] = [200, 150, 0.05];
  const mask = (seed: number): number[] =>
    tf.tidy(() => [
      ...seededDropout(tf.ones([rows, columns]), { rate: tf.scalar(rate), seed: tf.scalar(seed) }).dataSync(),
    ]);
  const masks = [0, 1, 2].map((step) => mask(dropoutSeed(11, step, 'layers.0')));
  for (const values of masks) {
    const dropped = values.filter((value) => value === 0).length / values.length;
    // Five standard deviations of a binomial share.
    expect(Math.abs(dropped - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / values.length));
    expect(Math.max(...values)).toBeCloseTo(1 / (1 - rate), 5);
  }
  expect(mask(dropoutSeed(11, 0, 'layers.0'))).toEqual(masks[0]);
  expect(dropoutSeed(11, 0, 'layers.1')).not.toBe(dropoutSeed(11, 0, 'layers.0'));
  /** How much more often two values are dropped together than independent ones would be, in standard deviations. */
  const excess = (a: number[], b: number[]): number => {
    const both = a.filter((value, i) => value === 0 && b[i] === 0).length / a.length;
    return (both - rate ** 2) / Math.sqrt((rate ** 2 * (1 - rate ** 2)) / a.length);
  };
  const [first, second] = masks as [number[], number[], number[]];
  for (const shift of [1, 2, 3, columns, columns + 1, columns - 1, 5 * columns]) {
    expect(Math.abs(excess(first.slice(shift), first.slice(0, -shift))), `shift ${shift}`).toBeLessThan(5);
  }
  expect(Math.abs(excess(first, second)), 'from step to step').toBeLessThan(5);
});

it('an adapter with dropout computes what its mask says, and the whole of it without', () => {
  const layerSpec = { layer: linearSpec(40, 3) };
  const params = initParams(layerSpec, 1);
  const adapted = addLora(layerSpec, params, { ...options, targets: ['layer'], dropout: 0.5 });
  trained(extractLora(adapted));
  const { lora, ...layer } = adapted.layer as LinearParams;
  const x = tf.ones([5, 40]);
  const expected = tf.tidy(() => {
    const input = seededDropout(x, lora!.dropout!);
    return tf.add(linear(layer, x), tf.mul(tf.matMul(tf.matMul(input, lora!.lora_A), lora!.lora_B), lora!.scale));
  });
  const [dropped, whole] = [linear(adapted.layer, x), linear(withoutDropout(adapted).layer, x)];
  expectClose(dropped, expected.dataSync());
  const distance = tf.tidy(() => tf.max(tf.abs(tf.sub(dropped, whole))).dataSync()[0]!);
  expect(distance).toBeGreaterThan(0.1);
  disposeBoth(params, adapted);
  tf.dispose([x, expected, dropped, whole]);
});

it('specs without linear layers have no targets', () => {
  expect(() => loraTargets({ norm: layerNormSpec(3) }, ['**'])).toThrow('found none for **');
});
