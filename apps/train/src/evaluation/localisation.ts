import { type AnatomyName, type Case, type FindingName, findingNames } from '@vividmed/datasets';
import type { ImageReader, LocatedPhrase } from '@vividmed/inference';
import { boxAveragePrecision, boxGiou, dice, type ScoredBox } from '@vividmed/metrics';

/**
 * Localises targets in images of one shape: per image, per target. Their names are the phrases, given: what is asked is where they
 * are, not whether they would be said. Of findings, every query that repeats no better one is there with its score.
 */
export async function localiseTargets(
  reader: ImageReader,
  cases: readonly Case[],
  targets: readonly (AnatomyName | FindingName)[],
  onProgress?: (done: number) => void,
): Promise<LocatedPhrase[][]> {
  const items = cases.flatMap(({ volume }) => targets.map((phrase) => ({ volume, phrase })));
  const found = cases.map((): LocatedPhrase[] => []);
  for await (const phrase of reader.locate(items, { boxThreshold: 0 })) {
    found[Math.floor(phrase.item / targets.length)]!.push(phrase);
    onProgress?.(Math.floor((phrase.item + 1) / targets.length));
  }
  return found;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Anatomy whose masks are measured. */
export const measuredAnatomy = ['lungs', 'heart'] as const;

export interface LocalisationScores {
  /** Mean Dice per structure. */
  dice: Record<(typeof measuredAnatomy)[number], number>;
  /** Per finding, over all images, those without it included. */
  averagePrecision: Record<string, number>;
  /** Mean of the above over the findings that occur. */
  ap50: number;
  /** GIoU of each true box with the best of the as many best-scored predictions, on average. */
  meanGiou: number;
}

/** Dice of anatomy, and average precision and GIoU of findings, on images of one shape. */
export async function scoreLocalisation(
  reader: ImageReader,
  cases: readonly Case[],
  onProgress?: (done: number) => void,
): Promise<LocalisationScores> {
  const found = await localiseTargets(reader, cases, [...measuredAnatomy, ...findingNames], onProgress);
  const diceOf = (name: AnatomyName): number =>
    mean(cases.map((subject, i) => dice(found[i]!.find(({ text }) => text === name)!.mask, subject.masks[name])));
  const giou: number[] = [];
  const averagePrecision: Record<string, number> = {};
  for (const name of findingNames) {
    const predictions: ScoredBox[] = [];
    const truths: Omit<ScoredBox, 'score'>[] = [];
    cases.forEach((subject, i) => {
      const boxes = found[i]!.find(({ text }) => text === name)!.boxes;
      const truth = subject.boxes[name];
      predictions.push(...boxes.map(({ box, score }) => ({ image: i, box, score })));
      truths.push(...truth.map((box) => ({ image: i, box })));
      const best = boxes.slice(0, truth.length);
      giou.push(...truth.map((box) => Math.max(-1, ...best.map((other) => boxGiou(other.box, box)))));
    });
    averagePrecision[name] = boxAveragePrecision(predictions, truths).ap;
  }
  return {
    dice: { lungs: diceOf('lungs'), heart: diceOf('heart') },
    averagePrecision,
    ap50: mean(Object.values(averagePrecision).filter((ap) => !Number.isNaN(ap))),
    meanGiou: mean(giou),
  };
}
