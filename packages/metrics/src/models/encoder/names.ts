import { check } from '@vividmed/core';
import type { EncoderFamily } from './config.js';

/** Parts of BERT's names as DistilBERT has them, in this order. */
const distilbert: readonly (readonly [string, string])[] = [
  ['encoder.layer.', 'transformer.layer.'],
  ['.attention.self.query.', '.attention.q_lin.'],
  ['.attention.self.key.', '.attention.k_lin.'],
  ['.attention.self.value.', '.attention.v_lin.'],
  ['.attention.output.dense.', '.attention.out_lin.'],
  ['.attention.output.LayerNorm.', '.sa_layer_norm.'],
  ['.intermediate.dense.', '.ffn.lin1.'],
  ['.output.dense.', '.ffn.lin2.'],
  ['.output.LayerNorm.', '.output_layer_norm.'],
];

/** Names of the two parts of a layer norm in checkpoints that came from TensorFlow. */
const oldNorms: readonly (readonly [string, string])[] = [
  ['LayerNorm.weight', 'LayerNorm.gamma'],
  ['LayerNorm.bias', 'LayerNorm.beta'],
];

const replaceAll = (text: string, table: readonly (readonly [string, string])[]): string =>
  table.reduce((name, [from, to]) => name.replace(from, to), text);

export interface EncoderNames {
  /** What stands in front of the names of the encoder: `bert.`, `module.bert.` or nothing. */
  prefix: string;
  /** Name in the checkpoint of a parameter of the encoder. */
  rename(path: string): string;
}

/**
 * Where a checkpoint has an encoder, and how it calls its parameters. The encoder is found by its table of words, which
 * every checkpoint of the three families has once.
 *
 * @throws {VividMedError} `checkpoint` for no encoder or more than one.
 */
export function encoderNames(family: EncoderFamily, names: readonly string[]): EncoderNames {
  const table = 'embeddings.word_embeddings.weight';
  const tables = names.filter((name) => name === table || name.endsWith(`.${table}`));
  check(tables.length === 1, 'checkpoint', `encoder: expected one ${table}, found ${tables.length}.`);
  const prefix = tables[0]!.slice(0, -table.length);
  const isOld = names.includes(`${prefix}embeddings.LayerNorm.gamma`);
  return {
    prefix,
    rename: (path) => {
      const name = family === 'distilbert' ? replaceAll(path, distilbert) : path;
      return prefix + (isOld ? replaceAll(name, oldNorms) : name);
    },
  };
}

/** Tensors of a checkpoint that hidden states do not need: counted positions, poolers, heads of pretraining. */
export const isBesideEncoder = (name: string): boolean =>
  /(^|\.)(position_ids|pooler\.dense\.\w+|(lm_head|cls|vocab_(transform|projector|layer_norm))\..*)$/.test(name);
