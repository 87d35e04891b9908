import { createRng } from '@vividmed/core';
import {
  type AnatomyName,
  type Box,
  type Case,
  type FindingName,
  findingNames,
  isFinding,
  type Sample,
  truthOf,
} from '@vividmed/datasets';
import { restoreBox, restoreMask } from '@vividmed/imaging';
import { boxAveragePrecision, boxGiou, dice, type ScoredBox } from '@vividmed/metrics';
import { preparationOf } from '../data/preparation.js';
import { planVolume, suppressRepeats, volumeBox, volumeValues } from '@vividmed/vlm';
import { createLocaliser, createProbe } from './forward.js';
import type { ModelInUse } from './model.js';

/** Where the localiser says one target is, on the grid of its image. */
export interface LocalisedTarget {
  target: AnatomyName | FindingName;
  /** 1 inside; of anatomy. */
  mask: Uint8Array;
  /** Of findings: every query with its score. */
  boxes: { box: Box; score: number }[];
}

/** One question about one target, its phrase given: what is asked is where, not whether it would be said. */
function questionAbout(subject: Case, target: AnatomyName | FindingName): Sample {
  const truth = truthOf(subject, target);
  return {
    task: 'targetPresence',
    caseId: subject.id,
    plane: subject.plane,
    volume: subject.volume,
    turns: [{ question: `Is ${target} in the image?`, answer: [{ phrase: target, target, present: truth.present }] }],
    grounded: true,
    regions: [{ target, ...truth, turn: 0, segment: 0 }],
  };
}

/** Localises targets in images of one shape: per image, per target. */
export function localiseTargets(
  model: ModelInUse,
  cases: readonly Case[],
  targets: readonly (AnatomyName | FindingName)[],
  onProgress?: (done: number) => void,
): LocalisedTarget[][] {
  const { config } = model;
  const collate = createProbe(model);
  const localiser = createLocaliser(model);
  const m = config.sam.numInstances;
  const results = cases.map((subject, done) => {
    const drawn = targets.map((target) => ({ sample: questionAbout(subject, target), rng: createRng(0) }));
    // The outputs of a localiser.
    const [logits, boxes, scores] = localiser.run(collate([drawn])) as [Float32Array, Float32Array, Float32Array];
    const record = preparationOf(subject.volume);
    const { shape } = record.output;
    const plan = planVolume(shape, config);
    const voxels = plan.padded.reduce((a, b) => a * b, 1);
    onProgress?.(done + 1);
    return targets.map((target, k) => ({
      target,
      mask: isFinding(target)
        ? new Uint8Array(0)
        : restoreMask(
            record,
            Uint8Array.from(volumeValues(logits.slice(k * voxels, (k + 1) * voxels), { shape }, plan), (value) =>
              value > 0 ? 1 : 0,
            ),
          ),
      boxes: isFinding(target)
        ? Array.from({ length: m }, (_, q) => ({
            box: restoreBox(record, volumeBox(boxes.subarray((k * m + q) * 6, (k * m + q + 1) * 6), { shape }, plan)),
            score: scores[k * m + q]!,
          }))
        : [],
    }));
  });
  localiser.dispose();
  return results;
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
export function scoreLocalisation(
  model: ModelInUse,
  cases: readonly Case[],
  onProgress?: (done: number) => void,
): LocalisationScores {
  const found = localiseTargets(model, cases, [...measuredAnatomy, ...findingNames], onProgress);
  const diceOf = (name: AnatomyName): number =>
    mean(cases.map((subject, i) => dice(found[i]!.find(({ target }) => target === name)!.mask, subject.masks[name])));
  const giou: number[] = [];
  const averagePrecision: Record<string, number> = {};
  for (const name of findingNames) {
    const predictions: ScoredBox[] = [];
    const truths: Omit<ScoredBox, 'score'>[] = [];
    cases.forEach((subject, i) => {
      const boxes = suppressRepeats(found[i]!.find(({ target }) => target === name)!.boxes);
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
