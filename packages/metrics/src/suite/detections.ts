import type { Box } from '@vividmed/core';
import { boxAveragePrecision } from '../localisation/average-precision.js';
import { detectionScores } from '../localisation/detection-scores.js';
import { froc } from '../localisation/froc.js';
import type { ScoredBox, TrueBox } from '../localisation/image-boxes.js';
import {
  type LabelledMatch,
  type MatchedBoxes,
  type MatchedBoxSummary,
  matchBoxPairs,
  summariseMatchedBoxes,
} from '../localisation/matched-boxes.js';
import { type Definition, type Figure, listMetric, meanMetric } from './definition.js';
import { inBoth, type MetricEntry } from './entry.js';
import { isThere, type LocalisationPair } from './localisation-pair.js';

const needsBoxes = ({ reference }: LocalisationPair): string | undefined =>
  reference.boxes ? undefined : 'needs reference boxes';

interface Searched {
  target: string;
  boxes: readonly { box: Box; score: number }[];
  truths: readonly Box[];
}

/** Boxes of one target over all images. */
interface TargetBoxes {
  found: ScoredBox[];
  truths: TrueBox[];
  numImages: number;
}

/** A metric of each target over all images, those without it included; then the mean over the targets that have a value. */
const overTargets = (text: string, value: (boxes: TargetBoxes) => number): Definition<LocalisationPair> =>
  listMetric<LocalisationPair, Searched>({
    text: `${text}; over all images that were searched, then the mean over the targets that occur`,
    version: '1',
    without: needsBoxes,
    item: ({ target, prediction, reference }) => ({
      target,
      boxes: prediction.boxes ?? [],
      truths: reference.boxes ?? [],
    }),
    figure: (items): Figure => {
      const byTarget = new Map<string, TargetBoxes>();
      items.forEach(({ target, boxes, truths }, image) => {
        const all = byTarget.get(target) ?? { found: [], truths: [], numImages: 0 };
        all.found.push(...boxes.map(({ box, score }) => ({ image, box, score })));
        all.truths.push(...truths.map((box) => ({ image, box })));
        all.numImages++;
        byTarget.set(target, all);
      });
      const perClass = Object.fromEntries([...byTarget].map(([target, boxes]) => [target, value(boxes)]));
      const known = Object.values(perClass).filter((one) => !Number.isNaN(one));
      return { value: known.reduce((a, b) => a + b, 0) / known.length, perClass };
    },
  });

const precisionAt = (threshold: number): MetricEntry<LocalisationPair> => ({
  name: `ap${Math.round(threshold * 100)}`,
  label: `AP at IoU ${threshold}`,
  better: 'higher',
  definitions: {
    reference: overTargets(
      `all-point average precision at IoU ${threshold} (PASCAL VOC 2010)`,
      ({ found, truths }) => boxAveragePrecision(found, truths, threshold).ap,
    ),
  },
});

const matchedOf = ({ prediction, reference, shape }: LocalisationPair): MatchedBoxes => {
  const truths = reference.boxes ?? [];
  // As many predictions as there are true boxes, the best ones: what else is shown is a matter of average precision.
  const best = [...(prediction.boxes ?? [])].sort((a, b) => b.score - a.score).slice(0, truths.length);
  return matchBoxPairs({ predictions: best.map(({ box }) => box), truths, imageShape: shape });
};

interface MatchedMetric {
  name: string;
  label: string;
  text: string;
  better: 'higher' | 'lower';
  value: (summary: MatchedBoxSummary) => number;
  isPublished?: boolean;
}

/** A mean over pairs of boxes that the Hungarian matcher makes. */
function matchedEntry({ name, label, text, better, value, isPublished }: MatchedMetric): MetricEntry<LocalisationPair> {
  const definition = listMetric<LocalisationPair, LabelledMatch>({
    text: `${text}, mean over pairs of least cost (L1 and GIoU as in training) between the true boxes and as many predictions of the best scores`,
    version: '1',
    without: (pair) => needsBoxes(pair) ?? (isThere(pair) ? undefined : 'the target is not there'),
    remark: ({ prediction, reference }) =>
      (prediction.boxes?.length ?? 0) < reference.boxes!.length
        ? 'fewer boxes than are there, which makes no pair'
        : undefined,
    item: (pair) => ({ label: pair.target, matched: matchedOf(pair) }),
    figure: (items) => {
      const { overall, perClass } = summariseMatchedBoxes(items);
      const byTarget = Object.entries(perClass).map(([target, summary]) => [target, value(summary)] as const);
      return { value: value(overall), perClass: Object.fromEntries(byTarget) };
    },
  });
  return { name, label, better, definitions: isPublished ? inBoth(definition) : { reference: definition } };
}

interface Share {
  name: string;
  label: string;
  text: string;
  isCounted: (pair: LocalisationPair) => boolean;
  isWrong: (found: boolean) => boolean;
  without: string;
}

/** Share of wrong decisions on whether a target is shown at all. */
const decisionEntry = ({ name, label, text, isCounted, isWrong, without }: Share): MetricEntry<LocalisationPair> => ({
  name,
  label,
  better: 'lower',
  definitions: {
    reference: meanMetric({
      text,
      version: '1',
      without: (pair) =>
        pair.prediction.found === undefined ? 'needs to be told what was found' : isCounted(pair) ? undefined : without,
      value: ({ prediction }) => (isWrong(prediction.found === true) ? 1 : 0),
    }),
  },
});

/** Metrics of boxes, and of whether targets are shown at all. */
export const detectionEntries: readonly MetricEntry<LocalisationPair>[] = [
  precisionAt(0.5),
  precisionAt(0.75),
  {
    name: 'cocoAp',
    label: 'AP (COCO)',
    better: 'higher',
    definitions: {
      reference: overTargets(
        'average precision at 101 points of recall, mean over IoU 0.5 to 0.95 (COCO)',
        ({ found, truths }) => {
          const labelled = <T>(boxes: readonly T[]): (T & { label: string })[] =>
            boxes.map((box) => ({ ...box, label: '' }));
          return detectionScores(labelled(found), labelled(truths)).overall.ap;
        },
      ),
    },
  },
  {
    name: 'froc',
    label: 'FROC',
    better: 'higher',
    definitions: {
      reference: overTargets(
        'mean sensitivity at 1/8 to 8 false positives an image, a hit having its centre in the true box (LUNA16)',
        ({ found, truths, numImages }) => froc(found, truths, { numImages }).score,
      ),
    },
  },
  matchedEntry({
    name: 'boxL1',
    label: 'Mean ℓ1 of boxes',
    text: 'mean absolute difference of centre and size in parts of the image',
    better: 'lower',
    value: ({ meanL1 }) => meanL1,
    isPublished: true,
  }),
  matchedEntry({ name: 'giou', label: 'GIoU', text: 'GIoU', better: 'higher', value: ({ meanGiou }) => meanGiou }),
  matchedEntry({
    name: 'giouLoss',
    label: '1 − GIoU',
    text: '1 - GIoU, which the paper prints as "Mean GIoU"',
    better: 'lower',
    value: ({ meanGiouLoss }) => meanGiouLoss,
    isPublished: true,
  }),
  decisionEntry({
    name: 'missRate',
    label: 'Missed targets',
    text: 'share of targets that are there and for which nothing is shown',
    isCounted: isThere,
    isWrong: (found) => !found,
    without: 'the target is not there',
  }),
  decisionEntry({
    name: 'falseAlarmRate',
    label: 'False alarms',
    text: 'share of targets that are known to be absent and for which something is shown',
    isCounted: (pair) => !isThere(pair),
    isWrong: (found) => found,
    without: 'the target is there',
  }),
];
