import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ScoredAnswer,
  answerMetrics,
  bleu,
  boxGiou,
  cider,
  compareSystems,
  ctRateLabels,
  dice,
  type FindingLabels,
  type GroundingPair,
  groundingMetrics,
  type LocalisationPair,
  localisationMetrics,
  type MetricEntry,
  type MetricResult,
  meanMetric,
  meteor,
  pairById,
  type ScoredReport,
  reportMetrics,
  runMetrics,
  rouge,
  type ScoredPair,
  type Scores,
  scoreAnswers,
  scoreGrounding,
  scoreLocalisation,
  scoreReports,
} from '../src/index.js';

const resultOf = ({ results }: Scores, metric: string): MetricResult => {
  const found = results.find((result) => result.metric === metric);
  if (!found) throw new Error(`no result of ${metric}`);
  return found;
};

const texts = [
  ['The heart is mildly enlarged. No pleural effusion is seen.', 'The heart is enlarged. No pleural effusion is seen.'],
  ['There is a small left pleural effusion.', 'A small left pleural effusion is present.'],
  ['Clear lungs.', 'The lungs are clear bilaterally today.'],
] as const;
const findings = (prediction: boolean, reference: boolean): FindingLabels => ({
  labelSet: 'phantom',
  labeller: 'rules',
  prediction: { effusion: prediction, nodule: false },
  reference: { effusion: reference, nodule: false },
});
const reports: ScoredReport[] = texts.map(([prediction, reference], i) => ({
  id: `r${i}`,
  modality: 'DX',
  prediction,
  reference,
  findings: findings(i === 0, i !== 2),
}));

describe('results', () => {
  it('say what they are: profile, definition, version, direction and number of samples', async () => {
    const scores = await scoreReports(reports, { metrics: ['bleu4', 'phantomF1Macro'] });
    expect(scores.ids).toEqual(['r0', 'r1', 'r2']);
    const { value, definition, version, ...rest } = resultOf(scores, 'bleu4');
    expect(value).toBe(
      bleu(
        texts.map(([said]) => said),
        texts.map(([, truth]) => truth),
      ),
    );
    expect(definition).toContain('corpus BLEU-4');
    expect(version).not.toBe('');
    expect(rest).toEqual({ metric: 'bleu4', label: 'BLEU-4', n: 3, profile: 'reference', better: 'higher', notes: [] });
    const f1 = resultOf(scores, 'phantomF1Macro');
    expect(f1.value).toBeCloseTo(2 / 3 / 2, 12);
    expect(f1.perClass).toEqual({ effusion: 2 / 3, nodule: Number.NaN });
    expect(f1.notes).toEqual(['3 of the samples: labelled by rules']);
  });

  it('follow the profile: the published BLEU is a mean over sentences, its "FNR" a false omission rate', async () => {
    const paper = await scoreReports(reports, { profile: 'paper' });
    const sentence = bleu(
      texts.map(([said]) => said),
      texts.map(([, truth]) => truth),
      { average: 'sentence' },
    );
    expect(resultOf(paper, 'bleu4').value).toBeCloseTo(sentence, 12);
    // One of two negative statements on effusion is wrong, none of three on nodules.
    expect(resultOf(paper, 'phantomFalseOmissionRateMacro').value).toBeCloseTo(0.25, 12);
    expect(resultOf(paper, 'phantomFalseOmissionRateMicro').value).toBeCloseTo(1 / 5, 12);
    expect(paper.skipped.find(({ metric }) => metric === 'phantomFalseNegativeRateMacro')?.reason).toBe(
      'not part of the profile paper',
    );
    const reference = await scoreReports(reports);
    expect(resultOf(reference, 'phantomFalseNegativeRateMacro').value).toBeCloseTo(0.5, 12);
  });

  it('of every entry have a definition that says what is computed, and a name of their own', () => {
    const names = (catalogue: readonly { name: string }[]): string[] => catalogue.map(({ name }) => name);
    for (const catalogue of [reportMetrics, answerMetrics, localisationMetrics, groundingMetrics] as const) {
      expect(new Set(names(catalogue)).size).toBe(catalogue.length);
      for (const { definitions } of catalogue)
        for (const definition of Object.values(definitions)) expect(definition.text.length).toBeGreaterThan(20);
    }
  });
});

describe('samples', () => {
  it('may come one at a time', async () => {
    async function* stream(): AsyncGenerator<ScoredReport> {
      for (const report of reports) yield await Promise.resolve(report);
    }
    expect(await scoreReports(stream())).toEqual(await scoreReports(reports));
  });

  it('with an empty prediction score 0, which is said; an empty reference is refused', async () => {
    const [first, second] = reports as [ScoredReport, ScoredReport];
    const scores = await scoreReports([first, { ...second, prediction: ' \n' }], { perSample: true });
    expect(resultOf(scores, 'bleu1').perSample?.[1]).toBe(0);
    expect(resultOf(scores, 'bleu1').notes).toEqual(['1 of the samples: the prediction is empty and scores 0']);
    await expect(scoreReports([first, { ...second, reference: '  ' }])).rejects.toThrow(
      'sample 1: expected a reference with words, found an empty one',
    );
    // Read from a file, a prediction may be anything.
    const missing = { ...second, prediction: undefined as unknown as string };
    await expect(scoreReports([first, missing])).rejects.toThrow(
      'sample 1: expected a text as prediction, found undefined',
    );
  });

  it('have ids of their own, and there is at least one', async () => {
    await expect(scoreReports([reports[0]!, reports[0]!])).rejects.toThrow('sample 1: expected an id of its own');
    await expect(scoreReports([])).rejects.toThrow('expected at least one sample, found none');
  });

  it('are left out of metrics that they do not allow, and counted', async () => {
    const { findings: _, ...unlabelled } = reports[1]!;
    const scores = await scoreReports([reports[0]!, unlabelled]);
    const { n, notes } = resultOf(scores, 'phantomF1Micro');
    expect(n).toBe(1);
    expect(notes).toContain('left out, 1 of the samples: needs findings of the set phantom');
    expect(scores.skipped.find(({ metric }) => metric === 'ctRateF1Macro')?.reason).toContain('made for CT');
    const none = await scoreReports([unlabelled]);
    expect(none.skipped.find(({ metric }) => metric === 'phantomF1Macro')?.reason).toBe(
      'needs findings of the set phantom',
    );
  });
});

describe('modalities', () => {
  const labelled = (modality?: string): ScoredReport[] =>
    reports.map(({ modality: _, ...report }) => ({
      ...report,
      ...(modality === undefined ? {} : { modality }),
      findings: {
        labelSet: 'ct-rate',
        labeller: 'rules',
        prediction: Object.fromEntries(ctRateLabels.map((name) => [name, true])),
        reference: Object.fromEntries(ctRateLabels.map((name) => [name, true])),
      },
    }));

  it('that a metric is not made for are refused when it is asked for, left out by default, and told when forced', async () => {
    const metrics = ['ctRateF1Micro'];
    expect(resultOf(await scoreReports(labelled('CT'), { metrics }), 'ctRateF1Micro').value).toBe(1);
    await expect(scoreReports(labelled('DX'), { metrics })).rejects.toThrow(
      'ctRateF1Micro, sample 0: made for CT, found DX',
    );
    await expect(scoreReports(labelled(), { metrics })).rejects.toThrow('found samples without a modality');
    const scores = await scoreReports(labelled('DX'));
    expect(scores.skipped).toContainEqual(
      expect.objectContaining({ metric: 'ctRateF1Micro', reason: 'made for CT, found DX' }),
    );
    const forced = resultOf(await scoreReports(labelled('DX'), { metrics, force: true }), 'ctRateF1Micro');
    expect(forced.notes[0]).toBe('forced: made for CT, found DX');
    expect(forced.modalities).toEqual(['CT']);
  });

  it('one wrong sample among many gives the metric up, so that no figure is of a part that nobody chose', async () => {
    const [first, second] = labelled('CT') as [ScoredReport, ScoredReport];
    const scores = await scoreReports([first, { ...second, modality: 'MR' }]);
    expect(scores.results.map(({ metric }) => metric)).not.toContain('ctRateF1Micro');
  });

  it('metrics that are not in the catalogue are named', async () => {
    await expect(scoreReports(reports, { metrics: ['bleu4', 'blue'] })).rejects.toThrow('found blue');
  });
});

describe('answers', () => {
  const answer = (id: string, prediction: string, more: Partial<ScoredAnswer> = {}): ScoredAnswer => ({
    id,
    prediction,
    reference: 'yes',
    ...more,
  });

  it('are right or wrong by kind of question (without one, yes and no are closed), and a judge counts where it spoke', async () => {
    const pairs = [
      answer('a', 'Yes.', { answerType: 'closed', verdict: 1 }),
      answer('b', 'no', { verdict: 1 }),
      answer('c', 'yes', { answerType: 'open' }),
      answer('d', 'left', { reference: 'right', verdict: null }),
    ];
    const scores = await scoreAnswers(pairs);
    expect(resultOf(scores, 'accuracy')).toMatchObject({ value: 0.5, n: 4 });
    expect(resultOf(scores, 'closedAccuracy')).toMatchObject({ value: 0.5, n: 2 });
    expect(resultOf(scores, 'openAccuracy')).toMatchObject({ value: 0.5, n: 2 });
    expect(resultOf(scores, 'judgeAccuracy')).toMatchObject({
      value: 1,
      n: 2,
      notes: [
        'left out, 1 of the samples: needs the verdict of a judge',
        'left out, 1 of the samples: nothing could be read in what the judge said',
      ],
    });
    // The published code counts failures of the judge as wrong answers.
    expect(resultOf(await scoreAnswers(pairs, { profile: 'paper' }), 'judgeAccuracy')).toMatchObject({
      value: 2 / 3,
      n: 3,
    });
  });
});

describe('localisation', () => {
  const base = { spacingMm: [1, 1, 1], shape: [1, 2, 2] } as const;
  const pair = (
    id: string,
    target: string,
    prediction: LocalisationPair['prediction'],
    reference: LocalisationPair['reference'],
  ): LocalisationPair => ({ id, target, ...base, prediction, reference });

  it('means over images, then targets, so that a rare target counts as much as a frequent one', async () => {
    const scores = await scoreLocalisation([
      pair('a/lung', 'lung', { mask: [1, 1, 0, 0] }, { mask: [1, 0, 1, 0] }),
      pair('b/lung', 'lung', { mask: [1, 1, 0, 0] }, { mask: [1, 1, 0, 0] }),
      pair('a/heart', 'heart', {}, { mask: [0, 0, 0, 1] }),
    ]);
    const result = resultOf(scores, 'dice');
    expect(result.perClass).toEqual({ lung: (dice([1, 1, 0, 0], [1, 0, 1, 0]) + 1) / 2, heart: 0 });
    expect(result.value).toBe(0.375);
    expect(result.notes).toEqual(['1 of the samples: no mask was predicted, which counts as an empty one']);
    expect(scores.skipped.find(({ metric }) => metric === 'ap50')?.reason).toBe('needs reference boxes');
  });

  it('counts boxes in images without the target against average precision, and measures GIoU where it is', async () => {
    const [box, other] = [
      [0, 0, 0, 1, 2, 2],
      [0, 0, 0, 1, 2, 1],
    ];
    const scores = await scoreLocalisation([
      pair('a', 'nodule', { boxes: [{ box: other, score: 0.9 }] }, { boxes: [box] }),
      pair('b', 'nodule', { boxes: [{ box, score: 0.95 }] }, { boxes: [] }),
    ]);
    expect(resultOf(scores, 'ap50').value).toBe(0.5);
    expect(resultOf(scores, 'giou')).toMatchObject({ value: boxGiou(other, box), n: 1 });
  });

  it('refuses masks of another grid, masks with NaN, and wrong spacings', async () => {
    const mask = [0, 1, 1, 0];
    const wrong = (prediction: LocalisationPair['prediction'], more: Partial<LocalisationPair> = {}) =>
      scoreLocalisation([{ ...pair('a', 'lung', prediction, { mask }), ...more }]);
    await expect(wrong({ mask: [1, 0] })).rejects.toThrow(
      'expected a prediction mask of 1 x 2 x 2 voxels, found 2 voxels',
    );
    await expect(wrong({ mask: [1, 0, Number.NaN, 0] })).rejects.toThrow(
      'prediction mask of numbers, found NaN at voxel 2',
    );
    await expect(wrong({ mask }, { spacingMm: [1, 0, 1] })).rejects.toThrow(
      'expected a spacing above 0, found 1, 0, 1',
    );
  });
});

describe('intervals', () => {
  const many = Array.from({ length: 24 }, (_, i): ScoredAnswer => ({
    id: String(i),
    patient: `p${i % 8}`,
    prediction: i % 5 === 0 ? 'no' : 'yes',
    reference: 'yes',
  }));

  it('are around the value, by patients where each sample names one', async () => {
    const result = resultOf(await scoreAnswers(many, { interval: { resamples: 200, seed: 1 } }), 'accuracy');
    expect(result.interval).toMatchObject({ drawn: 'clusters', numDrawn: 8, method: 'percentile', resamples: 200 });
    expect(result.interval!.low).toBeLessThan(result.value);
    expect(result.interval!.high).toBeGreaterThan(result.value);
    const { patient: _, ...alone } = many[0]!;
    const mixed = resultOf(await scoreAnswers([...many.slice(1), alone], { interval: { resamples: 20 } }), 'accuracy');
    expect(mixed.interval).toMatchObject({ drawn: 'samples', numDrawn: 24 });
  });

  it('do not change the value or the number of samples', async () => {
    const plain = await scoreAnswers(many);
    const rich = await scoreAnswers(many, { interval: { resamples: 5 }, perSample: true });
    expect(rich.results.map(({ value, n, notes }) => ({ value, n, notes }))).toEqual(
      plain.results.map(({ value, n, notes }) => ({ value, n, notes })),
    );
    expect(resultOf(rich, 'accuracy').perSample).toHaveLength(24);
  });
});

describe('pairById', () => {
  const drain = async (...args: Parameters<typeof pairById>): Promise<string[]> => {
    const ids: string[] = [];
    for await (const [prediction, reference] of pairById(...args)) ids.push(`${prediction.id}${reference.id}`);
    return ids;
  };
  const of = (...ids: string[]): { id: string }[] => ids.map((id) => ({ id }));

  it('brings equal ids together in the order of the references', async () => {
    expect(await drain(of('b', 'a'), of('a', 'b'))).toEqual(['aa', 'bb']);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.string(), { maxLength: 6 }), async (ids) => {
        expect(await drain(of(...[...ids].reverse()), of(...ids))).toEqual(ids.map((id) => id + id));
      }),
      { seed: 12, numRuns: 30 },
    );
  });

  it('fails on ids without partner or that repeat, naming places and not ids', async () => {
    await expect(drain(of('a'), of('a', 'secret'))).rejects.toThrow('found 1 without one, the first at 1');
    await expect(drain(of('a', 'secret'), of('a'))).rejects.toThrow(
      'predictions: expected ids of the references, found 1 without one, the first at 1',
    );
    await expect(drain(of('a', 'a'), of('a'))).rejects.toThrow('prediction 1: expected an id of its own');
    await expect(drain(of('a'), of('a', 'a'))).rejects.toThrow('reference 1: expected an id of its own');
    expect(await drain(of('a'), of('a', 'b'), { missing: 'skip' })).toEqual(['aa']);
  });
});

describe('compareSystems', () => {
  const answers = (isRight: (i: number) => boolean): ScoredAnswer[] =>
    Array.from({ length: 40 }, (_, i) => ({ id: String(i), prediction: isRight(i) ? 'yes' : 'no', reference: 'yes' }));
  const zip = <T>(a: readonly T[], b: readonly T[]): [T, T][] => a.map((first, i) => [first, b[i]!]);

  it('finds what differs, and not what is the same', async () => {
    const [good, bad] = [answers((i) => i % 10 !== 0), answers((i) => i % 2 === 0)];
    const randomisation = { trials: 500 };
    const { results } = await compareSystems(answerMetrics, zip(good, bad), { metrics: ['accuracy'], randomisation });
    expect(results[0]).toMatchObject({ metric: 'accuracy', n: 40, trials: 500 });
    expect(results[0]!.difference).toBeCloseTo(0.4, 12);
    expect(results[0]!.pValue).toBeLessThan(0.01);
    const same = await compareSystems(answerMetrics, zip(good, good), { metrics: ['accuracy'], randomisation });
    expect(same.results[0]).toMatchObject({ difference: 0, pValue: 1 });
    await expect(compareSystems(answerMetrics, [[good[0]!, bad[1]!]])).rejects.toThrow('found two ids');
  });

  it('compares figures of a corpus as a whole, with the texts exchanged', async () => {
    const worse = reports.map((report) => ({ ...report, prediction: 'nothing' }));
    const { results } = await compareSystems(reportMetrics, zip(reports, worse), { randomisation: { trials: 200 } });
    const bleu1 = results.find(({ metric }) => metric === 'bleu1')!;
    expect(bleu1.difference).toBeCloseTo(
      bleu(
        texts.map(([said]) => said),
        texts.map(([, truth]) => truth),
        { maxOrder: 1 },
      ),
      12,
    );
    // Three reports can be exchanged in eight ways, two of which are as far apart.
    expect(bleu1.pValue).toBeGreaterThan(0.15);
    expect(bleu1.pValue).toBeLessThan(0.35);
  });
});

it('a metric of one own is one object', async () => {
  interface Length extends ScoredPair {
    text: string;
  }
  const entry: MetricEntry<Length> = {
    name: 'length',
    label: 'Length',
    better: 'lower',
    unit: 'letters',
    definitions: {
      reference: meanMetric({ text: 'mean number of letters', version: '1', value: ({ text }) => text.length }),
    },
  };
  const pairs = ['a', 'bcd'].map((text) => ({ id: text, text }));
  const { results } = await runMetrics([entry], pairs, { perSample: true }, () => {});
  expect(results).toEqual([
    {
      metric: 'length',
      label: 'Length',
      value: 2,
      perSample: [1, 3],
      n: 2,
      profile: 'reference',
      definition: 'mean number of letters',
      version: '1',
      unit: 'letters',
      better: 'lower',
      notes: [],
    },
  ]);
});

describe('grounding', () => {
  const box = (at: number): { boxes: number[][] } => ({ boxes: [[0, at, at, 1, at + 10, at + 10]] });
  const phrases = (...targets: [string, number][]): GroundingPair['prediction'] =>
    targets.map(([target, at]) => ({ target, region: box(at) }));
  const pair: GroundingPair = {
    id: 'a',
    shape: [1, 100, 100],
    prediction: phrases(['nodule', 10], ['effusion', 40], ['fracture', 70]),
    reference: phrases(['nodule', 10], ['effusion', 80]),
  };

  it('tells what is said from where it is said to be', async () => {
    const scores = await scoreGrounding([pair]);
    const of = (metric: string): number => resultOf(scores, metric).value;
    expect(of('logicalPrecision')).toBeCloseTo(2 / 3, 12);
    expect(of('logicalRecall')).toBe(1);
    expect(of('groundingPrecision')).toBe(0.5);
    expect(of('spatialPrecision')).toBeCloseTo(1 / 3, 12);
    expect(of('hallucinationRate')).toBeCloseTo(1 / 3, 12);
    expect(resultOf(scores, 'hallucinationRate').perClass).toEqual({ nodule: 0, effusion: 0, fracture: 1 });
    expect(resultOf(scores, 'logicalF1').notes[0]).toContain('compared by target, side and negation');
  });

  it('takes the verdicts of a judge where there are some', async () => {
    const no = { entailed: false, evidence: [] };
    const verdicts = { prediction: [no, no, no], reference: [no, no], judge: 'nobody' };
    const scores = await scoreGrounding([{ ...pair, verdicts }]);
    expect(resultOf(scores, 'logicalPrecision')).toMatchObject({
      value: 0,
      notes: ['1 of the samples: phrases compared by nobody'],
    });
  });
});

describe('the entries of text', () => {
  const said = texts.map(([prediction]) => prediction);
  const truth = texts.map(([, reference]) => reference);

  it('are the functions of the same name', async () => {
    const [reference, paper] = [await scoreReports(reports), await scoreReports(reports, { profile: 'paper' })];
    const stems = rouge(said, truth, { stemmer: 'porter' }).scores;
    const words = rouge(said, truth).scores;
    for (const name of ['rouge1', 'rouge2', 'rougeL'] as const) {
      expect(resultOf(reference, name).value).toBeCloseTo(stems[name].f1, 12);
      expect(resultOf(paper, name).value).toBeCloseTo(words[name].f1, 12);
    }
    expect(resultOf(reference, 'meteor').value).toBeCloseTo(meteor(said, truth).mean, 12);
    expect(resultOf(reference, 'meteor').definition).toContain('WordNet was not used');
    const synonyms = (word: string): Set<string> => new Set(word === 'seen' ? ['present'] : []);
    const fuller = resultOf(await scoreReports(reports, { synonyms }), 'meteor');
    expect(fuller.value).toBeCloseTo(meteor(said, truth, { synonyms }).mean, 12);
    expect(fuller.definition).toContain('Porter stem and WordNet');
    expect(resultOf(reference, 'cider').value).toBeCloseTo(cider(said, truth).mean, 12);
    for (const maxOrder of [1, 2, 3, 4])
      expect(resultOf(reference, `bleu${maxOrder}`).value).toBeCloseTo(bleu(said, truth, { maxOrder }), 12);
  });

  it('of a corpus are those of its parts added up, whatever they are resampled from', async () => {
    const word = fc.constantFrom('lung', 'heart', 'no', 'effusion', 'clear', '.');
    const text = fc.array(word, { minLength: 1, maxLength: 9 }).map((words) => words.join(' '));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 }), async (pairs) => {
        const samples = pairs.map(([prediction, reference], i) => ({ id: String(i), prediction, reference }));
        const { value, perSample } = resultOf(
          await scoreReports(samples, { metrics: ['bleu2'], perSample: true }),
          'bleu2',
        );
        const lists = [pairs.map(([a]) => a), pairs.map(([, b]) => b)] as const;
        expect(value).toBeCloseTo(bleu(...lists, { maxOrder: 2 }), 12);
        pairs.forEach(([a, b], i) => expect(perSample![i]).toBeCloseTo(bleu([a], [b], { maxOrder: 2 }), 12));
      }),
      { seed: 13, numRuns: 30 },
    );
  });
});

describe('metrics of what models made of reports', () => {
  const [first] = reports as [ScoredReport];
  const perfect = { radgraph: 1, bertscore: 1, chexbertSimilarity: 1, bleu2: 1 };
  const none = { radgraph: 0, bertscore: 0, chexbertSimilarity: 0, bleu2: 0 };

  it('are RadCliQ of each profile from its own features, with the published constants', async () => {
    const pairs = [{ ...first, radcliqFeatures: { reference: perfect, paper: none } }];
    expect(resultOf(await scoreReports(pairs), 'radcliqV1').value).toBeCloseTo(-1.4406902828, 9);
    expect(resultOf(await scoreReports(pairs, { profile: 'paper' }), 'radcliqV1').value).toBeCloseTo(2.4501430833, 9);
    await expect(scoreReports([{ ...pairs[0]!, modality: 'CT' }], { metrics: ['radcliqV1'] })).rejects.toThrow(
      'radcliqV1, sample 0: made for CR, DX, RG, found CT',
    );
  });

  it('are RadGraph F1 and CheXbert similarity where there are graphs and vectors', async () => {
    const entity = { tokens: 'Heart', label: 'ANAT-DP', start_ix: 0, end_ix: 0, relations: [] };
    const graph = { entities: { 1: entity } };
    const lower = { entities: { 1: { ...entity, tokens: 'heart' } } };
    const pairs = [
      {
        ...first,
        graphs: { prediction: graph, reference: lower },
        chexbertVectors: { prediction: [1, 0], reference: [1, 1] },
      },
    ];
    const [reference, paper] = [await scoreReports(pairs), await scoreReports(pairs, { profile: 'paper' })];
    // The code of the paper keeps letter case.
    expect([resultOf(reference, 'radgraphF1').value, resultOf(paper, 'radgraphF1').value]).toEqual([1, 0]);
    expect(resultOf(reference, 'chexbertSimilarity').value).toBeCloseTo(Math.SQRT1_2, 12);
  });
});
