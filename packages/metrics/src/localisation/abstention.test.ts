import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { abstentionScores, riskCoverage } from '../index.js';

it('abstentionScores calls finding nothing right where nothing is', () => {
  const decide = (label: string, present: boolean, found: boolean) => ({ label, present, found });
  const { overall, perClass } = abstentionScores([
    decide('nodule', false, false),
    decide('nodule', false, false),
    decide('nodule', false, true),
    decide('nodule', true, false),
    decide('nodule', true, false),
    decide('nodule', true, true),
    decide('heart', true, true),
  ]);
  expect(perClass['nodule']).toEqual({
    numPresent: 3,
    numAbsent: 3,
    falseAlarmRate: 1 / 3,
    abstentionRecall: 2 / 3,
    abstentionPrecision: 2 / 4,
    abstentionF1: 4 / 7,
    missRate: 2 / 3,
    accuracy: 3 / 6,
  });
  expect(perClass['heart']).toMatchObject({ falseAlarmRate: Number.NaN, abstentionF1: Number.NaN, accuracy: 1 });
  expect(overall).toMatchObject({ numPresent: 4, numAbsent: 3, accuracy: 4 / 7 });
});

describe('riskCoverage', () => {
  it('has the risk of what is kept at each threshold', () => {
    const found = riskCoverage([
      { confidence: 0.9, loss: 0 },
      { confidence: 0.2, loss: 1 },
      { confidence: 0.6, loss: 1 },
      { confidence: 0.6, loss: 0 },
    ]);
    expect(found.curve).toEqual([
      { threshold: 0.9, coverage: 0.25, risk: 0 },
      { threshold: 0.6, coverage: 0.75, risk: 1 / 3 },
      { threshold: 0.2, coverage: 1, risk: 0.5 },
    ]);
    // The two of one confidence, half a loss each: 0, 0.5/2, 1/3, 2/4.
    expect(found.aurc).toBeCloseTo((0 + 0.25 + 1 / 3 + 0.5) / 4, 12);
    expect(found.excessAurc).toBeCloseTo(found.aurc - (1 / 3 + 2 / 4) / 4, 12);
  });

  it('has no excess when the surest are the best, and the mean loss where all are as sure', () => {
    const loss = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(loss, { minLength: 1, maxLength: 12 }), (losses) => {
        const best = riskCoverage(losses.map((each) => ({ confidence: -each, loss: each })));
        expect(best.excessAurc).toBeCloseTo(0, 12);
        const even = riskCoverage(losses.map((each) => ({ confidence: 1, loss: each })));
        expect(even.aurc).toBeCloseTo(losses.reduce((sum, each) => sum + each, 0) / losses.length, 10);
        expect(even.excessAurc).toBeGreaterThanOrEqual(-1e-12);
        const worst = riskCoverage(losses.map((each) => ({ confidence: each, loss: each })));
        expect(worst.excessAurc).toBeGreaterThanOrEqual(even.excessAurc - 1e-12);
      }),
      { seed: 32 },
    );
  });

  it('has no value without cases, and refuses what is no number', () => {
    expect(riskCoverage([]).aurc).toBeNaN();
    expect(() => riskCoverage([{ confidence: Number.NaN, loss: 0 }])).toThrow(
      'confidence and loss of case 0, found NaN',
    );
  });
});
