import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerAccuracy, bleu, classificationF1, tokenize13a } from './index.js';

describe('classificationF1', () => {
  it('has the counts of a worked example, and the rates of what was missed', () => {
    const truth = [true, true, true, false, false].map((x) => ({ x, y: false }));
    const said = [true, false, false, true, false].map((x) => ({ x, y: false }));
    const { labels, macroF1, microF1 } = classificationF1(said, truth, ['x', 'y']);
    expect(labels.x).toMatchObject({ truePositives: 1, falsePositives: 1, falseNegatives: 2, trueNegatives: 1 });
    expect(labels.x.precision).toBe(0.5);
    expect(labels.x.recall).toBeCloseTo(1 / 3, 12);
    expect(labels.x.f1).toBeCloseTo(0.4, 12);
    expect(labels.x.falseNegativeRate).toBeCloseTo(2 / 3, 12);
    // Two of three negative answers are wrong: what the paper calls FNR.
    expect(labels.x.falseOmissionRate).toBeCloseTo(2 / 3, 12);
    expect(labels.y.f1).toBeNaN();
    expect(labels.y.falseOmissionRate).toBe(0);
    expect(macroF1).toBeCloseTo(0.4, 12);
    expect(microF1).toBeCloseTo(0.4, 12);
    expect(classificationF1(said, truth, ['x', 'y'], { absentLabels: 'zero' }).macroF1).toBeCloseTo(0.2, 12);
  });

  it('tells the rate of missed findings from the rate of wrong negatives', () => {
    const truth = [true, false, false, false, false].map((x) => ({ x }));
    const said = truth.map(() => ({ x: false }));
    const { labels } = classificationF1(said, truth, ['x']);
    expect([labels.x.falseNegativeRate, labels.x.falseOmissionRate]).toEqual([1, 0.2]);
  });

  it('refuses a case without one of the labels', () => {
    expect(() => classificationF1([{} as { x: boolean }], [{ x: true }], ['x'])).toThrow(
      'expected true or false for x of case 0, found undefined and boolean',
    );
    expect(() => classificationF1([], [{ x: true }], ['x'])).toThrow('found 0 and 1');
    expect(classificationF1([], [], ['x']).macroF1).toBeNaN();
  });

  it('is 1 for equal labels, and F1 is the harmonic mean of precision and recall', () => {
    const list = fc.array(fc.record({ x: fc.boolean(), y: fc.boolean() }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(list, list, (a, b) => {
        const count = Math.min(a.length, b.length);
        const { labels, microF1 } = classificationF1(a.slice(0, count), b.slice(0, count), ['x', 'y']);
        for (const { precision, recall, f1, truePositives, falsePositives, falseNegatives, trueNegatives } of [
          labels.x,
          labels.y,
        ]) {
          if (precision + recall > 0) expect(f1).toBeCloseTo((2 * precision * recall) / (precision + recall), 12);
          expect(truePositives + falsePositives + falseNegatives + trueNegatives).toBe(count);
        }
        if (!Number.isNaN(microF1)) expect(microF1).toBeLessThanOrEqual(1);
        const same = classificationF1(b, b, ['x', 'y']);
        if (!Number.isNaN(same.macroF1)) expect([same.macroF1, same.microF1]).toEqual([1, 1]);
      }),
      { seed: 5 },
    );
  });
});

describe('answerAccuracy', () => {
  it('compares answers without letter case, spaces and final stop', () => {
    expect(answerAccuracy(['Yes.', ' no', 'CT'], ['yes', 'no.', 'X-ray.'])).toBeCloseTo(2 / 3, 12);
    expect(answerAccuracy(['left  lung .'], ['Left lung'])).toBe(1);
    expect(answerAccuracy([], [])).toBeNaN();
    expect(() => answerAccuracy(['a'], [])).toThrow('found 1 and 0');
  });
});

describe('tokenize13a', () => {
  it('splits as the rules say (numbers from an independent run of them in Python)', () => {
    expect(tokenize13a('No acute 3.5-cm well-defined mass (right upper lobe).').join(' ')).toBe(
      'No acute 3.5 - cm well-defined mass ( right upper lobe ) .',
    );
    expect(tokenize13a('A 1,000.5 mg, 5-\nfold "change"; heart/lung: T2-weighted..').join(' ')).toBe(
      'A 1,000.5 mg , 5fold " change " ; heart / lung : T2 - weighted . .',
    );
    expect(tokenize13a("&lt;5 mm &amp; stable, patient's").join(' ')).toBe("< 5 mm & stable , patient's");
    expect(tokenize13a('..5 ,a. 7.').join(' ')).toBe('. .5 , a . 7 .');
    expect(tokenize13a(' ')).toEqual([]);
  });
});

describe('bleu', () => {
  const said = [
    'The heart is mildly enlarged. No pleural effusion or pneumothorax is seen.',
    'There is a small left pleural effusion.',
    ' lungs are clear',
  ];
  const truth = [
    'The heart is mildly enlarged. There is no pleural effusion or pneumothorax.',
    'A small left pleural effusion is present, with atelectasis.',
    'The lungs are clear bilaterally.',
  ];

  it.each([
    [1, 0.7236976321812292, 0.6326096628949905],
    [2, 0.6230135999874373, 0.5518833588595412],
    [4, 0.49663544396493736, 0.3430113633188407],
  ])(
    'of order %d has the values of an independent run in Python, over the corpus and by sentence',
    (maxOrder, corpus, sentence) => {
      expect(bleu(said, truth, { maxOrder })).toBeCloseTo(corpus, 12);
      expect(bleu(said, truth, { maxOrder, average: 'sentence' })).toBeCloseTo(sentence, 12);
    },
  );

  it('is 1 for equal texts, 0 without a shared 4-gram, and penalises brevity alone', () => {
    const text = 'the heart is not enlarged today';
    expect(bleu([text], [text])).toBeCloseTo(1, 12);
    expect(bleu([text.toUpperCase()], [text])).toBeCloseTo(1, 12);
    expect(bleu(['a b c d'], [text])).toBe(0);
    expect(bleu(['the heart is not enlarged'], [text])).toBeCloseTo(Math.exp(1 - 6 / 5), 12);
    expect(bleu([`${text} now`], [text], { maxOrder: 1 })).toBeCloseTo(6 / 7, 12);
  });

  it('clips repeated words', () => {
    expect(bleu(['the the the the the the the'], ['the cat is on the mat'], { maxOrder: 1 })).toBeCloseTo(2 / 7, 12);
  });

  it('is 0 for an empty text and has no value without texts', () => {
    expect(bleu([''], ['a b c d'])).toBe(0);
    expect(bleu(['', 'a b c d'], ['a b c d', 'a b c d'], { average: 'sentence' })).toBe(0.5);
    expect(bleu([], [])).toBeNaN();
    expect(() => bleu(['a'], [])).toThrow('found 1 and 0');
  });

  it('is in [0, 1], and does not depend on the order of the texts', () => {
    const text = fc
      .array(fc.constantFrom('lung', 'heart', 'no', 'effusion', '.'), { maxLength: 8 })
      .map((w) => w.join(' '));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 }), (pairs) => {
        for (const average of ['corpus', 'sentence'] as const) {
          const score = (list: typeof pairs) =>
            bleu(
              list.map(([a]) => a),
              list.map(([, b]) => b),
              { maxOrder: 2, average },
            );
          expect(score(pairs)).toBeGreaterThanOrEqual(0);
          expect(score(pairs)).toBeLessThanOrEqual(1 + 1e-12);
          expect(score([...pairs].reverse())).toBeCloseTo(score(pairs), 12);
        }
      }),
      { seed: 6 },
    );
  });
});
