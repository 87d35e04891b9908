import { check } from '@vividmed/core';
import type { LabelState } from '../clinical/label-state.js';
import type { Complete } from './complete.js';
import { judgeAll, type Judged, type JudgeOptions } from './judge-all.js';
import { labelForm, labelMessages } from './label-prompt.js';
import { lastJsonObject } from './read-json.js';

const states = { '-': 'blank', yes: 'positive', no: 'negative', maybe: 'uncertain' } as const satisfies Record<
  string,
  LabelState
>;

const isAnswer = (value: unknown): value is keyof typeof states =>
  typeof value === 'string' && Object.hasOwn(states, value);

/**
 * The states in an answer: the last JSON object, a key for each label with `yes`, `no`, `maybe` or `-`. Undefined where one is
 * missing.
 */
export function readLabels<L extends string>(answer: string, names: readonly L[]): Record<L, LabelState> | undefined {
  const said = lastJsonObject(answer) ?? {};
  const entries: [L, LabelState][] = [];
  for (const name of names) {
    const value = Object.hasOwn(said, name) ? said[name] : undefined;
    if (!isAnswer(value)) return undefined;
    entries.push([name, states[value]]);
  }
  // Each key is one of the names.
  return Object.fromEntries(entries) as Record<L, LabelState>;
}

/**
 * Labels of reports by a language model, from any list of labels: `stateF1` of them on predicted and reference reports is a
 * score in the manner of CheXbert's, RadBERT's or SRR-BERT's, and comparable with none of these.
 *
 * @throws {VividMedError} as `judgeAll`; `config` without labels.
 */
export async function labelJudge<L extends string>(
  complete: Complete,
  reports: readonly string[],
  names: readonly L[],
  options: JudgeOptions = {},
): Promise<Judged<Record<L, LabelState>>> {
  check(names.length > 0, 'config', 'labelJudge: expected at least one label, found none.');
  return judgeAll(
    complete,
    reports,
    {
      name: 'labelJudge',
      ask: (report) => labelMessages(report, names),
      read: (answer) => readLabels(answer, names),
      form: labelForm,
    },
    options,
  );
}
