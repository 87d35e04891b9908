import { longestCommonLength } from './longest-common.js';
import { listReferences, type References, type Tokenizer } from './text-metric.js';
import { tokenizePtb } from './tokenize-ptb.js';

export interface CocoRougeOptions {
  /** Weight of recall over precision: 1.2 in pycocoevalcap. */
  beta?: number;
  /** The tokens of COCO by default. */
  tokenize?: Tokenizer;
}

/**
 * ROUGE-L of one text as pycocoevalcap has it: ((1 + beta²) P R) / (R + beta² P), where P and R are each the best over the
 * references. 0 where nothing is shared, two empty texts included (pycocoevalcap gives 1 for those).
 *
 * @throws {VividMedError} `data` for a text without references.
 */
export function cocoRougeL(candidate: string, references: References, options: CocoRougeOptions = {}): number {
  const { beta = 1.2, tokenize = tokenizePtb } = options;
  const tokens = tokenize(candidate);
  let [precision, recall] = [0, 0];
  for (const reference of listReferences(references, 'cocoRougeL')) {
    const other = tokenize(reference);
    const shared = longestCommonLength(tokens, other);
    precision = Math.max(precision, shared / Math.max(1, tokens.length));
    recall = Math.max(recall, shared / Math.max(1, other.length));
  }
  return precision === 0 ? 0 : ((1 + beta ** 2) * precision * recall) / (recall + beta ** 2 * precision);
}
