import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linesOf } from '../src/predict/line-file.js';
import { type ForeignPredictions, readPredictions } from '../src/predict/read-predictions.js';
import type { Prediction, PredictionHeader } from '../src/prediction.js';

const folder = mkdtempSync(join(tmpdir(), 'vividmed-predictions-'));

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function read(path: string, foreign?: ForeignPredictions): Promise<Prediction[]> {
  const all: Prediction[] = [];
  for await (const prediction of readPredictions(path, foreign)) all.push(prediction);
  return all;
}

const header: PredictionHeader = {
  format: 'vividmed-predictions',
  version: 1,
  model: { digest: 'x' },
  seed: 0,
  config: {},
  versions: {},
};
const prediction: Prediction = {
  id: 'a',
  dataset: 'd',
  task: 'groundedReport',
  prediction: 'A nodule.',
  phrases: [
    {
      text: 'nodule',
      start: 2,
      end: 8,
      target: 'nodule',
      found: true,
      score: 0.75,
      boxes: [{ box: [0, 0, 0, 1, 1.5, 2], score: 0.75 }],
      mask: { shape: [1, 1, 2], counts: [1, 1] },
    },
  ],
};
const reports = { dataset: 'iu-xray', task: 'report' } as const;

describe('predictions are read', () => {
  it('from files of this program', async () => {
    const other = { ...prediction, id: 'b', phrases: undefined };
    const lines = [header, prediction, other].map((value) => JSON.stringify(value));
    const { phrases: _, ...rest } = other;
    expect(await read(written('ours.jsonl', `${lines.join('\n')}\n`))).toEqual([prediction, rest]);
  });

  it('from JSON lines of others, with or without a break at the end', async () => {
    const lines = `{"id": "a", "prediction": "Normal.", "seconds": 3}\r\n\n{"id": "b", "prediction": ""}`;
    const expected = [
      { ...reports, id: 'a', prediction: 'Normal.' },
      { ...reports, id: 'b', prediction: '' },
    ];
    expect(await read(written('others.jsonl', lines), reports)).toEqual(expected);
    expect(await read(written('others.jsonl', `${lines}\n`), reports)).toEqual(expected);
    await expect(read(written('others.jsonl', lines))).rejects.toMatchObject({ code: 'config' });
  });

  it('from files of ReXrank', async () => {
    const studies = {
      s1: { findings: 'Clear.', split: 'test', model_prediction: 'Findings:Clear.Impression:Normal.' },
      s2: { model_prediction: 'Findings:Effusion.' },
    };
    const path = written('prediction.json', JSON.stringify(studies));
    expect(await read(path, reports)).toEqual([
      { ...reports, id: 's1', prediction: 'Findings:Clear.Impression:Normal.' },
      { ...reports, id: 's2', prediction: 'Findings:Effusion.' },
    ]);
    expect((await read(path))[0]).toMatchObject({ dataset: 'mimic-cxr', task: 'report' });
  });

  it('and refused with the place of what is wrong, never its text', async () => {
    const secret = 'secret';
    const wrong: [string, string, RegExp][] = [
      [
        'cut.jsonl',
        `{"id": "a", "prediction": "x"}\n{"id": "b", "predi${secret}`,
        /^cut\.jsonl: line 2: expected JSON/,
      ],
      ['key.jsonl', `{"id": "a", "text": "${secret}"}`, /line 1: expected another form, found prediction/],
      ['twice.jsonl', `{"id": "${secret}", "prediction": ""}\n`.repeat(2), /found that of prediction 2 twice/],
      ['empty.jsonl', '', /expected predictions, found none/],
      ['cut.json', `{"${secret}`, /cut\.json: expected JSON/],
      ['list.json', `["${secret}"]`, /another form in the whole/],
      ['no-text.json', `{"a": {"model_prediction": ""}, "${secret}": {"model_prediction": null}}`, /form in study 2/],
    ];
    for (const [name, text, message] of wrong) {
      const error: unknown = await read(written(name, text), reports).catch((reason: unknown) => reason);
      expect(error, name).toMatchObject({ code: 'data', message: expect.stringMatching(message) });
      expect(String(error), name).not.toContain(secret);
      expect(String(error), name).not.toContain(folder);
    }
  });

  it('line by line, whatever the size of the pieces in which a file is read', async () => {
    const long = 'é'.repeat(100_000);
    const path = written('long.txt', `${long}\nb\n\n${long}c\nd`);
    const lines = [];
    for await (const line of linesOf(path)) lines.push([line.text.length, line.number, line.isWhole]);
    expect(lines).toEqual([
      [100_000, 1, true],
      [1, 2, true],
      [100_001, 4, true],
      [1, 5, false],
    ]);
  });
});
