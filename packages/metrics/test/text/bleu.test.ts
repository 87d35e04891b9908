import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bleu,
  type BleuDefinition,
  createBleu,
  sentenceBleu,
  type Smoothing,
  splitWhiteSpace,
} from '../../src/index.js';
import { candidates, oracle, references } from './oracle.js';

const smoothings: Smoothing[] = ['none', 'epsilon', 'add-one', 'geometric', 'length'];
const coco = { definition: 'coco', tokenize: splitWhiteSpace } as const;

describe('BLEU of each text', () => {
  it('is that of Hugging Face, of orders 1 to 4, on 200 pairs', () => {
    const metric = createBleu();
    for (const pair of oracle.pairs) {
      metric.add(pair.candidate, pair.references).forEach((score, i) => expect(score).toBeCloseTo(pair.nmt[i]!, 10));
    }
  });

  it('is that of pycocoevalcap, epsilons included', () => {
    const metric = createBleu(coco);
    for (const pair of oracle.pairs) {
      metric.add(pair.candidate, pair.references).forEach((score, i) => {
        expect(Math.abs(score - pair.coco[i]!)).toBeLessThanOrEqual(1e-9 * pair.coco[i]!);
      });
    }
  });

  it.each(smoothings)('is that of NLTK with the smoothing %s', (smoothing) => {
    const at = smoothings.indexOf(smoothing);
    for (const pair of oracle.pairs) {
      const score = sentenceBleu(pair.candidate, pair.references, { definition: 'nltk', smoothing });
      expect(score).toBeCloseTo(pair.nltk[at]!, 10);
    }
  });

  it('is the BLEU-2 of RadCliQ, which NLTK gives with the smoothing epsilon on its tokens', () => {
    for (const pair of oracle.pairs) {
      expect(sentenceBleu(pair.candidate, pair.references, { definition: 'fast-bleu' })).toBeCloseTo(pair.fastBleu, 10);
    }
  });
});

describe('BLEU of a corpus', () => {
  it('sums the counts of all texts, as the oracles do', () => {
    for (let maxOrder = 1; maxOrder <= 4; maxOrder++) {
      expect(bleu(candidates, references, { maxOrder })).toBeCloseTo(oracle.corpus.nmt[maxOrder - 1]!, 10);
      expect(bleu(candidates, references, { maxOrder, ...coco })).toBeCloseTo(oracle.corpus.coco[maxOrder - 1]!, 10);
    }
    smoothings.forEach((smoothing, i) => {
      expect(bleu(candidates, references, { definition: 'nltk', smoothing })).toBeCloseTo(oracle.corpus.nltk[i]!, 10);
    });
  });

  it('counts text by text what the lists give at once', () => {
    const metric = createBleu({ maxOrder: 3 });
    candidates.forEach((text, i) => metric.add(text, references[i]!));
    const { corpus, sentence, numTexts } = metric.result();
    expect(corpus[2]).toBe(bleu(candidates, references, { maxOrder: 3 }));
    expect(sentence[2]).toBe(bleu(candidates, references, { maxOrder: 3, average: 'sentence' }));
    expect(numTexts).toBe(candidates.length);
  });
});

describe('BLEU', () => {
  it('has the value that RadEval publishes for four words and themselves, and next to none without common words', () => {
    const [text, other] = ['The lungs are clear.', 'No effusion is seen today.'];
    expect(sentenceBleu(text, text, coco)).toBeCloseTo(0.9999999992291674, 15);
    expect(sentenceBleu(text, other, coco)).toBeLessThan(1e-15);
  });

  it('takes the shortest reference for its length, or the closest', () => {
    // Four words; references of 2 and 5 words: no penalty against the shortest, exp(1 - 5/4) against the closest.
    const [text, list] = ['a b c d', ['a b', 'a b c d e']];
    expect(sentenceBleu(text, list, { maxOrder: 1 })).toBeCloseTo(1, 12);
    expect(sentenceBleu(text, list, { maxOrder: 1, definition: 'nltk' })).toBeCloseTo(Math.exp(-1 / 4), 12);
    // Of two equally close the shorter.
    expect(sentenceBleu(text, ['a b c', 'a b c d e'], { maxOrder: 1, definition: 'nltk' })).toBeCloseTo(1, 12);
  });

  it('counts an n-gram at most as often as the reference that has it most often', () => {
    expect(sentenceBleu('a a a b', ['a b x y', 'a a z z'], { maxOrder: 1 })).toBeCloseTo(3 / 4, 12);
  });

  it('refuses what makes no sense', () => {
    expect(() => bleu(['a'], [[]])).toThrow('bleu: expected at least one reference a text, found none.');
    expect(() => bleu(['a'], ['a'], { maxOrder: 0 })).toThrow('expected a whole number from 1 on as maxOrder, found 0');
    expect(() => bleu(['a'], ['a'], { smoothing: 'epsilon' })).toThrow('Smoothing is part of the definition nltk');
    expect(createBleu().result().corpus).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });

  it('is in [0, 1], is 1 for equal texts of enough words and never falls with a reference more that is equal', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 4, maxLength: 9 }).map((w) => w.join(' '));
    const definitions: BleuDefinition[] = ['nmt', 'coco', 'nltk', 'fast-bleu'];
    fc.assert(
      fc.property(text, text, fc.constantFrom(...definitions), (a, b, definition) => {
        const options = { definition, tokenize: splitWhiteSpace };
        const score = sentenceBleu(a, b, options);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1 + 1e-12);
        expect(sentenceBleu(a, a, options)).toBeCloseTo(1, 8);
        expect(sentenceBleu(a, [b, a], options)).toBeCloseTo(1, 8);
      }),
      { seed: 11 },
    );
  });
});
