import type { Tokenizer } from './text-metric.js';

/**
 * Lower-cased words between spaces, of which full stops are split: what RadCliQ's BLEU-2 counts. Other white space stays
 * inside of words. Source: rajpurkarlab/CXR-Report-Metric@9c9ecad.
 */
export const tokenizeRadcliq: Tokenizer = (text) =>
  text
    .toLowerCase()
    .replaceAll('.', ' .')
    .split(' ')
    .filter((token) => token !== '');
