import { segmentationScores, type SegmentationScores } from '../localisation/segmentation-scores.js';
import { classMeanMetric } from './definition.js';
import { inBoth, type MetricEntry } from './entry.js';
import type { LocalisationPair } from './localisation-pair.js';

/** Up to where two surfaces count as one. */
const toleranceMm = 2;

const known = new WeakMap<LocalisationPair, SegmentationScores>();

/** Every score of a pair, measured once for all metrics. A target that was not predicted at all is an empty mask. */
function scoresOf(pair: LocalisationPair): SegmentationScores {
  const found = known.get(pair);
  if (found) return found;
  const { prediction, reference, shape, spacingMm } = pair;
  const volume = (data: ArrayLike<number>) => ({ data, shape, spacingMm });
  // Entries are left out of pairs without a reference mask.
  const truth = volume(reference.mask!);
  const scores = segmentationScores(volume(prediction.mask ?? new Uint8Array(truth.data.length)), truth, {
    toleranceMm,
  });
  known.set(pair, scores);
  return scores;
}

interface MaskMetric {
  name: string;
  label: string;
  score: keyof SegmentationScores;
  text: string;
  unit?: string;
  better?: 'higher' | 'lower';
}

function maskEntry({ name, label, score, text, unit, better = 'higher' }: MaskMetric): MetricEntry<LocalisationPair> {
  const definition = classMeanMetric<LocalisationPair>({
    text: `${text}; mean over images, then over targets`,
    version: '1',
    without: ({ reference }) => (reference.mask ? undefined : 'needs a reference mask'),
    remark: ({ prediction }) => (prediction.mask ? undefined : 'no mask was predicted, which counts as an empty one'),
    classOf: ({ target }) => target,
    value: (pair) => {
      const value = scoresOf(pair)[score];
      return Number.isFinite(value) ? value : Number.NaN;
    },
  });
  return {
    name,
    label,
    better,
    ...(unit === undefined ? {} : { unit }),
    definitions: score === 'dice' ? inBoth(definition) : { reference: definition },
  };
}

const noDistance =
  'between surface elements (surface-distance); without a value, and left out, where a mask is empty, which NSD counts as 0';

/** Metrics of masks. */
export const maskEntries: readonly MetricEntry<LocalisationPair>[] = [
  maskEntry({ name: 'dice', label: 'Dice', score: 'dice', text: 'Dice coefficient, 1 for two empty masks' }),
  maskEntry({ name: 'iou', label: 'IoU', score: 'iou', text: 'Jaccard index, 1 for two empty masks' }),
  maskEntry({
    name: 'nsd2mm',
    label: 'NSD at 2 mm',
    score: 'surfaceDice',
    text: `normalised surface distance: share of both surfaces within ${toleranceMm} mm of the other, by surface elements (surface-distance); 0 where one mask is empty, none where both are`,
  }),
  maskEntry({
    name: 'hd95',
    label: 'HD95',
    score: 'hausdorff95Mm',
    text: `95th percentile of the Hausdorff distance ${noDistance}`,
    unit: 'mm',
    better: 'lower',
  }),
  maskEntry({
    name: 'assd',
    label: 'ASSD',
    score: 'assdMm',
    text: `average symmetric distance ${noDistance}`,
    unit: 'mm',
    better: 'lower',
  }),
];
