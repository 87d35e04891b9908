import * as tf from '@tensorflow/tfjs';
import { linear, linearSpec, loadParams, type ParamsOf } from '@vividmed/nn';
import { type ChexpertLabel, chexpertLabels } from '../clinical/label-sets.js';
import { type LabelState, stateOfChexbertClass } from '../clinical/label-state.js';
import { EncoderConfig, maxTokens } from './encoder/config.js';
import { encode, type EncoderInput, encoderSpec } from './encoder/encoder.js';
import { encoderNames, isBesideEncoder } from './encoder/names.js';
import { createTextModel, type TextModelOptions } from './encoder/text-model.js';
import { encoderConfigIn, openModelFolder } from './model-folder.js';
import { openTokenizer, tokenRow } from './tokenizer.js';

const numStates = 4;
const lengths = chexpertLabels.map((label) => (label === 'No Finding' ? 2 : numStates));

/** Spec of CheXbert: BERT and a linear head for each of 14 observations, the last of two classes. */
export const cheXbertSpec = (config: EncoderConfig) => ({
  bert: encoderSpec(config),
  linear_heads: lengths.map((classes) => linearSpec(config.width, classes)),
});
export type CheXbertParams = ParamsOf<ReturnType<typeof cheXbertSpec>>;

/**
 * CheXbert (Smit et al. 2020; stanfordmlgroup/CheXbert@3ab882d, src/models/bert_labeler.py): the [CLS] state of the last
 * layer [B, C], and the logits of all heads beside one another [B, 54].
 */
export function cheXbert(
  params: CheXbertParams,
  config: EncoderConfig,
  input: EncoderInput,
): { embedding: tf.Tensor; logits: tf.Tensor } {
  const [rows] = input.ids.shape as [number];
  return tf.tidy(() => {
    const last = encode(params.bert, config, input).at(-1)!;
    const embedding = tf.reshape(tf.slice(last, [0, 0, 0], [rows, 1, config.width]), [rows, config.width]);
    return {
      embedding,
      logits: tf.concat(
        params.linear_heads.map((head) => linear(head, embedding)),
        1,
      ),
    };
  });
}

/** What CheXbert finds in a report. */
export interface CheXbertReading {
  states: Record<ChexpertLabel, LabelState>;
  /** The [CLS] state that CheXbert similarity compares. */
  embedding: Float32Array;
}

export interface CheXbert {
  /** Reads reports, in the order in which they come. */
  read(reports: readonly string[]): Promise<CheXbertReading[]>;
  dispose(): void;
}

/** `bert-base-uncased`, which the published weights were made of. */
const published = EncoderConfig.parse({
  vocabSize: 30522,
  width: 768,
  depth: 12,
  numHeads: 12,
  mlpWidth: 3072,
  maxPositions: 512,
});

function argMax(values: Float32Array): number {
  let best = 0;
  values.forEach((value, i) => {
    if (value > values[best]!) best = i;
  });
  return best;
}

/** The states of the heads; the first of equal classes, as torch's argmax on the CPU. */
function statesOf(logits: Float32Array): Record<ChexpertLabel, LabelState> {
  let at = 0;
  const pairs = chexpertLabels.map((label, i) => {
    const head = logits.subarray(at, (at += lengths[i]!));
    return [label, stateOfChexbertClass(argMax(head))];
  });
  // The keys are the labels.
  return Object.fromEntries(pairs) as Record<ChexpertLabel, LabelState>;
}

/**
 * Opens the published CheXbert: a folder, or the file in it, with `chexbert.pth` (or the same tensors as safetensors) and the
 * `vocab.txt` of `bert-base-uncased` beside it. Sizes other than those of `bert-base-uncased` need a `config.json`.
 *
 * Reports are cut at 512 tokens, the last of them [SEP]. The published code cleans up white space first
 * (src/bert_tokenizer.py), which makes no difference to WordPiece.
 *
 * @throws {VividMedError} `checkpoint` or `data` for files that are missing or do not fit.
 */
export async function openCheXbert(path: string, options?: TextModelOptions): Promise<CheXbert> {
  const { folder, reader } = await openModelFolder(path);
  const { family, config } = await encoderConfigIn(folder, { family: 'bert', config: published });
  const tokenizer = await openTokenizer(folder);
  const names = encoderNames(family, reader.names);
  // Two parts of one checkpoint: `module.bert.` tells what stands before the heads.
  const root = names.prefix.replace(/bert\.$/, '');
  const params = await loadParams(cheXbertSpec(config), reader, {
    rename: (name) => (name.startsWith('bert.') ? names.rename(name.slice('bert.'.length)) : root + name),
    // Beside the model, a training checkpoint has its optimiser.
    ignore: (name) => !name.startsWith(root) || isBesideEncoder(name),
  });
  const model = createTextModel(
    {
      where: 'CheXbert',
      params,
      padId: config.padId,
      maxTokens: maxTokens(config),
      vocabSize: config.vocabSize,
      forward: (tree, input) => {
        const { embedding, logits } = cheXbert(tree, config, input);
        return [embedding, logits];
      },
    },
    options,
  );
  return {
    read: async (reports) => {
      const rows = reports.map((report) => tokenRow(tokenizer, report, maxTokens(config)));
      return model.run(rows, ([embedding, logits]) => ({
        states: statesOf(logits!),
        embedding: Float32Array.from(embedding!),
      }));
    },
    dispose: () => model.dispose(),
  };
}
