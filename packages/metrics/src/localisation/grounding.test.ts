import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  entailByTarget,
  type GroundingSample,
  groundingScores,
  meanGroundingScores,
  phraseErrors,
  type TargetPhrase,
} from '../index.js';

const box = (low: number, high: number): number[] => [0, low, low, 1, high, high];
const boxes = (...list: number[][]) => ({ region: { boxes: list } });
const yes = (...evidence: number[]) => ({ entailed: true, evidence });
const no = { entailed: false, evidence: [] };

/** Four phrases a side, three of them the same; boxes as in the published test of RadFact. */
const published: GroundingSample = {
  candidate: [boxes(box(0.1, 0.2)), boxes(box(0.3, 0.4), box(0.5, 0.6)), {}, {}],
  reference: [boxes(box(0.1, 0.2)), boxes(box(0.3, 0.4)), boxes(box(0.5, 0.6)), {}],
  candidateVerdicts: [yes(0), yes(1), yes(2), no],
  referenceVerdicts: [yes(0), yes(1), yes(2), no],
  imageShape: [1, 1, 1],
};

describe('groundingScores', () => {
  it('has the published figures of RadFact', () => {
    expect(groundingScores(published)).toEqual({
      logicalPrecision: 0.75,
      logicalRecall: 0.75,
      logicalF1: 0.75,
      spatialPrecision: 0.5,
      spatialRecall: 2 / 3,
      spatialF1: 0.5714285714285715,
      groundingPrecision: 0.5,
      groundingRecall: 2 / 3,
      groundingF1: 0.5714285714285715,
      numCandidatePhrases: 4,
      numReferencePhrases: 4,
      numGroundedCandidatePhrases: 2,
      numGroundedReferencePhrases: 3,
    });
  });

  it('tells a wrong place from a phrase that is not so', () => {
    const found = groundingScores({
      candidate: [{}, boxes(box(0.1, 0.2)), boxes(box(0.3, 0.4)), {}, boxes(box(0.1, 0.2))],
      reference: [{}, boxes(box(0.1, 0.2))],
      candidateVerdicts: [yes(0), yes(1), yes(1), no, no],
      referenceVerdicts: [yes(0), yes(1)],
      imageShape: [1, 1, 1],
    });
    expect(found).toMatchObject({ logicalPrecision: 3 / 5, groundingPrecision: 1 / 2, spatialPrecision: 1 / 3 });
  });

  it('wants more than half of a region covered, not half', () => {
    const half = (high: number): GroundingSample => ({
      candidate: [boxes([0, 0, 0, 1, 0.5, 0.5])],
      reference: [boxes([0, 0, 0, 1, 0.5, high])],
      candidateVerdicts: [yes(0)],
      referenceVerdicts: [yes(0)],
      imageShape: [1, 1, 1],
    });
    expect(groundingScores(half(0.25)).spatialPrecision).toBe(0);
    expect(groundingScores(half(0.26)).spatialPrecision).toBe(1);
    expect(groundingScores(half(0.25), { coverage: 0.4 }).spatialPrecision).toBe(1);
  });

  it('takes evidence of several phrases together', () => {
    const found = groundingScores({
      candidate: [boxes([0, 0, 0, 1, 0.4, 0.9])],
      reference: [boxes([0, 0, 0, 1, 0.4, 0.3]), boxes([0, 0, 0.6, 1, 0.4, 0.9])],
      candidateVerdicts: [yes(0, 1)],
      referenceVerdicts: [yes(0), yes(0)],
      imageShape: [1, 1, 1],
    });
    expect([found.spatialPrecision, found.spatialRecall]).toEqual([1, 1]);
  });

  it('takes masks, and boxes beside masks on the voxels of the image', () => {
    const mask = (inside: (h: number, w: number) => boolean) => ({
      region: { mask: Uint8Array.from({ length: 64 }, (_, i) => (inside(i >> 3, i & 7) ? 1 : 0)) },
    });
    const sample: GroundingSample = {
      candidate: [mask((h, w) => h < 4 && w < 4), boxes([0, 4, 4, 1, 8, 8]), mask(() => false)],
      reference: [boxes([0, 0, 0, 1, 4, 3]), mask((h, w) => h > 3 && w > 5), {}],
      candidateVerdicts: [yes(0), yes(1), yes(2)],
      referenceVerdicts: [yes(0), yes(1), yes(2)],
      imageShape: [1, 8, 8],
    };
    // 12 of 16 voxels are covered, then 8 of 16; the empty mask points nowhere.
    expect(groundingScores(sample)).toMatchObject({
      spatialPrecision: 0.5,
      spatialRecall: 1,
      numGroundedCandidatePhrases: 2,
    });
    expect(() => groundingScores({ ...sample, imageShape: [1, 8, 9] })).toThrow('a mask of 72 voxels, found 64');
  });

  it('has no value where there is nothing to count, and 0 for two zeros', () => {
    const empty = {
      candidate: [],
      reference: [],
      candidateVerdicts: [],
      referenceVerdicts: [],
      imageShape: [1, 1, 1],
    } as const;
    expect(groundingScores(empty)).toMatchObject({
      logicalPrecision: Number.NaN,
      logicalF1: Number.NaN,
      spatialRecall: Number.NaN,
    });
    const wrong = { ...empty, candidate: [{}], reference: [{}], candidateVerdicts: [no], referenceVerdicts: [no] };
    expect(groundingScores(wrong)).toMatchObject({ logicalPrecision: 0, logicalF1: 0, groundingPrecision: Number.NaN });
  });

  it('refuses verdicts that are too few or about no phrase', () => {
    expect(() => groundingScores({ ...published, candidateVerdicts: [no] })).toThrow('each of 4 phrases, found 1');
    const nowhere = { ...published, referenceVerdicts: [yes(0), yes(7), no, no] };
    expect(() => groundingScores(nowhere)).toThrow('expected evidence among 4 phrases, found 7 for phrase 1');
  });

  it('has means over samples of what is defined, with the F1 of the means', () => {
    const scores = groundingScores(published);
    const other = { ...scores, logicalPrecision: 0.25, spatialPrecision: Number.NaN, numCandidatePhrases: 2 };
    const mean = meanGroundingScores([scores, other]);
    expect(mean).toMatchObject({
      logicalPrecision: 0.5,
      spatialPrecision: 0.5,
      logicalF1: 0.6,
      numCandidatePhrases: 3,
    });
  });
});

describe('entailByTarget', () => {
  const entailed = (phrase: TargetPhrase, ...premises: TargetPhrase[]) => entailByTarget([phrase], premises)[0]!;
  const effusion = { target: 'pleural effusion' };

  it('knows names by synonyms, whatever their case and spaces, and denial', () => {
    const synonyms = { 'enlarged heart': 'cardiomegaly' };
    const phrases = [{ target: 'Enlarged  heart' }, { target: 'cardiomegaly', negated: true }, effusion];
    expect(entailByTarget(phrases, [{ target: 'Cardiomegaly' }, effusion], synonyms)).toEqual([yes(0), no, yes(1)]);
    expect(entailed({ target: 'constructor' })).toEqual(no);
  });

  it.each<[string, TargetPhrase, TargetPhrase[], number[]]>([
    ['a side entails none named', effusion, [{ ...effusion, side: 'left' }], [0]],
    ['none named entails no side', { ...effusion, side: 'left' }, [effusion], []],
    ['one side does not entail the other', { ...effusion, side: 'left' }, [{ ...effusion, side: 'right' }], []],
    ['both entail each', { ...effusion, side: 'left' }, [{ ...effusion, side: 'both' }], [0]],
    [
      'each of two entail both',
      { ...effusion, side: 'both' },
      [
        { ...effusion, side: 'right' },
        { ...effusion, side: 'left' },
      ],
      [0, 1],
    ],
    ['one does not entail both', { ...effusion, side: 'both' }, [{ ...effusion, side: 'right' }], []],
    [
      'absence entails absence on a side',
      { ...effusion, negated: true, side: 'left' },
      [{ ...effusion, negated: true }],
      [0],
    ],
    [
      'absence on a side does not entail absence',
      { ...effusion, negated: true },
      [{ ...effusion, negated: true, side: 'left' }],
      [],
    ],
    [
      'absence on both sides entails absence',
      { ...effusion, negated: true },
      [{ ...effusion, negated: true, side: 'both' }],
      [0],
    ],
    ['absence does not entail presence', effusion, [{ ...effusion, negated: true }], []],
    [
      'presence does not entail absence',
      { ...effusion, negated: true, side: 'left' },
      [{ ...effusion, side: 'left' }],
      [],
    ],
    [
      'presence on the other side says nothing of absence',
      { ...effusion, negated: true, side: 'left' },
      [{ ...effusion, side: 'right' }],
      [],
    ],
  ])('%s', (_, phrase, premises, evidence) => {
    expect(entailed(phrase, ...premises)).toEqual({ entailed: evidence.length > 0, evidence });
  });

  it('entails every phrase of a report from the report itself', () => {
    const phrase = fc.record(
      {
        target: fc.constantFrom('nodule', 'pleural effusion', 'heart'),
        negated: fc.boolean(),
        side: fc.constantFrom('left' as const, 'right' as const, 'both' as const),
      },
      { requiredKeys: ['target'] },
    );
    fc.assert(
      fc.property(fc.array(phrase, { maxLength: 6 }), fc.array(phrase, { maxLength: 4 }), (report, more) => {
        entailByTarget(report, report).forEach(({ entailed: isSo, evidence }, i) => {
          expect(isSo).toBe(true);
          expect(evidence).toContain(i);
        });
        // What is entailed stays so when the other report says more.
        const [few, many] = [entailByTarget(more, report), entailByTarget(more, [...report, ...more])];
        few.forEach((verdict, i) => verdict.entailed && expect(many[i]!.entailed).toBe(true));
      }),
      { seed: 31, numRuns: 100 },
    );
  });
});

it('phraseErrors counts made up and missed phrases of each class', () => {
  const { overall, perClass } = phraseErrors([
    {
      candidateLabels: ['nodule', 'nodule', 'heart'],
      candidateVerdicts: [yes(0), no, no],
      referenceLabels: ['nodule'],
      referenceVerdicts: [yes(0)],
    },
    {
      candidateLabels: [],
      candidateVerdicts: [],
      referenceLabels: ['nodule', 'effusion'],
      referenceVerdicts: [no, no],
    },
  ]);
  expect(perClass['nodule']).toEqual({
    numCandidates: 2,
    numHallucinated: 1,
    hallucinationRate: 0.5,
    numReferences: 2,
    numMissed: 1,
    missRate: 0.5,
  });
  expect(perClass['heart']).toMatchObject({ hallucinationRate: 1, missRate: Number.NaN });
  expect(overall).toMatchObject({ numCandidates: 3, numHallucinated: 2, numReferences: 3, numMissed: 2 });
  const short = { candidateLabels: ['nodule'], candidateVerdicts: [], referenceLabels: [], referenceVerdicts: [] };
  expect(() => phraseErrors([short])).toThrow('a verdict for each of 1 phrases, found 0');
});
