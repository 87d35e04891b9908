import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Prediction } from '../src/prediction.js';
import type { Reference } from '../src/reference.js';
import { scoreSets } from '../src/score/score.js';

/** Checkpoints in the published layouts with random weights. */
const checkpoints = join(import.meta.dirname, '../../../packages/metrics/test/models/checkpoints');
const weights = {
  chexbert: join(checkpoints, 'chexbert'),
  radbert: join(checkpoints, 'radbert'),
  radgraph: {
    archive: join(checkpoints, 'radgraph/radgraph.tar.gz'),
    encoder: join(checkpoints, 'radgraph/encoder'),
  },
};

const sample = (id: string, dataset: string, modality: string, report: string): [Prediction, Reference] => [
  { id, dataset, task: 'report', prediction: report },
  { id, dataset, task: 'report', modality, report, spacingMm: [1, 1, 1], shape: [1, 4, 4] },
];
const samples = [
  sample('a', 'mimic-cxr', 'DX', 'The heart is enlarged. No pleural effusion.'),
  sample('b', 'mimic-cxr', 'DX', 'Clear lungs.'),
  sample('c', 'ct-rate', 'CT', 'Small nodule in the left lung.'),
];
const [predictions, references] = [samples.map(([said]) => said), samples.map(([, truth]) => truth)];

it('reads reports with the models whose weights are named, radiographs and CT each with theirs', async () => {
  const sets = await scoreSets(predictions, references, { profiles: ['reference'], weights });
  const noteOf = (dataset: string, metric: string): readonly string[] | undefined =>
    sets.find((set) => set.dataset === dataset)?.scores.reference?.results.find((each) => each.metric === metric)
      ?.notes;
  const valueOf = (metric: string): number | undefined =>
    sets[0]!.scores.reference?.results.find((each) => each.metric === metric)?.value;
  expect(noteOf('MIMIC-CXR', 'chexpert14F1Micro')).toEqual([
    '2 of the samples: labelled by CheXbert, uncertain as positive',
  ]);
  expect(noteOf('CT-RATE', 'ctRateF1Micro')).toEqual([
    '1 of the samples: labelled by RadBERT, from a probability of 0.5',
  ]);
  expect(valueOf('chexbertSimilarity')).toBeCloseTo(1, 5);
  expect(valueOf('radgraphF1')).toBeDefined();
});

it('reads findings by rules without weights, and says which metrics need them', async () => {
  const [mimic] = await scoreSets(predictions, references, { profiles: ['reference'] });
  const { results, skipped } = mimic!.scores.reference!;
  expect(results.find(({ metric }) => metric === 'chexpert14F1Micro')).toMatchObject({
    value: 1,
    notes: [expect.stringContaining('which are not CheXbert')],
  });
  expect(skipped.find(({ metric }) => metric === 'radgraphF1')?.reason).toBe('needs graphs of RadGraph');
});
