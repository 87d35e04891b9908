// How much time kept encodings save: questions, reports and phrases about the same images, with and without, in turn.
// node --conditions=@vividmed/source --import tsx packages/inference/bench/kept-images.ts [folder of a model] [rounds]
import { findingNames, generatePhantom, reportQuestions } from '@vividmed/datasets';
import { jit, useEngine } from '@vividmed/engine';
import { disposeParams } from '@vividmed/nn';
import { initVividMed, presetConfig, wordTokenizer, wordVocabulary } from '@vividmed/vlm';
import { createReader, type ImageReader, type ModelInUse } from '../src/index.js';
import { openModel } from '../src/node.js';

const questions = [
  'Name the modality of this image.',
  'Is there a nodule in this image?',
  'Can you see a pneumothorax?',
];
const targets = ['lungs', 'heart', ...findingNames];

/** A new model of the preset `tiny`, whose answers mean nothing but cost the same. */
function newModel(): ModelInUse {
  const tokenizer = wordTokenizer(wordVocabulary([...questions, ...reportQuestions, ...targets]));
  const config = presetConfig('tiny', { vocabSize: tokenizer.vocabSize });
  return { params: initVividMed(config, 0), config, tokenizer };
}

/** What is asked about some images, each part of it by a call of its own, as a program does that goes through them. */
const parts = (volumes: readonly Parameters<ImageReader['read']>[0][number]['volume'][]) => {
  const asking = (question: string) => volumes.map((volume) => ({ volume, question }));
  return {
    questions: async (reader: ImageReader) => {
      for (const question of questions) await reader.read(asking(question), { grounded: false, maxNewTokens: 4 });
    },
    reports: async (reader: ImageReader) => {
      for (const grounded of [false, true])
        await reader.read(asking(reportQuestions[0]), { grounded, maxNewTokens: 48 });
    },
    phrases: async (reader: ImageReader) => {
      for (const phrase of targets) {
        const items = volumes.map((volume) => ({ volume, phrase }));
        for await (const _ of reader.locate(items));
      }
    },
  };
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const [folder, rounds = '5'] = process.argv.slice(2);
const engine = await useEngine();
const model = folder === undefined ? newModel() : await openModel(folder);
const compile: typeof jit = (fn) => jit(fn, { maxGraphs: 16 });
const readers = [0, 16].map((keepImages) => createReader(model, { compile, keepImages }));
const phantoms = [1, 2, 3, 4].map((seed) =>
  generatePhantom(seed, { ctShape: [24, 48, 64], radiographSize: [96, 96], sliceSize: [96, 96] }),
);
for (const view of ['radiograph', 'ct'] as const) {
  const asked = parts(phantoms.map((phantom) => phantom[view].volume));
  for (const [name, ask] of Object.entries(asked)) {
    const seconds: [number[], number[]] = [[], []];
    for (let round = 0; round <= Number(rounds); round++) {
      for (const [i, reader] of readers.entries()) {
        const began = performance.now();
        await ask(reader);
        // The first round compiles.
        if (round > 0) seconds[i]!.push((performance.now() - began) / 1000);
      }
    }
    const [without, kept] = seconds.map(median) as [number, number];
    const row = {
      engine: engine.name,
      view,
      asked: name,
      images: phantoms.length,
      without,
      kept,
      ratio: without / kept,
    };
    process.stdout.write(`${JSON.stringify(row)}\n`);
  }
}
for (const reader of readers) reader.dispose();
disposeParams(model.params);
