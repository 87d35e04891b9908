import { type Box, check } from '@vividmed/core';
import { boxAveragePrecision, type ScoredBox } from '../average-precision.js';
import { boxGiou } from '../boxes.js';
import { dice } from '../dice.js';
import { maskIou } from '../mask-iou.js';
import type { Mask } from '../mask-overlap.js';
import { classMeanMetric, listMetric } from './definition.js';
import { inBoth, type MetricEntry, type ScoredPair } from './entry.js';
import type { Scores } from './result.js';
import { runMetrics, type ScoreOptions } from './run.js';

/** Where one target of one image is, as predicted and in truth. What is left out was not predicted, or is not known. */
export interface LocalisationPair extends ScoredPair {
  /** What is searched for: scores are means over these classes. */
  target: string;
  /** Millimetres of a voxel along depth, height and width. */
  spacingMm: readonly [number, number, number];
  /** Voxels along depth, height and width: masks are [D,H,W], boxes are corners in voxel edges. */
  shape: readonly [number, number, number];
  prediction: { mask?: Mask; boxes?: readonly { box: Box; score: number }[] };
  /** No boxes, or an empty mask: the target is known not to be there. */
  reference: { mask?: Mask; boxes?: readonly Box[] };
}

/** @throws {VividMedError} `shape` for masks that do not fill the shape, `numeric` for masks or scores that are no numbers. */
function checkPair({ spacingMm, shape, prediction, reference }: LocalisationPair, where: string): void {
  const voxels = shape.reduce((product, size) => product * size, 1);
  for (const [side, { mask }] of Object.entries({ prediction, reference })) {
    if (!mask) continue;
    check(
      mask.length === voxels,
      'shape',
      () => `${where}: expected a ${side} mask of ${shape.join(' x ')} voxels, found ${mask.length} voxels.`,
      'predictions are compared on the grid of the reference: resample them first.',
    );
    const unknown = Array.prototype.findIndex.call(mask, (value: number) => Number.isNaN(value));
    check(unknown < 0, 'numeric', `${where}: expected a ${side} mask of numbers, found NaN at voxel ${unknown}.`);
  }
  check(
    spacingMm.every((side) => side > 0 && Number.isFinite(side)),
    'numeric',
    `${where}: expected a spacing above 0, found ${spacingMm.join(', ')}.`,
  );
}

type Masks = { prediction: Mask; reference: Mask };

/** Both masks. A target that was not predicted at all is an empty mask. */
const masksOf = ({ prediction, reference }: LocalisationPair): Masks => ({
  prediction: prediction.mask ?? new Uint8Array(reference.mask?.length ?? 0),
  reference: reference.mask ?? [],
});

const maskEntry = (
  name: string,
  label: string,
  text: string,
  value: (masks: Masks, pair: LocalisationPair) => number,
): MetricEntry<LocalisationPair> => ({
  name,
  label,
  better: 'higher',
  definitions: inBoth(
    classMeanMetric({
      text: `${text}; mean over images, then over targets`,
      version: '1',
      without: ({ reference }) => (reference.mask ? undefined : 'needs a reference mask'),
      remark: ({ prediction }) => (prediction.mask ? undefined : 'no mask was predicted, which counts as an empty one'),
      classOf: ({ target }) => target,
      value: (pair) => value(masksOf(pair), pair),
    }),
  ),
});

const needsBoxes = ({ reference }: LocalisationPair): string | undefined =>
  reference.boxes ? undefined : 'needs reference boxes';

interface ImageBoxes {
  target: string;
  boxes: readonly { box: Box; score: number }[];
  truths: readonly Box[];
}

/** Average precision of each target over all images, those without it included, then the mean over targets. */
const averagePrecision = (threshold: number): MetricEntry<LocalisationPair> => ({
  name: `ap${Math.round(threshold * 100)}`,
  label: `AP at IoU ${threshold}`,
  better: 'higher',
  definitions: {
    reference: listMetric<LocalisationPair, ImageBoxes>({
      text: `all-point average precision at IoU ${threshold} (PASCAL VOC 2010), images without the target included; mean over the targets that occur`,
      version: '1',
      without: needsBoxes,
      item: ({ target, prediction, reference }) => ({
        target,
        boxes: prediction.boxes ?? [],
        truths: reference.boxes ?? [],
      }),
      figure: (items) => {
        const perClass = Object.fromEntries(
          [...new Set(items.map(({ target }) => target))].map((name) => {
            const found: ScoredBox[] = [];
            const truths: Omit<ScoredBox, 'score'>[] = [];
            items.forEach(({ target, boxes, truths: boxesThere }, image) => {
              if (target !== name) return;
              found.push(...boxes.map(({ box, score }) => ({ image, box, score })));
              truths.push(...boxesThere.map((box) => ({ image, box })));
            });
            return [name, boxAveragePrecision(found, truths, threshold).ap] as const;
          }),
        );
        const known = Object.values(perClass).filter((ap) => !Number.isNaN(ap));
        return { value: known.reduce((a, b) => a + b, 0) / known.length, perClass };
      },
    }),
  },
});

/** Mean over the true boxes of the GIoU with the best of the as many best-scored predicted ones; -1 without any. */
function giouOfTruths({ prediction, reference }: LocalisationPair): number {
  const truths = reference.boxes ?? [];
  const best = [...(prediction.boxes ?? [])].sort((a, b) => b.score - a.score).slice(0, truths.length);
  const each = truths.map((truth) => Math.max(-1, ...best.map(({ box }) => boxGiou(box, truth))));
  return each.reduce((a, b) => a + b, 0) / each.length;
}

/** Metrics of masks and boxes. */
export const localisationMetrics: readonly MetricEntry<LocalisationPair>[] = [
  maskEntry('dice', 'Dice', 'Dice coefficient, 1 for two empty masks', ({ prediction, reference }) =>
    dice(prediction, reference),
  ),
  maskEntry('iou', 'IoU', 'Jaccard index, 1 for two empty masks', ({ prediction, reference }) =>
    maskIou(prediction, reference),
  ),
  averagePrecision(0.5),
  averagePrecision(0.75),
  {
    name: 'giou',
    label: 'GIoU',
    better: 'higher',
    definitions: {
      reference: classMeanMetric({
        text: 'GIoU of each true box with the best of the as many best-scored predictions, -1 without any; mean over images, then targets',
        version: '1',
        without: (pair) => needsBoxes(pair) ?? (pair.reference.boxes?.length ? undefined : 'the target is not there'),
        classOf: ({ target }) => target,
        value: giouOfTruths,
      }),
    },
  },
];

/**
 * Scores where targets were found.
 *
 * @throws {VividMedError} `data` for no pairs or a repeated id, `shape` for masks of another grid, `numeric` for masks with
 *   NaN; `config` for an unknown metric.
 */
export const scoreLocalisation = (
  pairs: Iterable<LocalisationPair> | AsyncIterable<LocalisationPair>,
  options: ScoreOptions = {},
): Promise<Scores> => runMetrics(localisationMetrics, pairs, options, checkPair);
