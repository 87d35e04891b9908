import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTokenizer, type TokenizerFiles, tokenRow } from './tokenizer.js';

interface TokenizerGolden {
  vocab: string[];
  bpe: { vocab: Record<string, number>; merges: string[] };
  texts: string[];
  uncased: number[][];
  cased: number[][];
  pairs: number[][];
  spaced: number[][];
}
const golden = JSON.parse(
  readFileSync(new URL('../../test/models/golden/tokenizers.json', import.meta.url), 'utf8'),
) as TokenizerGolden;

const wordPiece = (config: object = {}): TokenizerFiles => ({
  'vocab.txt': `${golden.vocab.join('\n')}\n`,
  'tokenizer_config.json': JSON.stringify(config),
});
const bpe = (merges = golden.bpe.merges): TokenizerFiles => ({
  'vocab.json': JSON.stringify(golden.bpe.vocab),
  'merges.txt': `#version: 0.2\n${merges.join('\n')}\n`,
});
const piecesOf = (ids: readonly number[]): string[] => ids.map((id) => golden.vocab[id]!);

test.each([
  ['WordPiece without case', createTokenizer(wordPiece()), golden.uncased],
  ['WordPiece with case', createTokenizer(wordPiece({ do_lower_case: false })), golden.cased],
  ['byte-level BPE', createTokenizer(bpe()), golden.pairs],
  ['byte-level BPE after a space', createTokenizer(bpe(), { prefixSpace: true }), golden.spaced],
])('%s cuts every text as the plain rules in Python do', (_, tokenizer, expected) => {
  golden.texts.forEach((text, i) => expect(tokenizer.pieces(text), JSON.stringify(text)).toEqual(expected[i]));
});

test('WordPiece takes the longest piece from the left, and gives up on words that cannot be cut', () => {
  const tokenizer = createTokenizer(wordPiece());
  expect(piecesOf(tokenizer.pieces('Pneumonia'))).toEqual(['pneu', '##monia']);
  expect(piecesOf(tokenizer.pieces('normals é'))).toEqual(['normal', '##s', 'e']);
  expect(piecesOf(tokenizer.pieces(`${'x'.repeat(101)} 心`))).toEqual(['[UNK]', '[UNK]']);
});

test('special tokens that stand in a text are read as what they are, as in the published tokenizers', () => {
  expect(piecesOf(createTokenizer(wordPiece()).pieces('a [SEP] no'))).toEqual(['a', '[SEP]', 'no']);
  const { vocab } = golden.bpe;
  // The mask takes the space before it along, so the text between has one space, its first.
  expect(createTokenizer(bpe([])).pieces('<s> a <mask>')).toEqual([
    vocab['<s>'],
    vocab['Ġ'],
    vocab['a'],
    vocab['<mask>'],
  ]);
});

test('a row is cut to leave room for the tokens around it', () => {
  const tokenizer = createTokenizer(wordPiece());
  expect(piecesOf(tokenRow(tokenizer, 'the heart is normal', 5))).toEqual(['[CLS]', 'the', 'heart', 'is', '[SEP]']);
  expect(piecesOf(tokenRow(tokenizer, ' ', 5))).toEqual(['[CLS]', '[SEP]']);
});

test('tokenizer.json says the same as the files that it stands for', () => {
  const model = { type: 'BPE', vocab: golden.bpe.vocab, merges: golden.bpe.merges, unk_token: '<unk>' };
  const around = { sep: ['</s>', golden.bpe.vocab['</s>']], cls: ['<s>', golden.bpe.vocab['<s>']] };
  const json = {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'ByteLevel', add_prefix_space: false }] },
    post_processor: { type: 'RobertaProcessing', ...around },
    decoder: { type: 'ByteLevel' },
    model,
  };
  const whole = createTokenizer({ 'tokenizer.json': JSON.stringify(json) }, { prefixSpace: true });
  const parts = createTokenizer(bpe(), { prefixSpace: true });
  expect([whole.start, whole.end]).toEqual([parts.start, parts.end]);
  for (const text of golden.texts) expect(whole.pieces(text)).toEqual(parts.pieces(text));
});

test('any text becomes tokens of the vocabulary', () => {
  const [words, pairs] = [createTokenizer(wordPiece()), createTokenizer(bpe())];
  const ids = new Set(Object.values(golden.bpe.vocab));
  // Any code unit, halves of pairs too.
  const unit = fc.oneof(fc.nat(0xff), fc.nat(0xffff)).map((code) => String.fromCharCode(code));
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
      expect(words.pieces(text).filter((id) => golden.vocab[id] === undefined)).toEqual([]);
      expect(pairs.pieces(text).filter((id) => !ids.has(id))).toEqual([]);
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('byte-level BPE loses nothing: the letters of the tokens are the bytes of the text', () => {
  const tokenizer = createTokenizer(bpe());
  const letters = Object.entries(golden.bpe.vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([token]) => token);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      fc.pre(!/[<>]/.test(text));
      const joined = tokenizer
        .pieces(text)
        .map((id) => letters[id]!)
        .join('');
      expect([...joined].length).toBe(new TextEncoder().encode(text).length);
    }),
    { seed: 4, numRuns: 200 },
  );
});

test.each<[string, TokenizerFiles, RegExp]>([
  ['no files', {}, /expected tokenizer.json, vocab.txt, or vocab.json and merges.txt, found none/],
  ['no merges', { 'vocab.json': '{}' }, /found none of them/],
  ['no [UNK]', { 'vocab.txt': 'a\nb' }, /vocab.txt: expected \[UNK\] among 2 tokens/],
  ['no [SEP]', { 'vocab.txt': '[UNK]\n[CLS]' }, /vocab.txt: expected \[CLS\] and \[SEP\]/],
  ['no object', { 'vocab.json': '[1]', 'merges.txt': '' }, /vocab.json: expected an object in JSON/],
  ['no ids', { 'vocab.json': '{"<s>":"0"}', 'merges.txt': '' }, /expected a whole number for every token/],
  ['three pieces', bpe(['a b c']), /merges.txt: expected two pieces in every line, found another number in line 1/],
  ['no tokenizer', { 'tokenizer.json': '{"model":3}' }, /expected the definition of a tokenizer/],
  ['no JSON', { 'tokenizer.json': '{' }, /tokenizer.json: expected an object in JSON/],
])('a tokenizer with %s is refused', (_, files, message) => {
  expect(() => createTokenizer(files)).toThrow(message);
});
