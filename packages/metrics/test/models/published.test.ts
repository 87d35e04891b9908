import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { uncompiled } from '@vividmed/nn';
import { expectClose } from '@vividmed/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ctRateLabels, chexpertLabels } from '../../src/clinical/label-sets.js';
import { openBertScoreEncoder, openCheXbert, openRadBert } from '../../src/models/index.js';

const checkpoint = (name: string): string => fileURLToPath(new URL(`checkpoints/${name}`, import.meta.url));
const golden = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8')) as T;

interface CheXbertGolden {
  texts: string[];
  classes: number[][];
  embeddings: number[][];
}
interface RadBertGolden {
  texts: string[];
  probabilities: number[][];
}
interface EncoderGolden {
  rows: number[][];
  states: number[][];
}
interface BertScoreGolden {
  texts: string[];
  distilroberta: EncoderGolden;
  distilbert: EncoderGolden;
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vividmed-models-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const states = ['blank', 'positive', 'negative', 'uncertain'];

test('the published CheXbert says of reports what PyTorch says, short and cut ones in one batch', async () => {
  const { texts, classes, embeddings } = golden<CheXbertGolden>('chexbert');
  const model = await openCheXbert(checkpoint('chexbert'));
  const readings = await model.read(texts);
  model.dispose();
  readings.forEach((reading, i) => {
    expect(Object.keys(reading.states)).toEqual([...chexpertLabels]);
    expect(Object.values(reading.states), `report ${i}`).toEqual(classes[i]!.map((label) => states[label]));
    expectClose(reading.embedding, embeddings[i]!, { label: `embedding ${i}` });
  });
});

test('a report is read the same alone and among others, compiled and not', async () => {
  const { texts } = golden<CheXbertGolden>('chexbert');
  let compiled = 0;
  let freed = 0;
  const model = await openCheXbert(join(checkpoint('chexbert'), 'chexbert.pth'), {
    batchSize: 5,
    compile: (fn) => {
      compiled++;
      return Object.assign(uncompiled(fn), { dispose: () => void freed++ });
    },
  });
  const together = await model.read(texts);
  for (const i of [0, 7, 11]) {
    const [alone] = await model.read([texts[i]!]);
    expect(alone!.states).toEqual(together[i]!.states);
    expectClose(alone!.embedding, together[i]!.embedding, { atol: 1e-5, rtol: 0 });
  }
  expect(await model.read([])).toEqual([]);
  model.dispose();
  expect([compiled, freed]).toEqual([1, 1]);
});

test.each(['RadBertClassifier.pth', 'model.safetensors'])(
  'RadBERT in the layout of %s gives the probabilities of PyTorch',
  async (file) => {
    const { texts, probabilities } = golden<RadBertGolden>('radbert');
    const model = await openRadBert(join(checkpoint('radbert'), file));
    const readings = await model.read(texts);
    model.dispose();
    readings.forEach((reading, i) => {
      expect(Object.keys(reading)).toEqual([...ctRateLabels]);
      expectClose(Object.values(reading), probabilities[i]!, { label: `report ${i}` });
    });
  },
);

test.each(['distilroberta', 'distilbert'] as const)(
  'the states of one layer of %s are those of PyTorch, with the tokens of start and end',
  async (name) => {
    const { texts, [name]: expected } = golden<BertScoreGolden>('bert-score');
    const encoder = await openBertScoreEncoder(checkpoint(name), { layer: 1 });
    const found = await encoder.encode(texts);
    const { specialIds, width } = encoder;
    encoder.dispose();
    found.forEach(({ ids, embeddings }, i) => {
      expect(ids).toEqual(expected.rows[i]);
      expect([ids[0], ids.at(-1)]).toEqual(specialIds);
      expect(embeddings.length).toBe(ids.length * width);
      expectClose(embeddings, expected.states[i]!, { label: `text ${i}` });
    });
  },
);

test('a layer that the encoder does not have is refused', async () => {
  await expect(openBertScoreEncoder(checkpoint('distilbert'), { layer: 3 })).rejects.toThrow(
    'openBertScoreEncoder: expected a layer from 0 to 2, found 3.',
  );
});

test('a folder with two files of weights, or none, asks for one', async () => {
  await expect(openCheXbert(folder)).rejects.toThrow(/expected model.safetensors or one file of .*, found 0 of these/);
  for (const name of ['a.pth', 'b.bin']) writeFileSync(join(folder, name), '');
  await expect(openCheXbert(folder)).rejects.toThrow(/found 2 of these/);
  await expect(openCheXbert(join(folder, 'none'))).rejects.toThrow(
    'none: expected a folder or file of a model, found none.',
  );
});

test('weights that do not fit the config are all named, and nothing stays allocated', async () => {
  for (const name of ['chexbert.pth', 'vocab.txt'])
    copyFileSync(join(checkpoint('chexbert'), name), join(folder, name));
  const config = JSON.parse(readFileSync(join(checkpoint('chexbert'), 'config.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, num_hidden_layers: 3 }));
  await expect(openCheXbert(folder)).rejects.toThrow(/missing model_state_dict\.module\.bert\.encoder\.layer\.2\./);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, num_hidden_layers: 1 }));
  await expect(openCheXbert(folder)).rejects.toThrow(/unexpected model_state_dict\.module\.bert\.encoder\.layer\.1\./);
});

test('a tokenizer of another model is found out by its ids', async () => {
  for (const name of ['chexbert.pth', 'config.json'])
    copyFileSync(join(checkpoint('chexbert'), name), join(folder, name));
  const vocab = readFileSync(join(checkpoint('chexbert'), 'vocab.txt'), 'utf8');
  writeFileSync(join(folder, 'vocab.txt'), `${vocab}strange\n`);
  const model = await openCheXbert(folder);
  await expect(model.read(['strange'])).rejects.toThrow(/CheXbert: expected tokens below \d+, found \d+ in row 0/);
  model.dispose();
});
