import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  auroc,
  averagePrecisionOfScores,
  balancedAccuracy,
  chexbertSimilarity,
  chexpertF1,
  chexpertFive,
  type ChexpertLabel,
  chexpertLabels,
  classificationF1,
  cohenKappa,
  cosineSimilarity,
  ctRateLabels,
  labelsAtThreshold,
  type LabelState,
  matthewsCorrelation,
  radcliq,
  radcliqScores,
  type RadgraphAnnotation,
  radgraphF1,
  radgraphScores,
  readRadgraph,
  stateF1,
  stateOfChexbertClass,
  stateOfChexpertCell,
  withNoFinding,
} from '../index.js';

describe('classificationF1', () => {
  it('leaves a decision out where either side has none', () => {
    const truth = [{ x: true }, { x: null }, { x: false }];
    const { labels, perSample } = classificationF1([{ x: true }, { x: true }, { x: null }], truth, ['x']);
    expect(labels.x).toMatchObject({ truePositives: 1, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 });
    expect(perSample.map(({ f1 }) => f1)).toEqual([1, Number.NaN, Number.NaN]);
  });

  it('never fills the rates of misses with 0', () => {
    const { macro, weighted } = classificationF1([{ x: true }], [{ x: false }], ['x'], { absentLabels: 'zero' });
    expect([macro.recall, macro.f1, weighted.f1]).toEqual([0, 0, 0]);
    expect([macro.falseNegativeRate, macro.falseOmissionRate]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe('states of labels', () => {
  it('are read from the classes of CheXbert and the cells of CheXpert', () => {
    expect([0, 1, 2, 3].map(stateOfChexbertClass)).toEqual(['blank', 'positive', 'negative', 'uncertain']);
    expect([null, Number.NaN, 1, 0, -1].map(stateOfChexpertCell)).toEqual([
      'blank',
      'blank',
      'positive',
      'negative',
      'uncertain',
    ]);
    for (const wrong of [4, -1, 0.5, Number.NaN]) expect(() => stateOfChexbertClass(wrong)).toThrow('from 0 to 3');
    for (const wrong of [2, -2, 0.5]) expect(() => stateOfChexpertCell(wrong)).toThrow('expected 1, 0, -1 or nothing');
  });

  const said: LabelState[] = ['positive', 'uncertain', 'negative', 'uncertain', 'blank'];
  const true_: LabelState[] = ['positive', 'positive', 'uncertain', 'uncertain', 'positive'];
  const f1 = (uncertain: 'positive' | 'negative' | 'ignore') => {
    const records = (states: LabelState[]) => states.map((state) => ({ Edema: state }));
    const { labels } = stateF1(records(said), records(true_), ['Edema'], { uncertain });
    const { truePositives, falsePositives, falseNegatives, trueNegatives } = labels['Edema']!;
    return [truePositives, falsePositives, falseNegatives, trueNegatives];
  };

  it('count by the policy on uncertain mentions', () => {
    expect(f1('positive')).toEqual([3, 0, 2, 0]);
    expect(f1('negative')).toEqual([1, 0, 2, 2]);
    expect(f1('ignore')).toEqual([1, 0, 1, 0]);
    const { labels } = stateF1(
      said.map((x) => ({ x })),
      true_.map((x) => ({ x })),
      ['x'],
      { uncertain: 'own-class' },
    );
    expect(labels['x']).toMatchObject({ truePositives: 1, falsePositives: 0, falseNegatives: 2, trueNegatives: 2 });
    expect(labels['x (uncertain)']).toMatchObject({ truePositives: 1, falsePositives: 1, falseNegatives: 1 });
  });

  const blank = Object.fromEntries(chexpertLabels.map((name) => [name, 'blank'])) as Record<ChexpertLabel, LabelState>;

  it('make CheXpert F1 over 14 labels or five, absent ones counting 0', () => {
    const truth = { ...blank, Edema: 'positive', Fracture: 'uncertain' } as const;
    const predicted = { ...blank, Edema: 'uncertain', 'Lung Lesion': 'positive' } as const;
    const scores = chexpertF1([predicted], [truth]);
    expect(scores.macroF1).toBeCloseTo(1 / 14, 12);
    expect(scores.microF1).toBeCloseTo(0.5, 12);
    expect(chexpertF1([predicted], [truth], { labels: chexpertFive }).macroF1).toBeCloseTo(1 / 5, 12);
    expect(chexpertF1([predicted], [truth], { absentLabels: 'skip' }).macroF1).toBeCloseTo(1 / 3, 12);
    expect(chexpertFive.map((name) => chexpertLabels.indexOf(name))).toEqual([1, 4, 5, 7, 9]);
    expect(chexpertLabels).toHaveLength(14);
    expect(ctRateLabels).toHaveLength(18);
  });

  it('are refused where one is missing or wrong', () => {
    expect(() => stateF1([{}], [{ x: 'blank' }], ['x'])).toThrow('expected a state of x in prediction 0');
    expect(() => stateF1([{ x: 'yes' as LabelState }], [{ x: 'blank' }], ['x'])).toThrow('found string');
    expect(() => stateF1([], [{ x: 'blank' }], ['x'])).toThrow('found 0 and 1');
  });
});

describe('labelsAtThreshold', () => {
  it('takes the threshold itself by the rule that is named', () => {
    const scores = { a: 0.5, b: 0.49, c: 1 };
    expect(labelsAtThreshold(scores, ['a', 'b', 'c'])).toEqual({ a: true, b: false, c: true });
    expect(labelsAtThreshold(scores, ['a', 'b', 'c'], { rule: 'above' })).toEqual({ a: false, b: false, c: true });
    expect(labelsAtThreshold(scores, ['b'], { threshold: 0.4 })).toEqual({ b: true });
    for (const wrong of [-3, 1.1, Number.NaN])
      expect(() => labelsAtThreshold({ a: wrong }, ['a'])).toThrow('in [0, 1]');
    expect(() => labelsAtThreshold({} as { a: number }, ['a'])).toThrow('found undefined');
  });

  it('derives that nothing was found', () => {
    expect(withNoFinding({ a: false, b: false })).toEqual({ a: false, b: false, 'No finding': true });
    expect(withNoFinding({ a: false, b: true })['No finding']).toBe(false);
  });
});

describe('scores of ranks and agreement', () => {
  it('say NaN where they have no meaning', () => {
    expect(auroc([1, 2], [true, true])).toBeNaN();
    expect(averagePrecisionOfScores([1], [false])).toBeNaN();
    expect(cohenKappa(['a'], ['a'])).toBeNaN();
    for (const score of [balancedAccuracy, matthewsCorrelation, cohenKappa]) {
      expect(score([], [])).toBeNaN();
      expect(() => score(['a'], [])).toThrow('found 1 and 0');
    }
    for (const score of [auroc, averagePrecisionOfScores]) {
      expect(() => score([Number.NaN], [true])).toThrow('found NaN');
      expect(() => score([1], [])).toThrow('found 1 and 0');
    }
  });

  it('rank infinite scores too', () => {
    const [up, down] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    expect(auroc([up, up, down, 0], [true, false, false, true])).toBe(0.625);
  });
});

describe('cosineSimilarity', () => {
  it('does not depend on the lengths of vectors', () => {
    const vector = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(vector, vector, fc.double({ min: 0.1, max: 10, noNaN: true }), (a, b, scale) => {
        fc.pre([a, b].every((each) => Math.hypot(...each) > 1e-3));
        const cosine = cosineSimilarity(a, b);
        expect(Math.abs(cosine)).toBeLessThanOrEqual(1 + 1e-12);
        expect(
          cosineSimilarity(
            a.map((x) => x * scale),
            b,
          ),
        ).toBeCloseTo(cosine, 9);
        expect(cosineSimilarity(b, a)).toBeCloseTo(cosine, 12);
        expect(cosineSimilarity(a, a)).toBeCloseTo(1, 12);
      }),
      { seed: 3 },
    );
  });

  it('refuses vectors without a direction', () => {
    expect(() => cosineSimilarity([0, 0], [1, 0])).toThrow('finite vectors');
    expect(() => cosineSimilarity([Number.NaN], [1])).toThrow('finite vectors');
    expect(() => cosineSimilarity([1], [1, 2])).toThrow('found 1 and 2');
    expect(() => cosineSimilarity([], [])).toThrow('vectors of one length');
    expect(() => chexbertSimilarity([[1]], [])).toThrow('found 1 and 0');
    expect(
      chexbertSimilarity(
        [
          [1, 0],
          [1, 0],
        ],
        [
          [2, 0],
          [0, 1],
        ],
      ),
    ).toEqual({ mean: 0.5, perSample: [1, 0] });
  });
});

describe('RadGraph F1', () => {
  const entity = (tokens: string, label: string, ...relations: [string, string][]) => ({
    tokens,
    label,
    start_ix: 0,
    end_ix: 0,
    relations,
  });
  const a: RadgraphAnnotation = {
    entities: {
      1: entity('effusion', 'OBS-DP', ['located_at', '2'], ['located_at', '3']),
      2: entity('left', 'ANAT-DP'),
      3: entity('base', 'ANAT-DP'),
    },
  };
  const b: RadgraphAnnotation = {
    entities: { 1: entity('effusion', 'OBS-DP', ['located_at', '2']), 2: entity('right', 'ANAT-DP') },
  };

  it('has the values of a worked example', () => {
    // Simple and partial share the effusion, of 3 and 2; complete shares nothing.
    expect(radgraphScores(a, b)).toEqual({ simple: 0.4, partial: 0.4, complete: 0 });
    const upper = { entities: { 1: entity('Effusion', 'OBS-DP', ['located_at', '2']), 2: entity('right', 'ANAT-DP') } };
    expect(radgraphScores(upper, b, { tokenCase: 'head' })).toEqual({ simple: 1, partial: 1, complete: 1 });
    expect(radgraphScores(upper, b, { tokenCase: '0.1.18' })).toEqual({ simple: 0.5, partial: 0.5, complete: 1 });
    expect(radgraphScores(upper, b, { tokenCase: 'mmmm' })).toEqual({ simple: 0.5, partial: 0.5, complete: 0.5 });
  });

  it('is 0 for graphs without entities, and NaN without reports', () => {
    const none = { entities: {} };
    expect(radgraphScores(none, none)).toEqual({ simple: 0, partial: 0, complete: 0 });
    expect(radgraphF1([none, a], [none, a]).mean).toEqual({ simple: 0.5, partial: 0.5, complete: 0.5 });
    expect(radgraphF1([], []).mean.partial).toBeNaN();
    expect(() => radgraphF1([a], [])).toThrow('found 1 and 0');
  });

  it('refuses graphs of another form', () => {
    const broken = [
      null,
      [],
      {},
      { entities: [] },
      { entities: { 1: null } },
      { entities: { 1: { ...a.entities['2'], tokens: 3 } } },
      { entities: { 1: { ...a.entities['2'], start_ix: '0' } } },
      { entities: { 1: { ...a.entities['2'], relations: [['modify']] } } },
      { entities: { 1: entity('x', 'OBS-DP', ['modify', 'toString']) } },
    ];
    for (const value of broken) expect(() => readRadgraph(value)).toThrow('readRadgraph');
    expect(() => radgraphScores({ entities: { 1: entity('x', 'OBS-DP', ['modify', '9']) } }, a)).toThrow('one to none');
    expect(readRadgraph({ text: 'x', ...a })).toEqual(a);
  });

  it('refuses or reads any JSON, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          readRadgraph({ entities: value });
        } catch (error) {
          expect(error).toMatchObject({ name: 'VividMedError', code: 'data' });
        }
      }),
      { seed: 9 },
    );
  });
});

describe('RadCliQ', () => {
  const all = (value: number) => ({ radgraph: value, bertscore: value, chexbertSimilarity: value, bleu2: value });

  it('has the known values of identical reports and of reports with nothing in common', () => {
    expect(radcliq(all(1))).toBeCloseTo(-1.4406902828, 10);
    expect(radcliq(all(0))).toBeCloseTo(2.4501430833, 10);
    expect(radcliq(all(1), { version: 'v0' })).toBeCloseTo(-0.2421334229, 10);
    expect(radcliq(all(0), { version: 'v0' })).toBeCloseTo(5.5161608041, 10);
  });

  it('refuses a degenerate idf, with which identical reports would have 9.37', () => {
    const degenerate = { ...all(1), bertscore: -5.5502, hasDegenerateIdf: true };
    expect(() => radcliq(degenerate)).toThrow('found a degenerate one');
    expect(radcliq(degenerate, { allowDegenerateIdf: true })).toBeCloseTo(9.37, 2);
    expect(() => radcliq({ ...all(1), bleu2: Number.NaN })).toThrow('expected a finite bleu2, found NaN');
  });

  it('gives each pair, the mean, and the inverse of the mean under its own name', () => {
    const { mean, inverseOfMean, perSample } = radcliqScores([all(1), all(0)]);
    expect(perSample[1]).toBeCloseTo(2.4501430833, 10);
    expect(mean).toBeCloseTo((2.4501430833 - 1.4406902828) / 2, 10);
    expect(inverseOfMean).toBeCloseTo(1 / mean, 12);
    expect(radcliqScores([]).mean).toBeNaN();
  });
});
