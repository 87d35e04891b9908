import { check } from '@vividmed/core';
import type { EntailmentVerdict } from './grounding-scores.js';

export interface PhraseErrorSample {
  /** Class of each phrase of the generated report, its target for one. */
  candidateLabels: readonly string[];
  /** Class of each phrase of the true report. */
  referenceLabels: readonly string[];
  candidateVerdicts: readonly EntailmentVerdict[];
  referenceVerdicts: readonly EntailmentVerdict[];
}

export interface PhraseErrors {
  numCandidates: number;
  /** Generated phrases that the true report does not entail. */
  numHallucinated: number;
  /** NaN without generated phrases. */
  hallucinationRate: number;
  numReferences: number;
  /** True phrases that the generated report does not entail. */
  numMissed: number;
  /** NaN without true phrases. */
  missRate: number;
}

interface Counts {
  candidates: number;
  hallucinated: number;
  references: number;
  missed: number;
}

const errorsOf = ({ candidates, hallucinated, references, missed }: Counts): PhraseErrors => ({
  numCandidates: candidates,
  numHallucinated: hallucinated,
  hallucinationRate: hallucinated / candidates,
  numReferences: references,
  numMissed: missed,
  missRate: missed / references,
});

/**
 * Phrases that are made up and phrases that are missing, per class and over all.
 *
 * @throws {VividMedError} `shape` unless there is a verdict for each phrase.
 */
export function phraseErrors(samples: readonly PhraseErrorSample[]): {
  overall: PhraseErrors;
  perClass: Record<string, PhraseErrors>;
} {
  const none = (): Counts => ({ candidates: 0, hallucinated: 0, references: 0, missed: 0 });
  const overall = none();
  const perClass = new Map<string, Counts>();
  const count = (
    labels: readonly string[],
    verdicts: readonly EntailmentVerdict[],
    [all, wrong]: readonly ['candidates', 'hallucinated'] | readonly ['references', 'missed'],
  ): void => {
    check(
      labels.length === verdicts.length,
      'shape',
      `phraseErrors: expected a verdict for each of ${labels.length} phrases, found ${verdicts.length}.`,
    );
    labels.forEach((label, i) => {
      const counts = perClass.get(label) ?? none();
      perClass.set(label, counts);
      for (const each of [counts, overall]) {
        each[all] += 1;
        if (!verdicts[i]!.entailed) each[wrong] += 1;
      }
    });
  };
  for (const sample of samples) {
    count(sample.candidateLabels, sample.candidateVerdicts, ['candidates', 'hallucinated']);
    count(sample.referenceLabels, sample.referenceVerdicts, ['references', 'missed']);
  }
  return {
    overall: errorsOf(overall),
    perClass: Object.fromEntries([...perClass].map(([label, counts]) => [label, errorsOf(counts)])),
  };
}
