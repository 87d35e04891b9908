import { addedTokenNames, specialTokens, type Tokenizer } from './tokenizer.js';

const baseSize = 32000;

/**
 * The SentencePiece vocabulary of LLaMA and Vicuna with the eight added tokens (ids 32000 to 32007): what the published
 * weights were trained with. Loaded on first use; the vocabulary is 700 kB.
 *
 * Each piece of text gets the leading space that SentencePiece puts before a text.
 */
export async function vicunaTokenizer(): Promise<Tokenizer> {
  const { default: llama } = await import('llama-tokenizer-js');
  return {
    special: specialTokens(baseSize, 0),
    vocabSize: baseSize + addedTokenNames.length,
    encode: (text) => (text === '' ? [] : llama.encode(text, false, true)),
    // Without the leading space that stands for the beginning of a text.
    decode: (ids) =>
      llama
        .decode(
          ids.filter((id) => id > 2 && id < baseSize),
          false,
          false,
        )
        .replace(/^ /, ''),
  };
}
