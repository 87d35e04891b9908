import { VividMedError } from '@vividmed/core';
import { z } from 'zod';

const count = z.number().int().min(1);

/** Sizes of a BERT encoder; RoBERTa and DistilBERT are the same encoder with other numbers. */
export const EncoderConfig = z
  .strictObject({
    vocabSize: count.describe('rows of the embedding of tokens'),
    width: count.describe('numbers of a hidden state'),
    depth: count.max(1000).describe('layers'),
    numHeads: count.describe('attention heads'),
    mlpWidth: count.describe('width between the two maps of a layer'),
    maxPositions: count.describe('rows of the embedding of positions'),
    firstPosition: z
      .number()
      .int()
      .min(0)
      .default(0)
      .describe('position of the first token: RoBERTa skips its padding'),
    numTypes: z
      .number()
      .int()
      .min(0)
      .default(2)
      .describe('rows of the embedding of segments, of which the first is used'),
    epsilon: z.number().positive().default(1e-12).describe('of every layer norm'),
    padId: z.number().int().min(0).default(0).describe('token that fills rows up'),
  })
  .readonly()
  .refine(({ width, numHeads }) => width % numHeads === 0, 'expected a width that the heads share evenly')
  .refine(({ maxPositions, firstPosition }) => firstPosition < maxPositions, 'expected room for a token')
  .refine(({ vocabSize, padId }) => padId < vocabSize, 'expected the padding to be a token');
export type EncoderConfig = z.infer<typeof EncoderConfig>;

/** Tokens that fit into one row, the special ones included. */
export const maxTokens = ({ maxPositions, firstPosition }: EncoderConfig): number => maxPositions - firstPosition;

const shared = {
  vocab_size: z.number(),
  max_position_embeddings: z.number(),
  pad_token_id: z.number().nullish(),
  position_embedding_type: z.literal('absolute').optional(),
};
const bertLike = {
  ...shared,
  hidden_size: z.number(),
  num_hidden_layers: z.number(),
  num_attention_heads: z.number(),
  intermediate_size: z.number(),
  hidden_act: z.literal('gelu'),
  type_vocab_size: z.number(),
  layer_norm_eps: z.number(),
};

const HuggingFaceConfig = z.discriminatedUnion('model_type', [
  z.object({ model_type: z.literal(['bert', 'cxr-bert']), ...bertLike }),
  z.object({ model_type: z.literal('roberta'), ...bertLike }),
  z.object({
    model_type: z.literal('distilbert'),
    ...shared,
    dim: z.number(),
    n_layers: z.number(),
    n_heads: z.number(),
    hidden_dim: z.number(),
    activation: z.literal('gelu'),
  }),
]);

/** The families of encoders whose checkpoints can be read. */
export type EncoderFamily = 'bert' | 'roberta' | 'distilbert';

/**
 * Sizes of an encoder from the `config.json` of a model of Hugging Face.
 *
 * @throws {VividMedError} `unsupported` for another family, activation or kind of positions; every reason at once.
 */
export function readEncoderConfig(value: unknown): { family: EncoderFamily; config: EncoderConfig } {
  const parsed = HuggingFaceConfig.safeParse(value);
  if (!parsed.success) {
    throw new VividMedError(
      'unsupported',
      `config.json: expected an encoder of the family bert, roberta or distilbert, found:\n${z.prettifyError(parsed.error)}`,
    );
  }
  const found = parsed.data;
  const common = { vocabSize: found.vocab_size, maxPositions: found.max_position_embeddings };
  const raw =
    found.model_type === 'distilbert'
      ? {
          ...common,
          width: found.dim,
          depth: found.n_layers,
          numHeads: found.n_heads,
          mlpWidth: found.hidden_dim,
          numTypes: 0,
          padId: found.pad_token_id ?? 0,
        }
      : {
          ...common,
          width: found.hidden_size,
          depth: found.num_hidden_layers,
          numHeads: found.num_attention_heads,
          mlpWidth: found.intermediate_size,
          numTypes: found.type_vocab_size,
          epsilon: found.layer_norm_eps,
          padId: found.pad_token_id ?? (found.model_type === 'roberta' ? 1 : 0),
          // transformers, models/roberta/modeling_roberta.py: positions count from padding_idx + 1.
          firstPosition: found.model_type === 'roberta' ? (found.pad_token_id ?? 1) + 1 : 0,
        };
  const config = EncoderConfig.safeParse(raw);
  // CXR-BERT is BERT with a projection beside it.
  const family = found.model_type === 'cxr-bert' ? 'bert' : found.model_type;
  if (config.success) return { family, config: config.data };
  throw new VividMedError(
    'config',
    `config.json: expected sizes of an encoder, found:\n${z.prettifyError(config.error)}`,
  );
}
