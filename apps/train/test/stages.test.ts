import { readJson } from '@vividmed/core/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { leaves, type ParamSpec } from '@vividmed/nn';
import { vividMedSpec, type VividMedConfig } from '@vividmed/vlm';
import { runFiles } from '../src/run-folder.js';
import { runStage } from '../src/stage.js';
import { newFolder, tensorsOf, toyConfig, toyCorpus } from './toy.js';

const root = newFolder();
const folders = { all: join(root, 'all'), text: join(root, 'text'), localiser: join(root, 'localiser') };

/** Names of the tensors that differ between two runs; both have the same names and shapes. */
async function changed(before: string, after: string): Promise<string[]> {
  const [a, b] = await Promise.all([before, after].map((folder) => tensorsOf(runFiles(folder).checkpointWeights)));
  const shapes = (tensors: typeof a) => Object.fromEntries([...tensors!].map(([name, { shape }]) => [name, shape]));
  expect(shapes(b)).toEqual(shapes(a));
  const bits = (data: Float32Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return [...a!].flatMap(([name, { data }]) => (bits(data).equals(bits(b!.get(name)!.data)) ? [] : [name]));
}

beforeAll(async () => {
  const corpus = await toyCorpus();
  const run = (folder: string, changes: object) =>
    runStage(toyConfig({ ...changes, steps: 2 }), { folder, corpus: async () => corpus });
  await run(folders.all, { tasks: { targetPresence: 1 } });
  await run(folders.text, {
    tasks: { visualQuestions: 1, report: 1 },
    initFrom: folders.all,
    trainable: ['model.**', 'lm_head.**'],
  });
  await run(folders.localiser, { initFrom: folders.text, trainable: ['sam.**', 'vg_proj.**'] });
});
afterAll(() => rmSync(root, { recursive: true }));

const specOf = (folder: string): [string, ParamSpec][] =>
  leaves(vividMedSpec(readJson(join(runFiles(folder).checkpoint, 'model.json')) as VividMedConfig));

describe('a stage that starts from the one before', () => {
  it('has every tensor of the model, with its shape', async () => {
    const tensors = await tensorsOf(runFiles(folders.localiser).checkpointWeights);
    expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))).toEqual(
      Object.fromEntries(specOf(folders.localiser).map(([path, { torchShape }]) => [path, torchShape])),
    );
  });

  it.each([
    ['all', 'text', /^(model|lm_head)\./],
    ['text', 'localiser', /^(sam|vg_proj)\./],
  ] as const)('changes what is trainable and keeps every bit of the rest (%s, then %s)', async (from, to, globs) => {
    const trained = specOf(folders[to]).filter(([path, { trainable }]) => trainable && globs.test(path));
    const found = await changed(folders[from], folders[to]);
    expect(found.toSorted()).toEqual(trained.map(([path]) => path).toSorted());
  });
});
