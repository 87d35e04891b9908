import { check } from '@vividmed/core';
import type { Complete } from './complete.js';
import { entailmentForm, entailmentMessages } from './entailment-prompt.js';
import { judgeAll, type JudgeOptions } from './judge-all.js';
import { judgeScores, type JudgeScores } from './judge-scores.js';
import { lastJsonObject } from './read-json.js';

/** Whether phrases of one report follow from another, and from which of its phrases (places in the list, from 0). */
export interface Entailment {
  entailed: boolean;
  evidence: number[];
}

/** One phrase, and the phrases of the other report that it may follow from. */
export interface EntailmentQuestion {
  phrase: string;
  premises: readonly string[];
}

/**
 * The verdict in an answer: the last JSON object, with `entailed` and `evidence`, numbers of premises counted from 1.
 * Undefined where that is missing, a number is no premise, or an entailed phrase has no evidence.
 */
export function readEntailment(answer: string, numPremises: number): Entailment | undefined {
  const { entailed, evidence } = lastJsonObject(answer) ?? {};
  if (typeof entailed !== 'boolean' || !Array.isArray(evidence)) return undefined;
  if (!entailed) return { entailed, evidence: [] };
  const places = new Set<number>();
  for (const number of evidence) {
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > numPremises) return undefined;
    places.add(number - 1);
  }
  return places.size === 0 ? undefined : { entailed, evidence: [...places].sort((a, b) => a - b) };
}

export interface PhrasePair {
  predicted: readonly string[];
  reference: readonly string[];
}

export interface EntailmentScores {
  /** For each pair, the verdict on each predicted and each reference phrase; undefined where no answer could be read. */
  verdicts: { predicted: (Entailment | undefined)[]; reference: (Entailment | undefined)[] }[];
  /** Share of the predicted phrases that the reference entails. NaN of a report without phrases, left out of the mean. */
  logicalPrecision: JudgeScores;
  /** Share of the reference phrases that the prediction entails. */
  logicalRecall: JudgeScores;
  /** Answers that could not be read, those that a later one made good included. */
  numUnreadable: number;
}

/**
 * Whether each phrase of a report follows from the other report, both ways, by a language model: the logical half of RadFact
 * (Bannur et al. 2024; microsoft/RadFact@72463ac), with our own prompt. The verdicts serve spatial precision and recall too.
 * A phrase is asked about alone; against a report without phrases it is not entailed, and the model is not asked.
 *
 * Differs: RadFact takes an answer that cannot be read for "not entailed"; that is `worstCaseMean` here.
 *
 * @throws {VividMedError} as `judgeAll`; `data` for an empty phrase.
 */
export async function entailmentJudge(
  complete: Complete,
  pairs: readonly PhrasePair[],
  options: JudgeOptions = {},
): Promise<EntailmentScores> {
  const questions = pairs.flatMap(({ predicted, reference }, i) => {
    for (const phrase of [...predicted, ...reference])
      check(phrase.trim() !== '', 'data', `entailmentJudge: expected words in each phrase of pair ${i}, found none.`);
    const ask = (phrases: readonly string[], premises: readonly string[]): EntailmentQuestion[] =>
      premises.length === 0 ? [] : phrases.map((phrase) => ({ phrase, premises }));
    return [...ask(predicted, reference), ...ask(reference, predicted)];
  });
  const judged = await judgeAll(
    complete,
    questions,
    {
      name: 'entailmentJudge',
      ask: entailmentMessages,
      read: (answer, { premises }) => readEntailment(answer, premises.length),
      form: entailmentForm,
    },
    options,
  );
  let next = 0;
  const take = (phrases: readonly string[], premises: readonly string[]): (Entailment | undefined)[] =>
    phrases.map(() => (premises.length === 0 ? { entailed: false, evidence: [] } : judged.verdicts[next++]));
  const verdicts = pairs.map(({ predicted, reference }) => ({
    predicted: take(predicted, reference),
    reference: take(reference, predicted),
  }));
  return {
    verdicts,
    logicalPrecision: shareEntailed(verdicts.map((each) => each.predicted)),
    logicalRecall: shareEntailed(verdicts.map((each) => each.reference)),
    numUnreadable: judged.numUnreadable,
  };
}

/** Mean over the reports with phrases of the entailed share of the phrases with a verdict. */
function shareEntailed(reports: readonly (readonly (Entailment | undefined)[])[]): JudgeScores {
  const numFailures = reports.flat().filter((verdict) => verdict === undefined).length;
  const share = (verdicts: readonly (Entailment | undefined)[], of: number): number =>
    verdicts.filter((verdict) => verdict?.entailed).length / of;
  const perSample = reports.map((verdicts) => {
    const known = verdicts.filter((verdict) => verdict !== undefined).length;
    return verdicts.length > 0 && known === 0 ? undefined : share(verdicts, known);
  });
  const withPhrases = reports.filter((verdicts) => verdicts.length > 0);
  const known = perSample.filter((score) => score !== undefined && !Number.isNaN(score));
  return {
    ...judgeScores(known),
    numFailures,
    worstCaseMean:
      withPhrases.reduce((sum, verdicts) => sum + share(verdicts, verdicts.length), 0) / withPhrases.length,
    perSample,
  };
}
