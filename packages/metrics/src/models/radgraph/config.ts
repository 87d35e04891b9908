import { check, VividMedError } from '@vividmed/core';
import { z } from 'zod';

const count = z.number().int().min(1);

/** Sizes of RadGraph's heads. */
export const RadGraphConfig = z
  .strictObject({
    maxSpanWidth: count.describe('words of the longest span'),
    featureSize: count.describe('numbers that stand for the width of a span'),
    hiddenWidths: z.array(count).min(1).readonly().describe('layers of each scorer'),
    spansPerWord: z.number().positive().describe('spans per word that may be in a relation'),
    entityLabels: z.array(z.string()).min(2).readonly().describe('labels of spans, of which the first means none'),
    relationLabels: z.array(z.string()).min(1).readonly(),
  })
  .readonly();
export type RadGraphConfig = z.infer<typeof RadGraphConfig>;

/** What AllenNLP wrote beside the weights, as far as predictions depend on it. */
const ArchiveConfig = z.object({
  dataset_reader: z.object({
    max_span_width: z.number(),
    token_indexers: z.object({ bert: z.object({ max_length: z.number().nullish() }) }),
  }),
  model: z.object({
    max_span_width: z.number(),
    feature_size: z.number(),
    feedforward_params: z.object({
      num_layers: count.max(100),
      hidden_dims: z.union([z.number(), z.array(z.number())]),
    }),
    modules: z.object({
      coref: z.object({ coref_prop: z.literal(0).optional() }),
      relation: z.object({ spans_per_word: z.number() }),
    }),
  }),
});

const fail = (error: z.ZodError): never => {
  throw new VividMedError('unsupported', `config.json: expected a DyGIE++ model, found:\n${z.prettifyError(error)}`);
};

/**
 * The config of a published archive: `config.json`, and the lines of its two files of labels.
 *
 * @returns the config, and the pieces that the encoder reads at once where the archive says it.
 * @throws {VividMedError} `unsupported` for another model, or one whose spans exchange what they know (coref_prop).
 */
export function readRadGraphConfig(
  json: unknown,
  labels: { entityLabels: readonly string[]; relationLabels: readonly string[] },
): { config: RadGraphConfig; maxLength: number | undefined } {
  const { data, error } = ArchiveConfig.safeParse(json);
  if (!data) return fail(error);
  const { dataset_reader: reader, model } = data;
  check(
    reader.max_span_width === model.max_span_width,
    'unsupported',
    `config.json: expected one max_span_width, found ${reader.max_span_width} and ${model.max_span_width}.`,
  );
  const { num_layers: layers, hidden_dims: dims } = model.feedforward_params;
  const config = RadGraphConfig.safeParse({
    maxSpanWidth: model.max_span_width,
    featureSize: model.feature_size,
    hiddenWidths: Array.isArray(dims) ? dims : Array.from({ length: layers }, () => dims),
    spansPerWord: model.modules.relation.spans_per_word,
    ...labels,
  });
  if (!config.success) return fail(config.error);
  return { config: config.data, maxLength: reader.token_indexers.bert.max_length ?? undefined };
}
