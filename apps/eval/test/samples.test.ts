import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dataset, generatePhantom, reportText, type Study } from '@vividmed/datasets';
import { openDataset } from '@vividmed/datasets/node';
import { describe, expect, it, test } from 'vitest';
import { datasetSource } from '../src/samples/dataset.js';
import { phantomSource } from '../src/samples/phantom.js';
import { readReferences, recordReferences } from '../src/samples/references.js';
import type { EvaluationSample, SampleSource } from '../src/samples/sample.js';
import { decodeMask } from '../src/voxels.js';

const tasks = ['localisation', 'vqa', 'report', 'groundedReport'] as const;
const sizes = { ctShape: [24, 24, 24], radiographSize: [24, 24], sliceSize: [24, 24] } as const;

async function samplesOf(source: SampleSource, isDone?: (id: string) => boolean): Promise<EvaluationSample[]> {
  const all: EvaluationSample[] = [];
  for await (const sample of source.samples(isDone)) all.push(sample);
  return all;
}

describe('samples of the phantom', () => {
  // The first of these patients has findings, as a look at the phantoms shows.
  const options = { tasks, numCases: 2, firstSeed: 1_000_005, sizes };
  const source = phantomSource(options);

  it('stand together image by image, each with an id of its own, the same every time', async () => {
    const samples = await samplesOf(source);
    expect(source.numImages).toBe(4);
    expect(samples.map(({ image }) => image)).toEqual(
      [0, 1, 2, 3].flatMap((image) => Array.from({ length: 7 }, () => image)),
    );
    expect(new Set(samples.map(({ id }) => id)).size).toBe(28);
    expect(samples.slice(0, 7).map(({ id, task }) => [id, task])).toEqual([
      ['phantom-1000005-radiograph/localisation', 'localisation'],
      ...[0, 1, 2, 3].map((i) => [`phantom-1000005-radiograph/vqa/${i}`, 'vqa']),
      ['phantom-1000005-radiograph', 'report'],
      ['phantom-1000005-radiograph/groundedReport', 'groundedReport'],
    ]);
    for (const { id, dataset, task, question, volume, reference } of samples) {
      expect(reference).toMatchObject({ id, dataset, task, shape: volume.shape, modality: volume.modality });
      expect(reference.question).toBe(question);
    }
    const again = await samplesOf(phantomSource(options));
    expect(again.map(({ reference }) => reference)).toEqual(samples.map(({ reference }) => reference));
    const rest = await samplesOf(source, (id) => id.startsWith('phantom-1000005'));
    expect(rest.map(({ id }) => id)).toEqual(samples.slice(14).map(({ id }) => id));
  });

  it('have the truth of their phantoms', async () => {
    const samples = await samplesOf(phantomSource({ ...options, numCases: 1 }));
    const { radiograph, ct } = generatePhantom(1_000_005, sizes);
    expect(ct.findings.length).toBeGreaterThan(0);
    for (const [i, subject] of [radiograph, ct].entries()) {
      const [localisation, , , , report, grounded] = samples
        .slice(7 * i, 7 * i + 7)
        .filter(({ id }) => !id.endsWith('/3'));
      const { masks = {}, boxes = {}, absent = [] } = localisation!.reference;
      expect(decodeMask(masks['lungs']!)).toEqual(subject.masks.lungs);
      const there = Object.entries(subject.boxes).filter(([, found]) => found.length > 0);
      expect(boxes).toEqual(Object.fromEntries(there));
      expect(absent.length + there.length).toBe(Object.keys(subject.boxes).length);
      expect([...localisation!.phrases!].sort()).toEqual(
        [...Object.keys(masks), ...Object.keys(boxes), ...absent].sort(),
      );

      expect(report!.reference.report).toBe(reportText(subject.report));
      expect(report!.question).toBe('Write a report of this image.');
      for (const [name, found] of Object.entries(subject.boxes)) {
        expect(report!.reference.labels![name]).toBe(found.length > 0);
      }
      const { phrases = [], report: text = '', boxes: regions = {} } = grounded!.reference;
      expect(text).toBe(reportText(subject.report));
      expect(phrases.length).toBeGreaterThan(2);
      for (const phrase of phrases) expect(text.slice(phrase.start, phrase.end)).toBe(phrase.text);
      for (const [name] of there) expect(regions[name]).toEqual(subject.boxes[name as keyof typeof subject.boxes]);
      const sided = phrases.find(({ boxes: own, target }) => own && target === there[0]![0]);
      expect(there[0]![1]).toEqual(expect.arrayContaining([...sided!.boxes!]));
    }
  });
});

const study = (id: string, more: Partial<Study> = {}): Study => ({
  id,
  volume: { data: new Float32Array(8), shape: [1, 2, 4], spacingMm: [1, 2, 2], modality: 'CT' },
  masks: {},
  boxes: {},
  present: [],
  absent: [],
  ...more,
});

/** A data set in memory that counts what is read. */
function datasetWith(studies: readonly Study[]): Dataset & { numRead: number } {
  const dataset = {
    name: 'invented',
    numRead: 0,
    entries: studies.map(({ id }, i) => ({
      id,
      patient: `p${i % 2}`,
      files: [],
      ...(i < 3 && { split: 'test' as const }),
    })),
    read: async ({ id }: { id: string }) => {
      dataset.numRead += 1;
      return studies.find((one) => one.id === id)!;
    },
  };
  return dataset;
}

describe('samples of a data set', () => {
  const liver = Uint8Array.of(0, 1, 1, 0, 0, 0, 0, 0);
  const studies = [
    study('a', { masks: { liver, spleen: new Uint8Array(8) }, absent: ['spleen', 'pneumothorax'] }),
    study('b', {
      boxes: { 'pleural effusion': [[0, 0, 1, 1, 2, 3]] },
      present: ['atelectasis'],
      absent: ['pneumothorax', 'lungs'],
      findings: 'A left effusion.',
      impression: 'Effusion.',
      report: [
        { text: 'A ' },
        { phrase: 'left effusion', target: 'pleural effusion', present: true },
        { text: ', no ' },
        { phrase: 'pneumothorax', target: 'pneumothorax', present: false, negative: true },
        { text: '.' },
      ],
    }),
    study('c', {
      questions: [
        { question: 'Which organ?', answer: 'liver', kind: 'open' },
        { question: 'Is it large?', answer: 'no' },
      ],
    }),
    study('d'),
  ];

  it('are what the data set has an answer to', async () => {
    const samples = await samplesOf(datasetSource(datasetWith(studies), { tasks, split: 'test' }));
    expect(samples.map(({ id }) => id)).toEqual([
      'a/localisation',
      'b/localisation',
      'b',
      'b/groundedReport',
      'c/vqa/0',
      'c/vqa/1',
    ]);
    const [a, b, report, grounded, open, untold] = samples.map(({ reference }) => reference);
    expect(a).toEqual({
      id: 'a/localisation',
      dataset: 'invented',
      task: 'localisation',
      modality: 'CT',
      patient: 'p0',
      masks: { liver: { shape: [1, 2, 4], counts: [1, 2, 5] } },
      boxes: {},
      absent: ['pneumothorax'],
      spacingMm: [1, 2, 2],
      shape: [1, 2, 4],
    });
    expect(samples[1]!.phrases).toEqual(['pleural effusion', 'pneumothorax']);
    expect(b!.boxes).toEqual({ 'pleural effusion': [[0, 0, 1, 1, 2, 3]] });
    expect(report).toMatchObject({
      report: 'Findings: A left effusion.\nImpression: Effusion.',
      labels: { 'pleural effusion': true, atelectasis: true, pneumothorax: false },
    });
    expect(report!.labels).not.toHaveProperty('lungs');
    expect(samples[2]!.question!.length).toBeGreaterThan(5);
    expect(grounded).toMatchObject({
      report: 'A left effusion, no pneumothorax.',
      phrases: [{ text: 'left effusion', start: 2, end: 15, target: 'pleural effusion', boxes: [[0, 0, 1, 1, 2, 3]] }],
      boxes: { 'pleural effusion': [[0, 0, 1, 1, 2, 3]] },
    });
    expect(open).toMatchObject({ question: 'Which organ?', answer: 'liver', answerType: 'open' });
    expect(untold).not.toHaveProperty('answerType');
  });

  it('look for absent targets as they are asked to', async () => {
    const phrasesOf = async (absentTargets: 'all' | 'none') =>
      (
        await samplesOf(datasetSource(datasetWith(studies), { tasks: ['localisation'], split: 'test', absentTargets }))
      ).map(({ phrases }) => phrases);
    expect(await phrasesOf('all')).toEqual([
      ['liver', 'pneumothorax', 'spleen'],
      ['pleural effusion', 'lungs', 'pneumothorax'],
    ]);
    expect(await phrasesOf('none')).toEqual([['liver'], ['pleural effusion']]);
  });

  it('are read one study at a time, of the split, as far as they are not done', async () => {
    const dataset = datasetWith(studies);
    const source = datasetSource(dataset, { tasks: ['report', 'localisation'], split: 'test' });
    const samples = source.samples()[Symbol.asyncIterator]();
    await samples.next();
    expect(dataset.numRead).toBe(1);
    await samples.return!();
    await samplesOf(source, (id) => id.startsWith('a'));
    expect(dataset.numRead).toBe(3);
    expect((await samplesOf(source, (id) => id === 'b')).map(({ id }) => id)).toEqual([
      'a/localisation',
      'b/localisation',
    ]);
    expect(datasetSource(dataset, { tasks, split: null }).numImages).toBe(4);
    expect(datasetSource(dataset, { tasks, split: 'train' }).numImages).toBe(1);
    expect(datasetSource(dataset, { tasks, split: null, limit: 2 }).numImages).toBe(2);
  });

  it('come from files through the adapters', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vividmed-eval-'));
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR4nGNgcGBo+A8AAwUBwE4zW+kAAAAASUVORK5CYII=';
    writeFileSync(join(folder, 'a.png'), Buffer.from(png, 'base64'));
    const line = {
      image: 'a.png',
      modality: 'DX',
      boxes: { 'enlarged heart': [[0, 0, 2, 1]] },
      absent: ['pneumothorax'],
    };
    writeFileSync(join(folder, 'annotations.jsonl'), JSON.stringify(line));
    const source = datasetSource(await openDataset('folder', folder), { tasks, split: null });
    const [sample, ...others] = await samplesOf(source);
    expect(others).toEqual([]);
    expect(sample).toMatchObject({ task: 'localisation', phrases: ['cardiomegaly', 'pneumothorax'] });
    expect(sample!.reference).toMatchObject({
      modality: 'DX',
      boxes: { cardiomegaly: [[0, 0, 0, 1, 1, 2]] },
      absent: ['pneumothorax'],
    });
  });
});

test('references are kept once in a file, and come back as they were', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'vividmed-eval-')), 'references.jsonl');
  const source = phantomSource({ tasks, numCases: 1, sizes });
  const samples = await samplesOf(source);
  for await (const { id } of recordReferences(file, source.samples())) if (id === samples[5]!.id) break;
  const passed: string[] = [];
  for await (const { id } of recordReferences(file, source.samples())) passed.push(id);
  expect(passed).toEqual(samples.map(({ id }) => id));
  const kept = [];
  for await (const reference of readReferences(file)) kept.push(reference);
  expect(kept).toEqual(samples.map(({ reference }) => reference));

  writeFileSync(file, `${JSON.stringify(kept[0])}\n${JSON.stringify(kept[0])}\n`);
  const readAll = async (): Promise<void> => {
    for await (const _ of readReferences(file));
  };
  await expect(readAll()).rejects.toThrow(/line 2: expected each id once/);
  writeFileSync(file, `${JSON.stringify({ ...kept[0], shape: [1, 2] })}\n`);
  await expect(readAll()).rejects.toThrow(/references\.jsonl: line 1: expected another form, found shape/);
});
