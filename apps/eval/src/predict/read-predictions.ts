import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { check, VividMedError } from '@vividmed/core';
import { z } from 'zod';
import { type EvaluationTask, Prediction, PredictionHeader } from '../prediction.js';
import { type FileLine, linesOf, parseLine } from './line-file.js';

/** What a file of another program does not say of its predictions. */
export interface ForeignPredictions {
  dataset: string;
  task: EvaluationTask;
}

/** A line that says what a model wrote, and nothing else that is read. */
const PlainLine = z.object({ id: z.string().min(1), prediction: z.string() });

/** A study of a file of ReXrank (rajpurkarlab/ReXrank, example_files/prediction.json); the key is its id. */
const RexrankStudies = z.record(z.string(), z.object({ model_prediction: z.string() }));

const isHeader = (line: FileLine): boolean => line.number === 1 && line.text.includes('"vividmed-predictions"');

async function* fromLines(path: string, foreign?: ForeignPredictions): AsyncGenerator<Prediction> {
  let isOurs = false;
  for await (const line of linesOf(path)) {
    if (isHeader(line)) {
      parseLine(path, line, PredictionHeader);
      isOurs = true;
    } else if (isOurs) yield parseLine(path, line, Prediction);
    else {
      check(
        foreign,
        'config',
        `${basename(path)}: expected a header, or to be told data set and task of its predictions, found neither.`,
      );
      const { id, prediction } = parseLine(path, line, PlainLine);
      yield { ...foreign, id, prediction };
    }
  }
}

async function* fromRexrank(path: string, foreign?: ForeignPredictions): AsyncGenerator<Prediction> {
  const file = basename(path);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new VividMedError('data', `${file}: expected JSON, found something else.`, { cause });
  }
  const parsed = RexrankStudies.safeParse(value);
  if (!parsed.success) {
    const { path: at } = parsed.error.issues[0]!;
    // Keys are ids of patients' studies: their place is told, not their name.
    const place = at.length === 0 ? 'the whole' : `study ${Object.keys(value as object).indexOf(String(at[0])) + 1}`;
    throw new VividMedError(
      'data',
      `${file}: expected studies with a model_prediction, found another form in ${place}.`,
    );
  }
  const { dataset, task } = foreign ?? { dataset: 'mimic-cxr', task: 'report' };
  for (const [id, { model_prediction: prediction }] of Object.entries(parsed.data))
    yield { id, dataset, task, prediction };
}

/**
 * Predictions of any model: files of this program, JSON lines with `id` and `prediction`, and, where the name ends in `.json`, a file
 * of ReXrank. One is held at a time, but for ReXrank. What a file of others does not say is in `foreign`.
 *
 * @yields each prediction, in the order of the file
 * @throws {VividMedError} `data` for lines of another form, an id that is there twice and a file without predictions; `config` where
 *   data set and task are not known
 */
export async function* readPredictions(path: string, foreign?: ForeignPredictions): AsyncGenerator<Prediction> {
  const known = new Set<string>();
  const all = path.endsWith('.json') ? fromRexrank(path, foreign) : fromLines(path, foreign);
  for await (const prediction of all) {
    const key = JSON.stringify([prediction.dataset, prediction.id]);
    check(
      !known.has(key),
      'data',
      `${basename(path)}: expected each id once, found that of prediction ${known.size + 1} twice.`,
    );
    known.add(key);
    yield prediction;
  }
  check(known.size > 0, 'data', `${basename(path)}: expected predictions, found none.`);
}
