import { check } from '@vividmed/core';
import { boxesByImage, type ImageBoxes, type ScoredBox, type TrueBox } from './image-boxes.js';

export interface FrocOptions {
  /** Images that were searched, those without any box included. */
  numImages: number;
  /** IoU that a hit needs, or `centre`: the prediction's centre lies in the true box, as LUNA16 has it with spheres. */
  hit?: number | 'centre';
  /** False positives per image at which the sensitivity is read; 1/8, 1/4, 1/2, 1, 2, 4 and 8 by default. */
  falsePositivesPerImage?: readonly number[];
  /** Between the points of the curve: straight lines (LUNA16), or the last point before, which some threshold reaches. */
  between?: 'line' | 'step';
}

export interface Froc {
  /** Mean of the sensitivities read; NaN without true boxes. */
  score: number;
  /** At each of the numbers of false positives. */
  sensitivities: number[];
  /** From no prediction to all of them: what every threshold of the score reaches. */
  curve: { threshold: number; falsePositivesPerImage: number; sensitivity: number }[];
}

/** Which true boxes each prediction finds. */
function hitsOf({ predictions, truths, iou }: ImageBoxes, hit: number | 'centre'): number[][] {
  const holds = ({ box }: TrueBox, inner: TrueBox): boolean =>
    [0, 1, 2].every((axis) => {
      const centre = (inner.box[axis]! + inner.box[axis + 3]!) / 2;
      return centre >= box[axis]! && centre <= box[axis + 3]!;
    });
  return predictions.map((prediction, i) =>
    [...truths.keys()].filter((j) => (hit === 'centre' ? holds(truths[j]!, prediction) : iou[i]![j]! >= hit)),
  );
}

/** What each score brings: true boxes that nothing better found, and predictions that find none. */
function eventsOf(
  images: readonly ImageBoxes[],
  hit: number | 'centre',
): Map<number, { found: number; false: number }> {
  const events = new Map<number, { found: number; false: number }>();
  for (const image of images) {
    const known = new Set<number>();
    hitsOf(image, hit).forEach((hits, i) => {
      const { score } = image.predictions[i]!;
      const event = events.get(score) ?? { found: 0, false: 0 };
      event.found += hits.filter((truth) => !known.has(truth)).length;
      event.false += hits.length === 0 ? 1 : 0;
      for (const truth of hits) known.add(truth);
      events.set(score, event);
    });
  }
  return events;
}

/** Sensitivity of the curve at a number of false positives; beyond its end, that of its end. */
function read(curve: Froc['curve'], rate: number, between: 'line' | 'step'): number {
  const last = curve.findLastIndex(({ falsePositivesPerImage }) => falsePositivesPerImage <= rate);
  const [low, high] = [curve[last]!, curve[last + 1]];
  if (between === 'step' || !high) return low.sensitivity;
  const share = (rate - low.falsePositivesPerImage) / (high.falsePositivesPerImage - low.falsePositivesPerImage);
  return low.sensitivity + share * (high.sensitivity - low.sensitivity);
}

/**
 * Free-response ROC: the share of true boxes that is found, over the false positives in an image, and its mean at fixed numbers
 * of them (LUNA16's competition performance metric; Setio et al. 2017). A true box counts from the best score that finds it;
 * more predictions of the same box are neither hits nor false positives.
 *
 * @throws {VividMedError} `config` for fewer images than have boxes, an IoU outside (0, 1] or a number of false positives
 *   below 0; `numeric` for a score that is no number; `shape` or `numeric` for a wrong box.
 */
export function froc(
  predictions: readonly ScoredBox[],
  truths: readonly TrueBox[],
  {
    numImages,
    hit = 'centre',
    falsePositivesPerImage = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8],
    between = 'line',
  }: FrocOptions,
): Froc {
  const images = boxesByImage(predictions, truths, 'froc');
  check(
    numImages > 0 && numImages >= images.length,
    'config',
    `froc: expected a number of images of at least ${Math.max(1, images.length)}, found ${numImages}.`,
    'Count the images that were searched, those without boxes included.',
  );
  check(hit === 'centre' || (hit > 0 && hit <= 1), 'config', `froc: expected an IoU in (0, 1], found ${hit}.`);
  const wrong = falsePositivesPerImage.find((rate) => !(rate >= 0));
  check(wrong === undefined, 'config', `froc: expected numbers of false positives of at least 0, found ${wrong}.`);
  const events = [...eventsOf(images, hit)].toSorted(([a], [b]) => b - a);
  const curve: Froc['curve'] = [
    { threshold: Infinity, falsePositivesPerImage: 0, sensitivity: truths.length === 0 ? Number.NaN : 0 },
  ];
  let [found, wrongly] = [0, 0];
  for (const [threshold, event] of events) {
    found += event.found;
    wrongly += event.false;
    curve.push({ threshold, falsePositivesPerImage: wrongly / numImages, sensitivity: found / truths.length });
  }
  const sensitivities = falsePositivesPerImage.map((rate) => read(curve, rate, between));
  return { score: sensitivities.reduce((sum, value) => sum + value, 0) / sensitivities.length, sensitivities, curve };
}
