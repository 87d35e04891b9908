import { check } from '@vividmed/core';
import { loadParams } from '@vividmed/nn';
import { type EncoderConfig, maxTokens } from './encoder/config.js';
import { encode, encoderSpec } from './encoder/encoder.js';
import { encoderNames, isBesideEncoder } from './encoder/names.js';
import { createTextModel, type TextModelOptions } from './encoder/text-model.js';
import { encoderConfigIn, openModelFolder } from './model-folder.js';
import { openTokenizer, tokenRow } from './tokenizer.js';

/** The tokens of a text, those of start and end included, with their states in one layer of an encoder. */
export interface TokenEmbeddings {
  ids: readonly number[];
  /** [T, width], row-major. */
  embeddings: Float32Array;
}

export interface BertScoreEncoder {
  /** Tokens of start and end: BERTScore gives them no weight, but others may match them. */
  readonly specialIds: readonly number[];
  /** Numbers of a state. */
  readonly width: number;
  /** States of the tokens of each text; an empty text has the two special tokens alone. */
  encode(texts: readonly string[]): Promise<TokenEmbeddings[]>;
  dispose(): void;
}

export interface BertScoreEncoderOptions extends TextModelOptions {
  /**
   * Layer whose states are taken, 0 being the embeddings: 5 for distilroberta-base and distilbert-base-uncased, 17 for
   * roberta-large (Tiiiger/bert_score, utils.py).
   */
  layer: number;
}

const isLayerBeyond = (name: string, layers: number): boolean =>
  Number(/(?:^|\.)layer\.(\d+)\./.exec(name)?.[1] ?? -1) >= layers;

/**
 * Opens an encoder for BERTScore (Zhang et al. 2020): a folder of the Hugging Face hub, or the file of weights in it, of BERT,
 * RoBERTa or DistilBERT, with `config.json` and tokenizer. Layers above the one that is asked for are not loaded.
 *
 * Texts lose the white space at their ends, are cut where the positions of the encoder end, and for byte-level BPE begin with
 * a space, as bert_score does it.
 *
 * @throws {VividMedError} `checkpoint` or `data` for files that are missing or do not fit, `config` for a layer that the
 * encoder does not have.
 */
export async function openBertScoreEncoder(
  path: string,
  { layer, ...options }: BertScoreEncoderOptions,
): Promise<BertScoreEncoder> {
  const { folder, reader } = await openModelFolder(path);
  const { family, config: whole } = await encoderConfigIn(folder);
  check(
    Number.isInteger(layer) && layer >= 0 && layer <= whole.depth,
    'config',
    `openBertScoreEncoder: expected a layer from 0 to ${whole.depth}, found ${layer}.`,
  );
  const tokenizer = await openTokenizer(folder, { prefixSpace: true });
  const { rename } = encoderNames(family, reader.names);
  const config: EncoderConfig = { ...whole, depth: layer };
  const params = await loadParams(encoderSpec(config), reader, {
    rename,
    ignore: (name) => isLayerBeyond(name, layer) || isBesideEncoder(name),
  });
  const model = createTextModel(
    {
      where: 'BERTScore encoder',
      params,
      padId: config.padId,
      maxTokens: maxTokens(config),
      vocabSize: config.vocabSize,
      forward: (tree, input) => [encode(tree, config, input).at(-1)!],
    },
    options,
  );
  return {
    specialIds: [tokenizer.start, tokenizer.end],
    width: config.width,
    encode: async (texts) => {
      const rows = texts.map((text) => tokenRow(tokenizer, text.trim(), maxTokens(config)));
      return model.run(rows, ([states], row) => {
        const ids = rows[row]!;
        return { ids, embeddings: states!.slice(0, ids.length * config.width) };
      });
    },
    dispose: () => model.dispose(),
  };
}
