import { addedTokenNames, specialTokens, type Tokenizer } from './tokenizer.js';

const baseSize = 32000;

/**
 * The SentencePiece vocabulary of LLaMA and Vicuna with the eight added tokens (ids 32000 to 32007): what the published
 * weights were trained with. Loaded on first use; the vocabulary is 700 kB.
 *
 * SentencePiece puts a space before a text. Text after a special token gets none, as in Hugging Face's tokenizer with
 * `legacy: false`, which is Vicuna 1.5's setting: the pieces of an answer are those of the whole answer, cut at the brackets.
 */
export async function vicunaTokenizer(): Promise<Tokenizer> {
  const { default: llama } = await import('llama-tokenizer-js');
  return {
    special: specialTokens(baseSize, 0),
    vocabSize: baseSize + addedTokenNames.length,
    encode: (text, continued = false) => (text === '' ? [] : llama.encode(text, false, !continued)),
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
