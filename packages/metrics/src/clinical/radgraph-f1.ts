import { check } from '@vividmed/core';
import { mean } from './mean.js';
import type { RadgraphAnnotation, RadgraphEntity } from './radgraph-annotation.js';

/**
 * Whose letter case: `head` compares all words in lower case (Stanford-AIMI/radgraph@87f11a1); `0.1.18`, the release that
 * RadEval carries, only the words of entities with relations in `complete`; `mmmm` nothing, which the VividMed paper's code
 * does in `partial`.
 */
export type RadgraphCase = 'head' | '0.1.18' | 'mmmm';

export interface RadgraphScores {
  /** Same words and label: RG_E. */
  simple: number;
  /** And both or neither have a relation: RG_ER, what papers report as RadGraph F1. */
  partial: number;
  /** And each relation has the same type and words at its end: RG_ER with a bar. */
  complete: number;
}

/** F1 of two sets; 0 where they share nothing, so also where one is empty. */
function setF1(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const item of a) if (b.has(item)) shared += 1;
  return shared === 0 ? 0 : (2 * shared) / (a.size + b.size);
}

const key = (...parts: readonly unknown[]): string => JSON.stringify(parts);

function targetOf({ entities }: RadgraphAnnotation, id: string, where: string): RadgraphEntity {
  const target = Object.hasOwn(entities, id) ? entities[id] : undefined;
  check(target, 'data', `${where}: expected relations to entities of the report, found one to none of them.`);
  return target;
}

function itemsOf(graph: RadgraphAnnotation, level: keyof RadgraphScores, tokenCase: RadgraphCase): Set<string> {
  const lower = (tokens: string): string => tokens.toLowerCase();
  const keep = (tokens: string): string => tokens;
  const ofEntities = tokenCase === 'head' ? lower : keep;
  const ofRelations = tokenCase === 'mmmm' ? keep : lower;
  const items = new Set<string>();
  for (const { tokens, label, relations } of Object.values(graph.entities)) {
    if (level === 'simple' || relations.length === 0) items.add(key(ofEntities(tokens), label));
    else if (level === 'partial') items.add(key(ofEntities(tokens), label, true));
    else
      for (const [type, id] of relations) {
        const target = targetOf(graph, id, 'radgraphScores').tokens;
        items.add(key(ofRelations(tokens), label, type, ofRelations(target)));
      }
  }
  return items;
}

/**
 * The three RadGraph F1 scores of one report (Delbrouck et al. 2022), each the F1 of two sets; 0 where a report has no
 * entity, also where neither has, as in the reference code.
 *
 * @throws {VividMedError} `data` for a relation to no entity of the report.
 */
export function radgraphScores(
  predicted: RadgraphAnnotation,
  truth: RadgraphAnnotation,
  { tokenCase = 'head' }: { tokenCase?: RadgraphCase } = {},
): RadgraphScores {
  const score = (level: keyof RadgraphScores): number =>
    setF1(itemsOf(predicted, level, tokenCase), itemsOf(truth, level, tokenCase));
  return { simple: score('simple'), partial: score('partial'), complete: score('complete') };
}

/**
 * RadGraph F1 of reports: each report's three scores, and their means; NaN without reports.
 *
 * @throws {VividMedError} `shape` for lists of different lengths; `data` as `radgraphScores`.
 */
export function radgraphF1(
  predicted: readonly RadgraphAnnotation[],
  truth: readonly RadgraphAnnotation[],
  options: { tokenCase?: RadgraphCase } = {},
): { mean: RadgraphScores; perSample: RadgraphScores[] } {
  check(
    predicted.length === truth.length,
    'shape',
    `radgraphF1: expected as many predictions as truths, found ${predicted.length} and ${truth.length}.`,
  );
  const perSample = truth.map((graph, i) => radgraphScores(predicted[i]!, graph, options));
  const meanOf = (level: keyof RadgraphScores): number => mean(perSample.map((scores) => scores[level]));
  return {
    mean: { simple: meanOf('simple'), partial: meanOf('partial'), complete: meanOf('complete') },
    perSample,
  };
}

/**
 * RadGraph as RadCliQ takes it: mean of the F1 of entities (words, label) and of relations (both ends, type), letter case
 * kept; either is 0 where a report has none (rajpurkarlab/CXR-Report-Metric@9c9ecad, radgraph_evaluate_model.py).
 *
 * @throws {VividMedError} `data` for a relation to no entity of the report.
 */
export function radgraphCombined(predicted: RadgraphAnnotation, truth: RadgraphAnnotation): number {
  const relationsOf = (graph: RadgraphAnnotation): Set<string> => {
    const items = new Set<string>();
    for (const { tokens, label, relations } of Object.values(graph.entities))
      for (const [type, id] of relations) {
        const target = targetOf(graph, id, 'radgraphCombined');
        items.add(key(tokens, label, target.tokens, target.label, type));
      }
    return items;
  };
  const entities = setF1(itemsOf(predicted, 'simple', 'mmmm'), itemsOf(truth, 'simple', 'mmmm'));
  return (entities + setF1(relationsOf(predicted), relationsOf(truth))) / 2;
}
