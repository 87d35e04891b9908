import type { Tokenizer } from './text-metric.js';

/** Runs of ASCII letters and digits of the lower-cased text: everything else, letters with accents too, separates them. */
export const tokenizeRouge: Tokenizer = (text) => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
