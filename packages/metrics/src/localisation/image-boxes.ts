import { type Box, boxIou, check } from '@vividmed/core';
import { assignBoxes, type Matching } from './box-matching.js';
import { checkBox } from './boxes.js';
import { groupBy } from './group-by.js';

export interface TrueBox {
  /** What the box is searched in: boxes are only compared within one image. */
  image: string | number;
  box: Box;
}

export interface ScoredBox extends TrueBox {
  score: number;
}

/** Predictions of one image, best score first, its true boxes, and the IoU of every pair. */
export interface ImageBoxes {
  /** `index` is the place in the list that came in. */
  predictions: readonly (ScoredBox & { index: number })[];
  truths: readonly TrueBox[];
  /** [predictions][true boxes]. */
  iou: readonly (readonly number[])[];
}

/** @throws {VividMedError} `numeric` for a score that is no number; `shape` or `numeric` for a wrong box. */
export function checkDetections(predictions: readonly ScoredBox[], truths: readonly TrueBox[], where: string): void {
  predictions.forEach(({ score, box }, i) => {
    check(!Number.isNaN(score), 'numeric', `${where}: expected a score of prediction ${i}, found ${score}.`);
    checkBox(box, `${where}: prediction ${i}`);
  });
  truths.forEach(({ box }, i) => checkBox(box, `${where}: true box ${i}`));
}

/**
 * Boxes of each image that has any. Predictions of one score keep their order.
 *
 * @throws {VividMedError} `numeric` for a score that is no number; `shape` or `numeric` for a wrong box.
 */
export function boxesByImage(
  predictions: readonly ScoredBox[],
  truths: readonly TrueBox[],
  where: string,
): ImageBoxes[] {
  checkDetections(predictions, truths, where);
  const indexed = predictions.map(({ image, box, score }, index) => ({ image, box, score, index }));
  const [found, there] = [groupBy(indexed, ({ image }) => image), groupBy(truths, ({ image }) => image)];
  return [...new Set([...found.keys(), ...there.keys()])].map((image) => {
    const ordered = (found.get(image) ?? []).sort((a, b) => b.score - a.score);
    const boxes = there.get(image) ?? [];
    return { predictions: ordered, truths: boxes, iou: ordered.map(({ box }) => boxes.map((t) => boxIou(box, t.box))) };
  });
}

/** A prediction that counts, and whether it found a true box. */
export interface Outcome {
  score: number;
  isHit: boolean;
}

export interface OutcomeOptions {
  threshold: number;
  matching: Matching;
  /** Predictions of an image that count, best first; all by default. */
  maxDetections?: number;
  /** Volumes of true boxes that count, both ends included; in 2D, with a depth of 1, areas. */
  volumes?: readonly [number, number];
}

const volumeOf = (box: Box): number => [0, 1, 2].reduce((product, axis) => product * (box[axis + 3]! - box[axis]!), 1);

/**
 * What became of the predictions of all images, best score first, and how many true boxes count. Of true boxes whose volume
 * does not count, those that find them do not count either, nor do those that find nothing and have such a volume (COCO).
 */
export function outcomesOf(
  images: readonly ImageBoxes[],
  { threshold, matching, maxDetections = Infinity, volumes = [-Infinity, Infinity] }: OutcomeOptions,
): { outcomes: Outcome[]; numTruths: number } {
  const counts = (box: Box): boolean => volumeOf(box) >= volumes[0] && volumeOf(box) <= volumes[1];
  const outcomes: (Outcome & { index: number })[] = [];
  let numTruths = 0;
  for (const { predictions, truths, iou } of images) {
    const rows = iou.slice(0, maxDetections);
    const allowed = truths.map(({ box }) => counts(box));
    numTruths += allowed.filter(Boolean).length;
    const found = assignBoxes(rows, threshold, matching, allowed);
    const rest = [...rows.keys()].filter((i) => found[i]! < 0);
    const beside = assignBoxes(
      rest.map((i) => rows[i]!),
      threshold,
      matching,
      allowed.map((isAllowed) => !isAllowed),
    );
    const ignored = new Set(rest.filter((i, at) => beside[at]! >= 0 || !counts(predictions[i]!.box)));
    rows.forEach((_, i) => {
      const { score, index } = predictions[i]!;
      if (!ignored.has(i)) outcomes.push({ score, isHit: found[i]! >= 0, index });
    });
  }
  outcomes.sort((a, b) => b.score - a.score || a.index - b.index);
  return { outcomes, numTruths };
}
