import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import llama from 'llama-tokenizer-js';
import { expect, test } from 'vitest';
import { buildSequence } from './sequence.js';
import { addedTokenNames } from './tokenizer.js';
import { vicunaTokenizer } from './vicuna-tokenizer.js';

/**
 * Hugging Face's BPE over the same 32,000 pieces and merges, with the added tokens: another program that must cut text the
 * same way. No space is put before a text, as after a special token with `legacy: false`.
 */
const oracle = new HuggingFaceTokenizer(
  {
    added_tokens: ['<unk>', '<s>', '</s>', ...addedTokenNames].map((content, i) => ({
      id: i < 3 ? i : 32_000 + i - 3,
      content,
      special: true,
      normalized: false,
      lstrip: false,
      rstrip: false,
      single_word: false,
    })),
    normalizer: { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
    pre_tokenizer: null,
    post_processor: null,
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
      ],
    },
    model: {
      type: 'BPE',
      unk_token: '<unk>',
      fuse_unk: true,
      byte_fallback: true,
      vocab: Object.fromEntries(llama.vocabById.map((piece, id) => [piece, id])),
      merges: [...llama.merges].sort(([, a], [, b]) => a - b).map(([pair]) => pair),
    },
  },
  {},
);
const tokenizer = await vicunaTokenizer();
const oracleIds = (text: string): number[] => oracle.encode(text, { add_special_tokens: false }).ids;

test('the vocabulary is that of LLaMA: 32,000 pieces, bytes from id 3, letters from 29,871', () => {
  expect(llama.vocabById).toHaveLength(32_000);
  expect(llama.vocabById.slice(0, 4)).toEqual(['<unk>', '<s>', '</s>', '<0x00>']);
  expect(llama.vocabById[258]).toBe('<0xFF>');
  expect(llama.vocabById[29_871]).toBe('▁');
  // Ids that are widely published for "Hello world" and "I'm".
  expect(tokenizer.encode('Hello world')).toEqual([15_043, 3_186]);
  expect(tokenizer.encode("I'm")).toEqual([306, 29_915, 29_885]);
});

test('the eight added tokens have ids 32,000 to 32,007 in the published order', () => {
  const { sys, usr, grd, ngrd, beginPhrase, endPhrase, beginNegative, endNegative } = tokenizer.special;
  const ids = [sys, usr, grd, ngrd, beginPhrase, endPhrase, beginNegative, endNegative];
  expect(ids).toEqual(['<sys>', '<usr>', '<grd>', '<ngrd>', '<p>', '</p>', '<np>', '</np>'].map((_, i) => 32_000 + i));
  expect(addedTokenNames.map((name) => oracleIds(name))).toEqual(ids.map((id) => [id]));
  expect(tokenizer.vocabSize).toBe(32_008);
  expect([tokenizer.special.pad, tokenizer.special.bos, tokenizer.special.eos]).toEqual([0, 1, 2]);
});

const texts = [
  'There is a 3.5 mm nodule in the right lower lobe (series 4, image 27).',
  ' leading, double  and trailing spaces  ',
  'line\nbreaks\n\nand\ttabs',
  'café, naïve, Ångström, µm, ½, ≥ 5 ㎜',
  '肺结节 · 폐결절 · узел · عقدة · 🫁🙂👩‍⚕️',
  'HU −1000…+3000; T₁ < T₂',
  '</s><s><unk> and <p>brackets</p> are text',
  '\u0000\u007F\uFFFD',
];

test.each(texts)('another program cuts %j the same way, and decoding gives the text back', (text) => {
  // The oracle reads special tokens out of text, which this tokenizer never does: they are broken up for it.
  if (!/<[/\w]+>/.test(text)) {
    expect(tokenizer.encode(text, true)).toEqual(oracleIds(text));
    expect(tokenizer.encode(text)).toEqual(oracleIds(` ${text}`));
  }
  expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  expect(tokenizer.encode(text).every((id) => id > 2 && id < 32_000)).toBe(true);
});

test('so it does with any text', () => {
  const words = fc.constantFrom(
    'lung',
    ' Opacity',
    'ly',
    ' ',
    '  ',
    '\n',
    '12',
    '.',
    ',',
    'é',
    '漢',
    '🙂',
    'Zwerchfell',
    '%',
  );
  const any = fc.oneof(
    fc.array(words, { maxLength: 12 }).map((parts) => parts.join('')),
    fc.string({ unit: 'grapheme' }),
  );
  fc.assert(
    fc.property(any, (text) => {
      fc.pre(text !== '' && !/[▁<]/.test(text));
      expect(tokenizer.encode(text, true)).toEqual(oracleIds(text));
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }),
    { seed: 5, numRuns: 300 },
  );
});

test('a conversation has the tokens of its text with the brackets written out', () => {
  const { ids, numImageTokens } = buildSequence({
    turns: [
      {
        question: 'Where is it?',
        answer: [
          { text: 'There is an ' },
          { phrase: 'opacity' },
          { text: ' in the ' },
          { phrase: 'left lung' },
          { text: '.' },
        ],
      },
    ],
    grounded: true,
    numImageTokens: 2,
    tokenizer,
  });
  const text = '<grd><usr> Where is it?<sys>';
  const answer = ' There is an <p>opacity</p> in the <p>left lung</p>.';
  expect(ids.slice(numImageTokens + 3)).toEqual([...oracleIds(text), ...oracleIds(answer)]);
  expect(tokenizer.decode(ids.slice(ids.indexOf(tokenizer.special.sys)))).toBe('There is an opacity in the left lung.');
});
