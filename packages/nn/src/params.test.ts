import type * as tf from '@tensorflow/tfjs';
import { VividMedError } from '@vividmed/core';
import { expectReadmeRuns } from '@vividmed/testing';
import { expect, it } from 'vitest';
import {
  constant,
  countParams,
  disposeParams,
  exportParams,
  fanIn,
  getPath,
  initParams,
  leaves,
  linearSpec,
  loadParams,
  mapLeaves,
  matchGlobs,
  normal,
  ParamSpec,
  partition,
  type TensorReader,
  type Tree,
  truncNormal,
  xavierUniform,
} from './index.js';

const spec = { blocks: [{ proj: linearSpec(3, 4) }, { proj: linearSpec(3, 4, { bias: false }) }] };

it('parameters have the names and shapes of their spec', () => {
  const params = initParams(spec, 1);
  expect(leaves(params).map(([path, t]) => [path, t.shape])).toEqual([
    ['blocks.0.proj.weight', [3, 4]],
    ['blocks.0.proj.bias', [4]],
    ['blocks.1.proj.weight', [3, 4]],
  ]);
  expect(countParams(spec)).toBe(28);
  expect(
    countParams({ a: new ParamSpec([5], constant(1), { trainable: false }), b: new ParamSpec([2], constant(1)) }),
  ).toBe(2);
  expect(getPath(params, 'blocks.1.proj.weight')).toBe(params.blocks[1]!.proj.weight);
  expect(() => getPath(params, 'blocks.2.proj')).toThrow('no node at "blocks.2.proj" (nothing at "2")');
  disposeParams(params);
});

it('a seed decides every value, and a new parameter changes no other one', () => {
  const values = (tree: Tree<tf.Tensor>) => {
    const found = leaves(tree).map(([path, tensor]) => [path, [...tensor.dataSync()]]);
    disposeParams(tree);
    return Object.fromEntries(found);
  };
  const first = values(initParams(spec, 1));
  expect(values(initParams(spec, 1))).toEqual(first);
  expect(values(initParams(spec, 2))).not.toEqual(first);
  expect(values(initParams({ added: linearSpec(2, 2), ...spec }, 1))).toMatchObject(first);
});

it('initial values have the spread that their rule says', () => {
  const spread = (init: typeof xavierUniform) => {
    const tensor = initParams(new ParamSpec([100, 300], init), 3);
    const values = tensor.dataSync() as Float32Array;
    tensor.dispose();
    return {
      std: Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length),
      most: Math.max(...values.map(Math.abs)),
    };
  };
  expect(spread(normal(0.02)).std).toBeCloseTo(0.02, 3);
  // A normal cut at two deviations has a standard deviation of 0.8796.
  expect(spread(truncNormal(1)).std).toBeCloseTo(0.88, 2);
  expect(spread(truncNormal(1)).most).toBeLessThanOrEqual(2);
  expect(spread(fanIn(100)).std).toBeCloseTo(0.088, 3);
  const bound = Math.sqrt(6 / 400);
  expect(spread(xavierUniform).most).toBeLessThanOrEqual(bound);
  expect(spread(xavierUniform).std).toBeCloseTo(bound / Math.sqrt(3), 3);
});

it('decay applies to trained matrices unless the spec says otherwise', () => {
  const decay = (shape: number[], options = {}) => new ParamSpec(shape, constant(0), options).decay;
  expect([decay([2, 2]), decay([2]), decay([2], { decay: true }), decay([2, 2], { decay: false })]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect(decay([2, 2], { trainable: false, decay: true })).toBe(false);
});

it('a mapped tree has the form of the first', () => {
  expect(mapLeaves(spec, ({ shape }, path) => `${path} ${shape.length}`)).toEqual({
    blocks: [
      { proj: { weight: 'blocks.0.proj.weight 2', bias: 'blocks.0.proj.bias 1' } },
      { proj: { weight: 'blocks.1.proj.weight 2' } },
    ],
  });
});

it('globs match whole paths: a star within a name, two stars across names, braces one of several', () => {
  const paths = ['layers.0.q_proj', 'layers.1.v_proj', 'layers.1.mlp.up', 'layersX0.q_proj'];
  const matching = (glob: string) => paths.filter((path) => matchGlobs(path, [glob]));
  expect(matching('layers.*.q_proj')).toEqual(['layers.0.q_proj']);
  expect(matching('layers.*.{q,v}_proj')).toEqual(['layers.0.q_proj', 'layers.1.v_proj']);
  expect(matching('layers.**')).toEqual(paths.slice(0, 3));
  expect(matching('layers.*')).toEqual([]);
  expect(matching('q_proj')).toEqual([]);
  expect(partition(paths, ['**.up', 'layers.0.*'])).toEqual({
    trainable: ['layers.0.q_proj', 'layers.1.mlp.up'],
    frozen: ['layers.1.v_proj', 'layersX0.q_proj'],
  });
  expect(() => partition(paths, ['**.up', 'layer.*'])).toThrow('found none for layer.*');
});

const readerOf = (tensors: Record<string, { shape: number[]; data?: Float32Array }>): TensorReader => ({
  names: Object.keys(tensors),
  metadata: {},
  shapeOf: (name) => tensors[name]!.shape,
  read: async (name) => {
    const { shape, data } = tensors[name]!;
    if (!data) throw new VividMedError('checkpoint', `${name} is cut off`);
    return { shape, data };
  },
});

it('every missing, unexpected and mis-shaped tensor is told at once', async () => {
  const reader = readerOf({
    'blocks.0.proj.weight': { shape: [3, 4] },
    'blocks.0.proj.bias': { shape: [4] },
    'blocks.2.proj.weight': { shape: [4, 3] },
    'rope.inv_freq': { shape: [8] },
  });
  const error = await loadParams(spec, reader, { ignore: (name) => name.endsWith('inv_freq') }).catch(
    (e: unknown) => e,
  );
  expect(VividMedError.isInstance(error) && error.code).toBe('checkpoint');
  expect((error as Error).message.split('\n')).toEqual([
    'loadParams: 3 tensor(s) do not fit:',
    '  blocks.0.proj.weight: expected [4, 3], found [3, 4]',
    '  missing blocks.1.proj.weight [4, 3]',
    '  unexpected blocks.2.proj.weight [4, 3]',
    'Hint: Check that the checkpoint was made with the same preset, vocabulary and profile.',
  ]);
});

it('weights are turned on import and turned back on export', async () => {
  const file = {
    'a.weight': { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    'a.bias': { shape: [2], data: Float32Array.of(7, 8) },
  };
  const layer = { proj: linearSpec(3, 2) };
  const rename = (path: string) => path.replace('proj', 'a');
  const params = await loadParams(layer, readerOf(file), { rename });
  expect(params.proj.weight.arraySync()).toEqual([
    [1, 4],
    [2, 5],
    [3, 6],
  ]);
  const out = await exportParams(layer, params);
  expect(out.get('proj.weight')).toEqual(file['a.weight']);
  await expect(exportParams({ proj: linearSpec(3, 4), next: linearSpec(1, 1) }, params)).rejects.toThrow(
    /4 tensor\(s\).*\n {2}proj.weight: expected \[3, 4\], found \[3, 2\]\n.*\n {2}missing next.weight/,
  );
  disposeParams(params);
});

it('a tensor that cannot be read leaves none of the others allocated', async () => {
  const reader = readerOf({
    'proj.weight': { shape: [2, 3], data: new Float32Array(6) },
    'proj.bias': { shape: [2] },
  });
  await expect(loadParams({ proj: linearSpec(3, 2) }, reader)).rejects.toThrow('proj.bias is cut off');
});

it('the example of the README prints what it says', () => expectReadmeRuns(new URL('../README.md', import.meta.url)));
