import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { disposeParams, initParams, layerNormSpec, lazyExport, leaves, linearSpec, loadParams } from './index.js';
import { openCheckpoint, writeCheckpoint } from './node.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vividmed-nn-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const spec = { layers: [linearSpec(3, 5), linearSpec(5, 2)], norm: layerNormSpec(2) };

it.each([
  [1e9, ['model.safetensors']],
  [80, [1, 2].map((i) => `model-0000${i}-of-00002.safetensors`).concat('model.safetensors.index.json')],
])('a model written in files of %d bytes is the model that was written', async (maxShardBytes, files) => {
  const params = initParams(spec, 1);
  const path = await writeCheckpoint(folder, lazyExport(spec, params), { maxShardBytes });
  expect(path).toBe(join(folder, files.at(-1)!));
  expect(readdirSync(folder).sort()).toEqual([...files].sort());
  const reader = await openCheckpoint(path);
  expect(reader.metadata).toEqual({ format: 'pt' });
  expect(reader.shapeOf('layers.0.weight')).toEqual([5, 3]);
  const again = await loadParams(spec, reader);
  const values = (tree: typeof params) => leaves(tree).map(([name, tensor]) => [name, tensor.arraySync()]);
  expect(values(again)).toEqual(values(params));
  disposeParams(params);
  disposeParams(again);
});

it('the index says how many bytes there are and where each tensor is', async () => {
  const params = initParams(spec, 1);
  const index = JSON.parse(
    readFileSync(await writeCheckpoint(folder, lazyExport(spec, params), { maxShardBytes: 61 }), 'utf8'),
  );
  expect(index.metadata.total_size).toBe((15 + 5 + 10 + 2 + 2 + 2) * 4);
  expect(index.weight_map).toEqual({
    'layers.0.weight': 'model-00001-of-00003.safetensors',
    'layers.0.bias': 'model-00002-of-00003.safetensors',
    'layers.1.weight': 'model-00002-of-00003.safetensors',
    'layers.1.bias': 'model-00003-of-00003.safetensors',
    'norm.weight': 'model-00003-of-00003.safetensors',
    'norm.bias': 'model-00003-of-00003.safetensors',
  });
  disposeParams(params);
});

it('tensors are made one at a time, and a failure leaves no part of a file', async () => {
  let living = 0;
  let most = 0;
  const lazy = (fails: boolean) => ({
    shape: [4],
    read: async () => {
      most = Math.max(most, ++living);
      await Promise.resolve();
      living -= 1;
      if (fails) throw new Error('device lost');
      return new Float32Array(4);
    },
  });
  await writeCheckpoint(
    folder,
    new Map([
      ['a', lazy(false)],
      ['b', lazy(false)],
    ]),
  );
  expect(most).toBe(1);
  const written = readFileSync(join(folder, 'model.safetensors'));
  await expect(
    writeCheckpoint(
      folder,
      new Map([
        ['a', lazy(false)],
        ['b', lazy(true)],
      ]),
    ),
  ).rejects.toThrow('device lost');
  expect(readdirSync(folder)).toEqual(['model.safetensors']);
  expect(readFileSync(join(folder, 'model.safetensors')).equals(written)).toBe(true);
});

it('files that are not there, cut off or not JSON are told', async () => {
  await expect(openCheckpoint(join(folder, 'none.safetensors'))).rejects.toThrow('expected a file, found none');
  writeFileSync(join(folder, 'index.json'), 'no');
  await expect(openCheckpoint(join(folder, 'index.json'))).rejects.toThrow('expected an index in JSON');
  const params = initParams(spec, 1);
  const path = await writeCheckpoint(folder, lazyExport(spec, params));
  writeFileSync(path, readFileSync(path).subarray(0, -1));
  await expect(openCheckpoint(path)).rejects.toThrow('The file is cut off');
  disposeParams(params);
});
