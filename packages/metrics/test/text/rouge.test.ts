import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cocoRougeL,
  createMean,
  createRouge,
  type OverlapScore,
  rouge,
  type RougeName,
  sentenceRouge,
  splitWhiteSpace,
} from '../../src/index.js';
import { candidates, oracle, references } from './oracle.js';

const names: RougeName[] = ['rouge1', 'rouge2', 'rougeL', 'rougeLsum'];
const numbers = ({ precision, recall, f1 }: OverlapScore) => [precision, recall, f1];

describe('ROUGE by Google', () => {
  it.each([
    ['none', 'rouge'],
    ['porter', 'rougeStem'],
  ] as const)('has precision, recall and F1 of the definition in plain Python, stemmer %s', (stemmer, column) => {
    const metric = createRouge({ stemmer });
    for (const pair of oracle.pairs) {
      const scores = metric.add(pair.candidate, pair.references);
      names.forEach((name, k) => {
        numbers(scores[name]).forEach((value, i) => expect(value, name).toBeCloseTo(pair[column][k]![i]!, 10));
      });
    }
    const means = names.map((name) => metric.result().scores[name].f1);
    const expected = names.map(
      (_, k) => oracle.pairs.reduce((sum, pair) => sum + pair[column][k]![2]!, 0) / candidates.length,
    );
    means.forEach((mean, k) => expect(mean).toBeCloseTo(expected[k]!, 10));
    expect(rouge(candidates, references, { stemmer })).toEqual(metric.result());
  });

  it('joins what the lines have in common for Lsum alone', () => {
    // Both lines are in the reference, in the other order.
    const { rougeL, rougeLsum } = sentenceRouge('c d\na b', 'a b c d');
    expect(rougeLsum.recall).toBe(1);
    expect(rougeL.recall).toBe(1 / 2);
  });

  it('stems words of more than three letters only where told to', () => {
    expect(sentenceRouge('effusions', 'effusion').rouge1.f1).toBe(0);
    expect(sentenceRouge('effusions', 'effusion', { stemmer: 'porter' }).rouge1.f1).toBe(1);
    expect(sentenceRouge('cats', 'cat', { stemmer: 'porter' }).rouge1.f1).toBe(1);
    expect(sentenceRouge('ups', 'up', { stemmer: 'porter' }).rouge1.f1).toBe(0);
  });

  it('is 0 where a text is empty, NaN without texts, and needs references', () => {
    expect(sentenceRouge('', 'a').rougeL).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(sentenceRouge('', '').rougeLsum.f1).toBe(0);
    expect(rouge([], []).scores.rouge1.f1).toBeNaN();
    expect(() => rouge(['a'], [])).toThrow('rouge: expected as many predictions as references, found 1 and 0.');
    expect(() => sentenceRouge('a', [])).toThrow('rouge: expected at least one reference a text, found none.');
  });

  it('swaps precision and recall with the texts, and is 1 for a text with words and itself', () => {
    const text = fc.array(fc.constantFrom('lung', 'heart', 'no', '.', '\n'), { maxLength: 9 }).map((w) => w.join(' '));
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [there, back] = [sentenceRouge(a, b), sentenceRouge(b, a)];
        for (const name of ['rouge1', 'rouge2', 'rougeL'] as const) {
          expect(numbers(there[name])).toEqual([back[name].recall, back[name].precision, back[name].f1]);
          expect(there[name].f1).toBeLessThanOrEqual(1);
        }
        expect(there.rouge1.f1).toBeGreaterThanOrEqual(there.rougeL.f1);
        if (/[a-z]/.test(a)) expect(sentenceRouge(a, a).rougeLsum.f1).toBe(1);
      }),
      { seed: 12 },
    );
  });
});

describe('ROUGE-L by COCO', () => {
  it('is the definition in plain Python', () => {
    const metric = createMean((text, list) => cocoRougeL(text, list, { tokenize: splitWhiteSpace }));
    for (const pair of oracle.pairs) {
      expect(metric.add(pair.candidate, pair.references)).toBeCloseTo(pair.cocoRougeL, 10);
    }
    const sum = oracle.pairs.reduce((total, pair) => total + pair.cocoRougeL, 0);
    expect(metric.result().mean).toBeCloseTo(sum / candidates.length, 10);
  });

  it('weighs recall by beta, and takes precision and recall from different references', () => {
    expect(cocoRougeL('a b', 'a c d e')).toBeCloseTo((2.44 * 0.5 * 0.25) / (0.25 + 1.44 * 0.5), 12);
    expect(cocoRougeL('a b', 'a c d e', { beta: 1 })).toBeCloseTo((2 * 0.5 * 0.25) / 0.75, 12);
    expect(cocoRougeL('a b', ['a b c d', 'a'])).toBeCloseTo(1, 12);
    expect(cocoRougeL('', '')).toBe(0);
  });
});
