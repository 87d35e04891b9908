import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lookupTarget } from '@vividmed/datasets';
import { createReader, type ImageReader } from '@vividmed/inference';
import { modelDigest, openModel, writeModel } from '@vividmed/inference/node';
import { disposeParams, initParams } from '@vividmed/nn';
import { presetConfig, vividMedSpec, wordTokenizer } from '@vividmed/vlm';
import { describe, expect, it, test } from 'vitest';
import { predictWithModel } from '../src/predict/model-predictions.js';
import { predict, type PredictOptions } from '../src/predict/predict.js';
import { readPredictions } from '../src/predict/read-predictions.js';
import type { EvaluationTask, Prediction, PredictionHeader } from '../src/prediction.js';
import { phantomSource } from '../src/samples/phantom.js';
import { readReferences } from '../src/samples/references.js';
import type { EvaluationSample, SampleSource } from '../src/samples/sample.js';
import { decodeMask } from '../src/voxels.js';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'vividmed-predict-'));
const tasks: EvaluationTask[] = ['localisation', 'vqa', 'report', 'groundedReport'];

async function predictionsOf(file: string): Promise<Prediction[]> {
  const all: Prediction[] = [];
  for await (const prediction of readPredictions(file)) all.push(prediction);
  return all;
}

const header: PredictionHeader = {
  format: 'vividmed-predictions',
  version: 1,
  model: { digest: 'd' },
  seed: 0,
  config: { limit: 3 },
  versions: { node: '20' },
};

const box = [0, 0, 0, 1, 1, 2] as const;
const region = {
  kind: 'both',
  mask: Uint8Array.of(0, 1),
  boxes: [{ box, score: 0.25 }],
  scores: { mask: 0.5, boxes: 0.25 },
  found: true,
} as const;

/** A reader that answers with the question, and how it was called. */
function echoReader(onCall: () => void = () => {}) {
  const calls: { kind: string; volumes: Set<unknown>; options: unknown }[] = [];
  const note = (kind: string, items: readonly { volume: unknown }[], options: unknown): void => {
    calls.push({ kind, volumes: new Set(items.map(({ volume }) => volume)), options });
    onCall();
  };
  const reader: ImageReader = {
    read: () => Promise.reject(new Error('not asked for')),
    stream: async function* (items, { grounded, signal, ...options } = {}) {
      note(grounded ? 'grounded' : 'plain', items, options);
      for (const [item, { question }] of items.entries()) {
        if (signal?.aborted) {
          yield { type: 'end', item, finishReason: 'aborted' };
          continue;
        }
        yield { type: 'token', item, id: 7, text: question };
        const phrase = { text: question, start: 0, end: question.length, negative: false, close: 1, tokens: [] };
        const blank = { ...phrase, text: '', end: 0 };
        for (const each of grounded ? [phrase, blank] : [])
          yield { type: 'phrase', item, phrase: { ...each, ...region, boxes: [...region.boxes], target: undefined } };
        yield { type: 'end', item, finishReason: 'eos' };
      }
    },
    locate: async function* (items, options) {
      note('locate', items, options);
      for (const [item, { phrase: text }] of items.entries())
        yield { ...region, boxes: [...region.boxes], item, text, target: lookupTarget(text)?.target };
    },
    dispose: () => {},
  };
  return { reader, calls };
}

/** Images of two voxels, each with a sample of every task. */
function smallSource(numImages: number): SampleSource & { numGiven: number } {
  const source = {
    dataset: 'small',
    numImages,
    numGiven: 0,
    async *samples(isDone: (id: string) => boolean = () => false): AsyncGenerator<EvaluationSample> {
      for (let image = 0; image < numImages; image++) {
        const volume = { data: new Float32Array(2), shape: [1, 1, 2], spacingMm: [1, 1, 1], modality: 'DX' } as const;
        for (const task of tasks) {
          const id = `${image}/${task}`;
          if (isDone(id)) continue;
          const asked = task === 'localisation' ? { phrases: ['heart', 'nodule'] } : { question: `${task} ${image}` };
          const { shape, spacingMm } = volume;
          const reference = { id, dataset: 'small', task, modality: 'DX', shape, spacingMm };
          source.numGiven++;
          yield { id, dataset: 'small', task, volume, image, reference, ...asked };
        }
      }
    },
  };
  return source;
}

function optionsOf(more: Partial<PredictOptions> = {}) {
  const { reader, calls } = echoReader();
  const source = smallSource(5);
  const file = join(newFolder(), 'predictions.jsonl');
  const lengths = { vqa: 3, report: 4, groundedReport: 5 };
  const options: PredictOptions = {
    reader,
    source,
    file,
    header,
    lengths,
    windowImages: 2,
    windowVoxels: 100,
    ...more,
  };
  return { options, calls, source };
}

describe('predictions', () => {
  it('have a line for each sample in the order of the source', async () => {
    const { options, calls } = optionsOf();
    expect(await predict(options)).toEqual({ finished: true, numAnswered: 20 });
    const predictions = await predictionsOf(options.file);
    expect(predictions.map(({ id }) => id)).toEqual(
      [0, 1, 2, 3, 4].flatMap((i) => tasks.map((task) => `${i}/${task}`)),
    );
    expect(predictions[1]).toEqual({
      id: '0/vqa',
      dataset: 'small',
      task: 'vqa',
      modality: 'DX',
      question: 'vqa 0',
      prediction: 'vqa 0',
    });
    const mask = { shape: [1, 1, 2], counts: [1, 1] };
    const shown = { score: 0.5, boxes: [{ box, score: 0.25 }], mask, found: true };
    expect(predictions[0]).toMatchObject({
      prediction: 'heart\nnodule',
      phrases: [
        { text: 'heart', start: 0, end: 5, target: 'heart', ...shown },
        { text: 'nodule', start: 6, end: 12, target: 'nodule', ...shown },
      ],
    });
    const text = 'groundedReport 0';
    expect(predictions[3]!.phrases).toEqual([{ text, start: 0, end: text.length, ...shown }]);
    expect(calls.slice(0, 4).map(({ kind, options: given }) => [kind, given])).toEqual([
      ['locate', { boxThreshold: 0 }],
      ['plain', { maxNewTokens: 3 }],
      ['plain', { maxNewTokens: 4 }],
      ['grounded', { maxNewTokens: 5 }],
    ]);
  });

  it('are made in windows of few images and voxels', async () => {
    const { options, calls } = optionsOf();
    await predict(options);
    expect(calls.map(({ volumes }) => volumes.size)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1]);
    const narrow = optionsOf({ windowVoxels: 1 });
    await predict(narrow.options);
    expect(narrow.calls.every(({ volumes }) => volumes.size === 1)).toBe(true);
  });

  it('tell how far they are', async () => {
    const seen: number[] = [];
    const { options } = optionsOf({ onProgress: (images) => seen.push(images) });
    await predict(options);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(5);
    expect(new Set(seen)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });

  it('go on where they stopped, a line that was cut off made again', async () => {
    const whole = optionsOf();
    await predict(whole.options);
    const expected = readFileSync(whole.options.file, 'utf8');

    const { options, source } = optionsOf();
    writeFileSync(options.file, expected);
    truncateSync(options.file, expected.lastIndexOf('"4/vqa"') + 3);
    expect(await predict(options)).toEqual({ finished: true, numAnswered: 3 });
    expect(source.numGiven).toBe(3);
    expect(readFileSync(options.file, 'utf8')).toBe(expected);
    expect(await predict(options)).toEqual({ finished: true, numAnswered: 0 });
    expect(readFileSync(options.file, 'utf8')).toBe(expected);
    // Nothing but a part of the header.
    writeFileSync(options.file, expected.slice(0, 20));
    expect(await predict(options)).toEqual({ finished: true, numAnswered: 20 });
    expect(readFileSync(options.file, 'utf8')).toBe(expected);
  });

  it('stop at a signal, what is whole being kept', async () => {
    const whole = optionsOf();
    await predict(whole.options);
    for (const numCalls of [1, 3, 6, 12]) {
      const controller = new AbortController();
      let numLeft = numCalls;
      const { reader } = echoReader(() => {
        numLeft -= 1;
        if (numLeft === 0) controller.abort();
      });
      const { options } = optionsOf({ reader, signal: controller.signal });
      const { finished } = await predict(options);
      expect(finished).toBe(false);
      const kept = readFileSync(options.file, 'utf8').split('\n').length - 2;
      expect(kept).toBeLessThan(20);
      const { signal: _, ...again } = options;
      expect(await predict(again)).toEqual({ finished: true, numAnswered: 20 - kept });
      const lines = (file: string): string[] => readFileSync(file, 'utf8').split('\n').sort();
      expect(lines(options.file)).toEqual(lines(whole.options.file));
    }
  });

  it('do not go on with another model, seed or config, nor with a file that is none', async () => {
    const { options } = optionsOf();
    await predict(options);
    for (const other of [{ model: { digest: 'e' } }, { seed: 1 }, { config: { limit: 4 } }]) {
      const [key] = Object.keys(other);
      await expect(predict({ ...options, header: { ...header, ...other } })).rejects.toMatchObject({
        code: 'config',
        message: expect.stringContaining(`found another ${key}`),
      });
    }
    await predict({ ...options, header: { ...header, versions: { node: '99' } } });
    appendFileSync(options.file, 'nonsense\n');
    await expect(predict(options)).rejects.toThrow(/predictions\.jsonl: line 22: expected JSON/);
  });

  it('need a question, but for phrases', async () => {
    const source = smallSource(1);
    const without: SampleSource = {
      ...source,
      async *samples() {
        for await (const { question: _, ...sample } of source.samples()) yield sample;
      },
    };
    await expect(predict(optionsOf({ source: without }).options)).rejects.toThrow(/0\/vqa: expected a question/);
  });
});

test('a model of a folder predicts what its reader says, and again after an interruption', async () => {
  const tokenizer = wordTokenizer(['Is', 'heart', 'nodule', 'in', 'the', 'image', '?', 'report']);
  const config = presetConfig('toy', { vocabSize: tokenizer.vocabSize });
  const folder = newFolder();
  const model = join(folder, 'model');
  const made = initParams(vividMedSpec(config), 9);
  mkdirSync(model);
  await writeModel(model, { params: made, config, tokenizer });
  disposeParams(made);

  const sizes = { ctShape: [24, 24, 24], radiographSize: [24, 24], sliceSize: [24, 24] } as const;
  const source = phantomSource({ tasks, numCases: 1, views: ['radiograph'], sizes });
  const file = join(folder, 'predictions.jsonl');
  const references = join(folder, 'references.jsonl');
  const options = {
    model,
    source,
    file,
    references,
    seed: 0,
    config: {},
    lengths: { vqa: 1, report: 3, groundedReport: 6 },
  };
  expect(await predictWithModel(options)).toEqual({ finished: true, numAnswered: 7 });
  const predictions = await predictionsOf(file);
  const ids: string[] = [];
  for await (const { id } of readReferences(references)) ids.push(id);
  expect(predictions.map(({ id }) => id)).toEqual(ids);
  expect(JSON.parse(readFileSync(file, 'utf8').split('\n')[0]!)).toMatchObject({
    model: { digest: await modelDigest(model) },
    config: { lengths: options.lengths },
  });
  for (const { prediction, phrases = [] } of predictions)
    for (const { text, start, end } of phrases) expect(prediction.slice(start, end)).toBe(text);

  const opened = await openModel(model);
  const reader = createReader(opened);
  for await (const { id, task, volume, question, phrases } of source.samples()) {
    const prediction = predictions.find((one) => one.id === id)!;
    if (task === 'report') {
      const [reading] = await reader.read([{ volume, question: question! }], { grounded: false, maxNewTokens: 3 });
      expect(prediction.prediction).toBe(reading!.text);
    } else if (task === 'localisation') {
      const items = phrases!.map((phrase) => ({ volume, phrase }));
      for await (const { item, mask, kind, scores } of reader.locate(items, { boxThreshold: 0 })) {
        const said = prediction.phrases![item]!;
        expect(said.score).toBeCloseTo(kind === 'mask' ? scores.mask : scores.boxes, 4);
        if (kind === 'mask') {
          const differ = decodeMask(said.mask!).filter((x, i) => x !== mask[i]).length;
          expect(differ).toBeLessThan(mask.length / 500);
        } else expect(said.found).toBe(scores.boxes >= 0.5);
      }
    }
  }
  reader.dispose();
  disposeParams(opened.params);

  const [first] = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, `${first!}\n`);
  expect(await predictWithModel(options)).toEqual({ finished: true, numAnswered: 7 });
  expect(await predictionsOf(file)).toEqual(predictions);
}, 120_000);
