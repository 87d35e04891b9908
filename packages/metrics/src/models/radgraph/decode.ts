import type { RadgraphAnnotation, RadgraphEntity } from '../../clinical/radgraph-annotation.js';
import type { RadGraphConfig } from './config.js';
import type { Span } from './spans.js';

/** The graph of a report and the words that its numbers count. */
export interface RadGraphReading extends RadgraphAnnotation {
  /** Words joined by spaces. */
  text: string;
}

export interface RadGraphScores {
  spans: readonly Span[];
  /** [N, L], without the label that means none. */
  entities: ArrayLike<number>;
  /** Spans that may be in a relation, by their index. */
  candidates: readonly number[];
  /** [K, K, R], without the relation that means none. */
  relations: ArrayLike<number>;
}

/** The best of `count` classes from `start` on; undefined where none has more than 0, the score of no class. */
function bestOf(scores: ArrayLike<number>, start: number, count: number): number | undefined {
  let best: number | undefined;
  let most = 0;
  for (let i = 0; i < count; i++) {
    if (scores[start + i]! > most) {
      best = i;
      most = scores[start + i]!;
    }
  }
  return best;
}

/**
 * The graph that the scores of a report say, in the form of the published code (utils.py, get_entity): entities in the order
 * of their spans, numbered from 1, each with its relations to other entities. Relations from or to a span that is no entity
 * are left out.
 */
export function decodeGraph(words: readonly string[], config: RadGraphConfig, scores: RadGraphScores): RadGraphReading {
  const { entityLabels, relationLabels } = config;
  const { spans, candidates } = scores;
  const found = spans.flatMap((span, i) => {
    const label = bestOf(scores.entities, i * (entityLabels.length - 1), entityLabels.length - 1);
    return label === undefined ? [] : [{ span, index: i, label: entityLabels[label + 1]! }];
  });
  const keyOf = new Map(found.map(({ index }, i) => [index, String(i + 1)]));
  const relationsOf = (place: number): [string, string][] =>
    candidates.flatMap((target, j): [string, string][] => {
      const label = bestOf(
        scores.relations,
        (place * candidates.length + j) * relationLabels.length,
        relationLabels.length,
      );
      const key = keyOf.get(target);
      return label === undefined || key === undefined ? [] : [[relationLabels[label]!, key]];
    });
  const entities = found.map(({ span: [start, end], index, label }, i): [string, RadgraphEntity] => {
    const place = candidates.indexOf(index);
    const relations = place < 0 ? [] : relationsOf(place);
    const tokens = words.slice(start, end + 1).join(' ');
    return [String(i + 1), { tokens, label, start_ix: start, end_ix: end, relations }];
  });
  return { text: words.join(' '), entities: Object.fromEntries(entities) };
}
