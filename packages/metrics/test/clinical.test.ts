import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  auroc,
  averagePrecisionOfScores,
  balancedAccuracy,
  classificationF1,
  cohenKappa,
  cosineSimilarity,
  matthewsCorrelation,
  type RadgraphCase,
  radcliq,
  radgraphCombined,
  radgraphScores,
  type Rates,
  readRadgraph,
} from '../src/index.js';

type Numbers = (number | null)[];
type Average = 'macro' | 'micro' | 'weighted' | 'samples';

type ListedGraph = [tokens: string, label: string, relations: [string, string][]][];

/** Written by `oracle/clinical.py`. */
const oracle = JSON.parse(readFileSync(new URL('oracle/clinical.json', import.meta.url), 'utf8')) as {
  classification: {
    predicted: string;
    truth: string;
    zero: Record<Average, Numbers>;
    skip: Record<'macro' | 'samples', Numbers>;
    labels: Numbers[];
    support: number[];
    falseNegativeRate: Numbers;
    falseOmissionRate: Numbers;
  }[];
  ranks: { scores: number[]; truth: string; auroc: number | null; averagePrecision: number | null }[];
  agreement: {
    predicted: string;
    truth: string;
    balancedAccuracy: number;
    matthewsCorrelation: number;
    cohenKappa: number | null;
  }[];
  graphs: ({ predicted: ListedGraph; truth: ListedGraph; combined: number } & Record<RadgraphCase, number[]>)[];
  radcliq: { features: [number, number, number, number]; v0: number; v1: number }[];
  cosines: { a: number[]; b: number[]; cosine: number }[];
};

/** The same numbers to 12 places; null stands for NaN. */
function expectNumbers(found: readonly number[], expected: Numbers, what: string): void {
  expect(found, what).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    if (value === null) expect(found[i], `${what} ${i}`).toBeNaN();
    else expect(found[i], `${what} ${i}`).toBeCloseTo(value, 12);
  });
}

const threeOf = ({ precision, recall, f1 }: Rates): number[] => [precision, recall, f1];
const bits = (word: string): boolean[] => [...word].map((digit) => digit === '1');

describe('classificationF1', () => {
  const cases = oracle.classification.map((each) => {
    const names = each.labels.map((_, k) => `label ${k}`);
    const records = (words: string) =>
      words.split(' ').map((word) => Object.fromEntries(bits(word).map((value, k) => [names[k]!, value])));
    return { ...each, names, predicted: records(each.predicted), truth: records(each.truth) };
  });

  test('has the averages of scikit-learn, absent labels counting 0', () => {
    expect(cases).toHaveLength(200);
    cases.forEach(({ predicted, truth, names, zero, labels }, i) => {
      const scores = classificationF1(predicted, truth, names, { absentLabels: 'zero' });
      for (const average of ['macro', 'micro', 'weighted', 'samples'] as const)
        expectNumbers(threeOf(scores[average]), zero[average], `case ${i}, ${average}`);
      expect([scores.macroF1, scores.microF1]).toEqual([scores.macro.f1, scores.micro.f1]);
      names.forEach((name, k) => {
        const { precision, recall, f1 } = scores.labels[name]!;
        expectNumbers([precision || 0, recall || 0, f1 || 0], labels[k]!, `case ${i}, ${name}`);
      });
    });
  });

  test('leaves out what has no denominator by default, as a plain mean in Python does', () => {
    cases.forEach(({ predicted, truth, names, skip, support, falseNegativeRate, falseOmissionRate }, i) => {
      const scores = classificationF1(predicted, truth, names);
      for (const average of ['macro', 'samples'] as const)
        expectNumbers(threeOf(scores[average]), skip[average], `case ${i}, ${average}`);
      const ofLabels = names.map((name) => scores.labels[name]!);
      expect(ofLabels.map(({ truePositives, falseNegatives }) => truePositives + falseNegatives)).toEqual(support);
      expectNumbers(
        ofLabels.map((each) => each.falseNegativeRate),
        falseNegativeRate,
        `case ${i}, missed`,
      );
      expectNumbers(
        ofLabels.map((each) => each.falseOmissionRate),
        falseOmissionRate,
        `case ${i}, omitted`,
      );
    });
  });
});

test('AUROC and average precision are those of scikit-learn, ties included', () => {
  oracle.ranks.forEach((each, i) => {
    const truth = bits(each.truth);
    expectNumbers(
      [auroc(each.scores, truth), averagePrecisionOfScores(each.scores, truth)],
      [each.auroc, each.averagePrecision],
      `case ${i}`,
    );
  });
});

test('balanced accuracy, Matthews correlation and kappa are those of scikit-learn', () => {
  oracle.agreement.forEach((each, i) => {
    const [predicted, truth] = [[...each.predicted], [...each.truth]];
    expectNumbers(
      [balancedAccuracy(predicted, truth), matthewsCorrelation(predicted, truth), cohenKappa(predicted, truth)],
      [each.balancedAccuracy, each.matthewsCorrelation, each.cohenKappa],
      `case ${i}`,
    );
  });
});

const graphOf = (entities: ListedGraph) =>
  readRadgraph({
    entities: Object.fromEntries(
      entities.map(([tokens, label, relations], i) => [i + 1, { tokens, label, start_ix: i, end_ix: i, relations }]),
    ),
  });

test('RadGraph scores are those of a plain run of the definitions, in each letter case', () => {
  oracle.graphs.forEach((each, i) => {
    const [predicted, truth] = [graphOf(each.predicted), graphOf(each.truth)];
    for (const tokenCase of ['head', '0.1.18', 'mmmm'] as const) {
      const { simple, partial, complete } = radgraphScores(predicted, truth, { tokenCase });
      expectNumbers([simple, partial, complete], each[tokenCase], `case ${i}, ${tokenCase}`);
    }
    expect(radgraphCombined(predicted, truth), `case ${i}`).toBeCloseTo(each.combined, 12);
  });
  const differing = oracle.graphs.filter((each) => each.head[2] !== each['0.1.18'][2] && each.mmmm[2] !== each.head[2]);
  expect(differing.length).toBeGreaterThan(5);
});

test('RadCliQ is what scikit-learn predicts with the published numbers', () => {
  for (const { features, v0, v1 } of oracle.radcliq) {
    const [radgraph, bertscore, chexbertSimilarity, bleu2] = features;
    const named = { radgraph, bertscore, chexbertSimilarity, bleu2 };
    expect(radcliq(named, { version: 'v0' })).toBeCloseTo(v0, 12);
    expect(radcliq(named)).toBeCloseTo(v1, 12);
  }
});

test('cosines are those of scipy', () => {
  for (const { a, b, cosine } of oracle.cosines) expect(cosineSimilarity(a, b)).toBeCloseTo(cosine, 12);
});
