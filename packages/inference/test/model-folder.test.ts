import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJson, writeJson } from '@vividmed/core/node';
import { disposeParams, initParams, leaves } from '@vividmed/nn';
import { presetConfig, vividMedSpec, wordTokenizer } from '@vividmed/vlm';
import { expect, test } from 'vitest';
import { modelDigest, openModel, writeModel } from '../src/node.js';

const tokenizer = wordTokenizer(['heart']);
const config = presetConfig('toy', { vocabSize: tokenizer.vocabSize });
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'vividmed-model-'));

test('a model comes back from its folder as it was written, with a digest of its own', async () => {
  const params = initParams(vividMedSpec(config), 1);
  const [folder, copy] = [newFolder(), newFolder()];
  await writeModel(folder, { params, config, tokenizer });
  const opened = await openModel(folder);
  expect(opened.config).toEqual(config);
  expect(opened.tokenizer.words).toEqual(['heart']);
  const values = new Map(leaves(opened.params).map(([path, tensor]) => [path, tensor]));
  for (const [path, tensor] of leaves(params)) expect(values.get(path)!.dataSync()).toEqual(tensor.dataSync());
  disposeParams(opened.params);
  disposeParams(params);

  cpSync(folder, copy, { recursive: true });
  const digest = await modelDigest(folder);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(await modelDigest(copy)).toBe(digest);
  writeJson(join(copy, 'tokenizer.json'), { kind: 'word', words: ['lungs'] });
  expect(await modelDigest(copy)).not.toBe(digest);
});

test('what is no model says so', async () => {
  const folder = newFolder();
  await expect(openModel(folder)).rejects.toMatchObject({ code: 'checkpoint' });
  await expect(modelDigest(folder)).rejects.toThrow(
    /expected a model \(model.json, model.safetensors, tokenizer.json\)/,
  );
  writeFileSync(join(folder, 'model.safetensors'), 'x');
  await expect(openModel(folder)).rejects.toMatchObject({ code: 'data' });
  writeJson(join(folder, 'model.json'), { maxTokens: -1 });
  expect(readJson(join(folder, 'model.json'))).toEqual({ maxTokens: -1 });
  await expect(openModel(folder)).rejects.toThrow(/expected a model configuration/);
  writeJson(join(folder, 'model.json'), config);
  writeJson(join(folder, 'tokenizer.json'), tokenizer);
  await expect(openModel(folder)).rejects.toThrow(/model\.safetensors: /);
  rmSync(folder, { recursive: true });
});
