import { answerWords } from './normalise-answer.js';

export interface AnswerOverlap {
  precision: number;
  recall: number;
  f1: number;
}

/**
 * How words are counted. `clipped`: each as often as both sides have it, as in SQuAD. `llava-med`: as LLaVA-Med's evaluation
 * has it, where a shared word counts as often as the prediction says it, so that saying it twice raises precision and recall.
 */
export type OverlapCounting = 'clipped' | 'llava-med';

function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of answerWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/**
 * Overlap of the words of a predicted and a true answer; all 0 where they share none, also where one has no words. Recall
 * alone is what LLaVA-Med reports for open questions (microsoft/LLaVA-Med@ad758b6, eval_metrics); a long answer has it easily.
 */
export function answerOverlap(
  predicted: string,
  truth: string,
  { counting = 'clipped' }: { counting?: OverlapCounting } = {},
): AnswerOverlap {
  const [said, wanted] = [countWords(predicted), countWords(truth)];
  let [shared, onlySaid, missing] = [0, 0, 0];
  for (const [word, times] of said) {
    const both = wanted.has(word) ? (counting === 'clipped' ? Math.min(times, wanted.get(word)!) : times) : 0;
    shared += both;
    onlySaid += times - both;
  }
  for (const [word, times] of wanted)
    missing += counting === 'clipped' ? times - Math.min(times, said.get(word) ?? 0) : said.has(word) ? 0 : times;
  if (shared === 0) return { precision: 0, recall: 0, f1: 0 };
  return {
    precision: shared / (shared + onlySaid),
    recall: shared / (shared + missing),
    f1: (2 * shared) / (2 * shared + onlySaid + missing),
  };
}
