import { existsSync } from 'node:fs';
import { createProgress } from '@vividmed/command';
import { check } from '@vividmed/core';
import { readJson, writeJson } from '@vividmed/core/node';
import { answerJudge, createChatClient } from '@vividmed/metrics';
import type { EvalConfig } from './config.js';
import type { Prediction } from './prediction.js';
import type { Reference } from './reference.js';
import type { Verdicts } from './score/pairs.js';

/** Answers that are judged before the verdicts so far are kept. */
const kept = 64;

interface Stored {
  model: string;
  verdicts: Record<string, number | null>;
}

function readStored(path: string, model: string): Stored['verdicts'] {
  if (!existsSync(path)) return {};
  const stored = readJson(path) as Stored; // Written below.
  check(
    stored.model === model,
    'config',
    `${path}: expected verdicts of ${model}, found those of another judge.`,
    'choose another folder, or remove this file.',
  );
  return stored.verdicts;
}

/**
 * What a language model says of every answer: right, wrong, or nothing that can be read. Verdicts are kept in a file, so that an
 * interrupted run goes on.
 *
 * @throws {VividMedError} what the server's answers lead to; `interrupted` when the signal is aborted.
 */
export async function judgeAnswers(
  { url, model, keyVariable, concurrency }: NonNullable<EvalConfig['judge']>,
  predictions: readonly Prediction[],
  references: readonly Reference[],
  { file, signal }: { file: string; signal: AbortSignal },
): Promise<Verdicts> {
  const key = keyVariable === undefined ? undefined : process.env[keyVariable];
  const complete = createChatClient({ url, model, ...(key === undefined ? {} : { key }) });
  const keyOf = ({ dataset, id }: { dataset: string; id: string }): string => `${dataset} ${id}`;
  const verdicts = readStored(file, model);
  const said = new Map(predictions.map((prediction) => [keyOf(prediction), prediction.prediction]));
  const open = references.flatMap((reference) => {
    const { task, question, answer } = reference;
    const prediction = said.get(keyOf(reference));
    const isOpen = task === 'vqa' && !(keyOf(reference) in verdicts);
    return isOpen && prediction !== undefined && question !== undefined && answer !== undefined
      ? [{ name: keyOf(reference), question, answer, prediction }]
      : [];
  });
  const bar = createProgress({ label: `judged by ${model}`, total: open.length, unit: 'answers' });
  for (let start = 0; start < open.length; start += kept) {
    const items = open.slice(start, start + kept);
    const { perSample } = await answerJudge(complete, items, {
      concurrency,
      signal,
      onProgress: ({ done }) => bar.update(start + done),
    });
    items.forEach(({ name }, i) => (verdicts[name] = perSample[i] ?? null));
    writeJson(file, { model, verdicts } satisfies Stored);
  }
  bar.done();
  return { judge: model, of: (reference) => verdicts[keyOf(reference)] };
}
