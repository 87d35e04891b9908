import { createRng } from '@vividmed/core';
import type { CaseToJudge } from './judgements/page.js';
import { shownCase } from './pages/shown-case.js';
import type { Prediction } from './prediction.js';
import type { Reference } from './reference.js';
import type { SampleSource } from './samples/sample.js';

const keyOf = ({ dataset, id }: { dataset: string; id: string }): string => `${dataset} ${id}`;

/**
 * Grounded reports for pages, chosen by the seed whatever the model made of them; ones without grounding where there are none.
 * Their images are read again.
 */
export async function chooseCases(
  sources: readonly SampleSource[],
  predictions: readonly Prediction[],
  references: readonly Reference[],
  { seed, count }: { seed: number; count: number },
): Promise<CaseToJudge[]> {
  const said = new Map(predictions.map((prediction) => [keyOf(prediction), prediction]));
  const of = (task: Reference['task']): Reference[] =>
    references.filter((reference) => reference.task === task && said.has(keyOf(reference)));
  const grounded = of('groundedReport');
  const pool = grounded.length > 0 ? grounded : of('report');
  const chosen = new Map(
    createRng(seed)
      .fork('cases')
      .shuffle(pool)
      .slice(0, count)
      .map((reference) => [keyOf(reference), reference]),
  );
  const cases: CaseToJudge[] = [];
  for (const source of sources) {
    const isUnwanted = (id: string): boolean => !chosen.has(keyOf({ dataset: source.dataset, id }));
    if (chosen.size === 0) break;
    for await (const { id, dataset, volume } of source.samples(isUnwanted)) {
      const reference = chosen.get(keyOf({ dataset, id }));
      if (!reference) continue;
      chosen.delete(keyOf(reference));
      cases.push({ id: keyOf(reference), ...shownCase(said.get(keyOf(reference))!, reference, volume) });
    }
  }
  return cases;
}

/** A case whose phrases do not tell whether their regions are right: readers are to judge by themselves. */
export const withoutVerdicts = (each: CaseToJudge): CaseToJudge => ({
  ...each,
  generated: { ...each.generated, phrases: each.generated.phrases.map(({ correct: _, ...phrase }) => phrase) },
});
