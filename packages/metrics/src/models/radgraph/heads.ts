import * as tf from '@tensorflow/tfjs';
import { linear, type LinearParams, linearSpec, normal, ParamSpec, type ParamsOf } from '@vividmed/nn';
import type { RadGraphConfig } from './config.js';
import type { Span } from './spans.js';

/** Layers with a rectifier after each, and one without: AllenNLP's FeedForward and a linear scorer. */
const scorerSpec = (inDim: number, { hiddenWidths }: RadGraphConfig, outDim: number) => ({
  layers: hiddenWidths.map((width, i) => linearSpec(hiddenWidths[i - 1] ?? inDim, width)),
  scorer: linearSpec(hiddenWidths.at(-1)!, outDim),
});
type ScorerParams = ParamsOf<ReturnType<typeof scorerSpec>>;

/** Spec of RadGraph's heads over words of `width` numbers. */
export const radGraphHeadsSpec = (config: RadGraphConfig, width: number) => {
  const spanWidth = 2 * width + config.featureSize;
  return {
    widths: { weight: new ParamSpec([config.maxSpanWidth, config.featureSize], normal(1)) },
    entity: scorerSpec(spanWidth, config, config.entityLabels.length - 1),
    mention: scorerSpec(spanWidth, config, 1),
    relation: scorerSpec(3 * spanWidth, config, config.relationLabels.length),
  };
};
export type RadGraphHeadsParams = ParamsOf<ReturnType<typeof radGraphHeadsSpec>>;

/** What comes after the first map of a scorer: [N, H] -> [N, out]. */
function afterFirst({ layers, scorer }: ScorerParams, first: tf.Tensor): tf.Tensor {
  const hidden = layers.slice(1).reduce((x, layer) => tf.relu(linear(layer, x)), tf.relu(first));
  return linear(scorer, hidden);
}

const score = (params: ScorerParams, x: tf.Tensor): tf.Tensor => afterFirst(params, linear(params.layers[0]!, x));

const column = (values: readonly number[]): tf.Tensor1D => tf.tensor1d([...values], 'int32');

/**
 * Scores of spans (Wadden et al. 2019, DyGIE++; the structure of Stanford-AIMI/radgraph@87f11a1). A span is the states of its
 * first and last word and a vector for its width.
 *
 * @param words states of the words, [W, C].
 * @returns `spans` [N, E], `entities` [N, L]: scores of the labels but the first, whose score is 0, and `mentions` [N]: how
 * likely a span is in a relation.
 */
export function scoreSpans(
  params: RadGraphHeadsParams,
  words: tf.Tensor,
  spans: readonly Span[],
): { spans: tf.Tensor; entities: tf.Tensor; mentions: tf.Tensor } {
  return tf.tidy(() => {
    const starts = tf.gather(words, column(spans.map(([start]) => start)));
    const ends = tf.gather(words, column(spans.map(([, end]) => end)));
    const widths = tf.gather(params.widths.weight, column(spans.map(([start, end]) => end - start)));
    const states = tf.concat([starts, ends, widths], 1);
    return {
      spans: states,
      entities: score(params.entity, states),
      mentions: tf.reshape(score(params.mention, states), [-1]),
    };
  });
}

/** Pairs that are scored at once: their products take some 50 MB in the published sizes. */
const maxPairs = 8192;

/**
 * Scores of the relations of each span to each: `spans` [K, E] and their scores `mentions` [K] -> [K, K, R]. No relation has
 * the score 0.
 *
 * The pair of a and b is (a, b, a * b). Its first map is made in three parts, of which two need no pairs.
 */
export function scoreRelations(params: RadGraphHeadsParams, spans: tf.Tensor, mentions: tf.Tensor): tf.Tensor {
  const [count, width] = spans.shape as [number, number];
  const { weight, bias } = params.relation.layers[0] as LinearParams;
  const hidden = weight.shape[1]!;
  const rows = Math.max(1, Math.floor(maxPairs / count));
  return tf.tidy(() => {
    const part = (i: number): LinearParams => ({ weight: tf.slice(weight, [i * width, 0], [width, hidden]) });
    const [first, second, product] = [
      linear({ ...part(0), ...(bias && { bias }) }, spans),
      linear(part(1), spans),
      part(2),
    ];
    const blocks = Array.from({ length: Math.ceil(count / rows) }, (_, block) =>
      tf.tidy(() => {
        const size = Math.min(rows, count - block * rows);
        const own = (x: tf.Tensor): tf.Tensor => {
          const [, ...rest] = x.shape;
          return tf.reshape(tf.slice(x, [block * rows, 0], [size, rest[0]!]), [size, 1, rest[0]!]);
        };
        const products = linear(product, tf.mul(own(spans), tf.reshape(spans, [1, count, width])));
        const mapped = tf.add(tf.add(products, own(first)), tf.reshape(second, [1, count, hidden]));
        const scores = afterFirst(params.relation, mapped);
        const likely = tf.add(own(tf.reshape(mentions, [count, 1])), tf.reshape(mentions, [1, count, 1]));
        return tf.add(scores, likely);
      }),
    );
    return tf.concat(blocks, 0);
  });
}
