import * as tf from '@tensorflow/tfjs';
import { linear, linearSpec, loadParams, type ParamsOf } from '@vividmed/nn';
import { type CtRateLabel, ctRateLabels } from '../clinical/label-sets.js';
import { type EncoderConfig, maxTokens } from './encoder/config.js';
import { encode, type EncoderInput, encoderSpec } from './encoder/encoder.js';
import { encoderNames, isBesideEncoder } from './encoder/names.js';
import { createTextModel, type TextModelOptions } from './encoder/text-model.js';
import { encoderConfigIn, openModelFolder } from './model-folder.js';
import { openTokenizer, tokenRow } from './tokenizer.js';

/** Spec of RadBERT: RoBERTa, and two maps of its first state. */
export const radBertSpec = (config: EncoderConfig, numLabels: number = ctRateLabels.length) => ({
  roberta: encoderSpec(config),
  classifier: { dense: linearSpec(config.width, config.width), out_proj: linearSpec(config.width, numLabels) },
});
export type RadBertParams = ParamsOf<ReturnType<typeof radBertSpec>>;

/**
 * RadBERT's classifier of chest CT reports (Hamamci et al. 2024; ibrahimethemhamamci/CT-CLIP, text_classifier/classifier.py):
 * probabilities [B, 18], each label for itself, from the first state of the last layer.
 */
export function radBert(params: RadBertParams, config: EncoderConfig, input: EncoderInput): tf.Tensor {
  const [rows] = input.ids.shape as [number];
  return tf.tidy(() => {
    const last = encode(params.roberta, config, input).at(-1)!;
    const first = tf.reshape(tf.slice(last, [0, 0, 0], [rows, 1, config.width]), [rows, config.width]);
    const { dense, out_proj } = params.classifier;
    return tf.sigmoid(linear(out_proj, tf.tanh(linear(dense, first))));
  });
}

export interface RadBert {
  /** Probabilities of CT-RATE's 18 labels for each report. */
  read(reports: readonly string[]): Promise<Record<CtRateLabel, number>[]>;
  dispose(): void;
}

/**
 * Opens a RadBERT of CT-RATE's labels: a folder, or the file in it, with the weights, and the `config.json` and tokenizer of
 * its encoder beside them. Both published layouts are read: CT-CLIP's (`model.…` with its pooler, `classifier`) and that of
 * `RobertaForSequenceClassification` (`roberta.…`, `classifier.dense`, `classifier.out_proj`); they are the same function.
 *
 * Reports are cut at 512 tokens. No case is folded: VividMed's evaluation gives lower-cased reports.
 *
 * @throws {VividMedError} `checkpoint` or `data` for files that are missing or do not fit.
 */
export async function openRadBert(path: string, options?: TextModelOptions): Promise<RadBert> {
  const { folder, reader } = await openModelFolder(path);
  const { family, config } = await encoderConfigIn(folder);
  const tokenizer = await openTokenizer(folder);
  const { prefix, rename } = encoderNames(family, reader.names);
  const root = prefix.replace(/(model|roberta|bert)\.$/, '');
  const isPooled = !reader.names.includes(`${root}classifier.dense.weight`);
  const headName = (name: string): string => {
    if (!isPooled) return root + name;
    return name
      .replace('classifier.dense.', `${prefix}pooler.dense.`)
      .replace('classifier.out_proj.', `${root}classifier.`);
  };
  const params = await loadParams(radBertSpec(config), reader, {
    rename: (name) => (name.startsWith('roberta.') ? rename(name.slice('roberta.'.length)) : headName(name)),
    ignore: (name) => !name.startsWith(root) || isBesideEncoder(name),
  });
  const model = createTextModel(
    {
      where: 'RadBERT',
      params,
      padId: config.padId,
      maxTokens: maxTokens(config),
      vocabSize: config.vocabSize,
      forward: (tree, input) => [radBert(tree, config, input)],
    },
    options,
  );
  return {
    read: async (reports) => {
      const rows = reports.map((report) => tokenRow(tokenizer, report, maxTokens(config)));
      return model.run(rows, ([probabilities]) => {
        const pairs = ctRateLabels.map((label, i) => [label, probabilities![i]]);
        // The keys are the labels.
        return Object.fromEntries(pairs) as Record<CtRateLabel, number>;
      });
    },
    dispose: () => model.dispose(),
  };
}
