import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collateSequences } from './collate.js';
import { buildSequence, ignoreLabel } from './sequence.js';
import { wordTokenizer, wordVocabulary } from './word-tokenizer.js';

const words = wordTokenizer(
  ['Q1', 'Q2', 'A', 'B', 'C', 'D', 'E', 'F'].map((word) => word.replace(/\d/, (d) => 'xyz'[+d]!)),
);
const id = (text: string): number => words.encode(text)[0]!;
const { special } = words;
const example = {
  turns: [
    {
      question: 'Qy Qz',
      answer: [{ text: 'A ' }, { phrase: 'B C' }, { text: ' D ' }, { phrase: 'E', negative: true }, { text: ' F' }],
    },
  ],
  grounded: true,
  numImageTokens: 2,
  tokenizer: words,
};

describe('the worked example of the published layout', () => {
  const sequence = buildSequence(example);

  test('has these tokens, and negative brackets are seen as <p> and </p>', () => {
    const { bos, pad, grd, usr, sys, beginPhrase: p, endPhrase: q } = special;
    expect(sequence.ids).toEqual([
      bos,
      pad,
      pad,
      pad,
      pad,
      grd,
      usr,
      id('Qy'),
      id('Qz'),
      sys,
      id('A'),
      p,
      id('B'),
      id('C'),
      q,
      id('D'),
      p,
      id('E'),
      q,
      id('F'),
    ]);
    expect(sequence.types).toEqual([0, 1, 1, 1, 1, ...Array<number>(15).fill(0)]);
  });

  test('gives image patches one position and brackets none', () => {
    expect(sequence.positions).toEqual([0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 11, 11, 12, 13, 13, 13, 14]);
  });

  test('never teaches to open a negative phrase, but to close one', () => {
    const { beginPhrase: p, endPhrase: q, eos } = special;
    const ignored = Array<number>(9).fill(ignoreLabel);
    expect(sequence.labels).toEqual([
      ...ignored,
      id('A'),
      p,
      id('B'),
      id('C'),
      q,
      id('D'),
      id('E'),
      id('E'),
      q,
      id('F'),
      eos,
    ]);
  });

  test('weighs positions before <p> 5 and all others 1', () => {
    expect(sequence.weights.map((weight, i) => (weight === 1 ? -1 : i)).filter((i) => i >= 0)).toEqual([10, 15]);
    expect(sequence.weights[10]).toBe(5);
  });

  test('prompts from the state at </p> in the paper and from the state that predicts it in the published code', () => {
    expect(sequence.phraseIndex).toEqual([14, 18]);
    const original = buildSequence({ ...example, promptState: 'before-close' });
    expect(original.phraseIndex.map((i) => original.ids[i])).toEqual([id('C'), id('E')]);
    expect(sequence.phrases.map(({ tokens }) => tokens)).toEqual([[id('B'), id('C')], [id('E')]]);
  });

  test('keeps the label of the last token when cut, and drops phrases that are not closed', () => {
    const cut = buildSequence({ ...example, maxLength: 18 });
    expect(cut.ids).toHaveLength(18);
    expect(cut.labels[17]).toBe(special.endPhrase);
    expect(cut.phrases.map(({ text }) => text)).toEqual(['B C']);
  });
});

test('an empty phrase moves no positions', () => {
  const { positions, ids } = buildSequence({
    ...example,
    turns: [{ question: 'Qy', answer: [{ phrase: '' }, { text: 'A' }] }],
  });
  const open = ids.indexOf(special.beginPhrase);
  expect(positions.slice(open)).toEqual([8, 8, 9]);
});

test('every answer ends in EOS as a label, and no EOS is ever an input', () => {
  const turn = { question: 'Qy', answer: [{ text: 'A B' }] };
  const { ids, labels } = buildSequence({ ...example, turns: [turn, turn] });
  expect(ids).not.toContain(special.eos);
  expect(labels.filter((label) => label === special.eos)).toHaveLength(2);
  expect(labels[ids.lastIndexOf(special.usr)]).toBe(ignoreLabel);
});

test('without grounding the phrases are plain text', () => {
  const { ids, phrases, positions } = buildSequence({ ...example, grounded: false });
  expect(ids).not.toContain(special.beginPhrase);
  expect(phrases).toEqual([]);
  expect(positions.at(-1)).toBe(14);
});

test('an image that leaves no room for text is refused', () => {
  expect(() => buildSequence({ ...example, maxLength: 5 })).toThrow(/more than 5 tokens/);
});

test('collating pads on the right, lists labelled rows and shifts phrase rows', () => {
  const short = buildSequence({
    ...example,
    turns: [{ question: 'Qy', answer: [{ phrase: 'A' }] }],
  });
  const batch = collateSequences([short, buildSequence(example)], {
    buckets: [16, 24, 32],
    rowMultiple: 8,
  });
  expect(batch.length).toBe(24);
  expect([...batch.lengths]).toEqual([12, 20]);
  expect([...batch.ids.subarray(12, 24)]).toEqual(Array<number>(12).fill(0));
  expect(batch.labels).toHaveLength(16);
  expect([...batch.labels].filter((label) => label !== ignoreLabel)).toHaveLength(15);
  expect([...batch.rowIndex.subarray(0, 5)]).toEqual([8, 9, 10, 11, 24 + 9]);
  expect([...batch.phraseRows[1]!]).toEqual([24 + 14, 24 + 18]);
  expect(batch.weights.at(-1)).toBe(0);
  expect(() => collateSequences([short], { buckets: [4] })).toThrow(/at most 4 tokens/);
});

test('decoding what was encoded gives the text with single spaces', () => {
  const atoms = fc.constantFrom(
    'Opacity',
    'in',
    'lobe',
    '3.5',
    ' ',
    '  ',
    '.',
    ', ',
    '(left)',
    '\n',
    'x-ray',
    '12 mm',
    '<p>',
    '</s>',
  );
  fc.assert(
    fc.property(fc.array(atoms, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      const tokenizer = wordTokenizer(wordVocabulary([text]));
      const normal = text
        .replace(/[^\S\n]+/g, ' ')
        .replace(/ ?\n ?/g, '\n')
        .trim();
      expect(tokenizer.decode(tokenizer.encode(text)).trim()).toBe(normal);
      expect(tokenizer.encode(text).every((token) => token > 3 && token < tokenizer.special.sys)).toBe(true);
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('unknown words become <unk>, and a tokenizer is made again from its JSON', () => {
  const tokenizer = wordTokenizer(wordVocabulary(['The lung is clear.']));
  expect(tokenizer.encode('lung zebra')[1]).toBe(tokenizer.special.unk);
  expect(tokenizer.decode(tokenizer.encode('The heart is clear.'))).toBe('The <unk> is clear.');
  const again = wordTokenizer((JSON.parse(JSON.stringify(tokenizer)) as { words: string[] }).words);
  expect(again.encode('The lung')).toEqual(tokenizer.encode('The lung'));
  expect(again.vocabSize).toBe(tokenizer.vocabSize);
});

test('stage 2 weighs every position alike', () => {
  expect(new Set(buildSequence({ ...example, beginPhraseWeight: 1 }).weights)).toEqual(new Set([1]));
});

test('a second turn goes on in positions and learns nothing from its question', () => {
  const { ids, positions, labels } = buildSequence({ ...example, turns: [...example.turns, ...example.turns] });
  const usr = ids.lastIndexOf(special.usr);
  const sys = ids.lastIndexOf(special.sys);
  expect(positions.slice(19, 24)).toEqual([14, 15, 16, 17, 18]);
  expect(labels[usr - 1]).toBe(special.eos);
  expect(labels.slice(usr, sys)).toEqual(Array<number>(sys - usr).fill(ignoreLabel));
  expect(labels[sys]).toBe(id('A'));
});

test('the token after the image says whether phrases are grounded', () => {
  expect(buildSequence(example).ids[5]).toBe(special.grd);
  expect(buildSequence({ ...example, grounded: false }).ids[5]).toBe(special.ngrd);
});
