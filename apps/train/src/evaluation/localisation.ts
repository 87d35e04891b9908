import * as tf from '@tensorflow/tfjs';
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
import { jit } from '@vividmed/engine';
import { restoreBox, restoreMask } from '@vividmed/imaging';
import { boxAveragePrecision, boxGiou, dice, type ScoredBox } from '@vividmed/metrics';
import { resizeMaskLogits } from '@vividmed/sam-decoder';
import { createCollate } from '../data/collate.js';
import { preparationOf } from '../data/preparation.js';
import { planVolume, suppressRepeats, volumeBox, volumeValues } from '@vividmed/vlm';
import { parseTrainConfig } from '../config.js';
import { batchSignature, toTensors } from '../training/batch.js';
import { runModel } from '../training/losses.js';
import { flatInputs, type ModelInUse } from './model.js';

/** Where the localiser says one target is, on the grid of its image. */
export interface LocalisedTarget {
  target: AnatomyName | FindingName;
  /** 1 inside; of anatomy. */
  mask: Uint8Array;
  /** Of findings: every query with its score. */
  boxes: { box: Box; score: number }[];
}

const probe = parseTrainConfig(
  { name: 'evaluation', tasks: {}, steps: 1, maxPhrases: 1, augment: false, optimiser: { peakLr: 1, warmupSteps: 0 } },
  'evaluation',
);

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
  { params, config, tokenizer }: ModelInUse,
  cases: readonly Case[],
  targets: readonly (AnatomyName | FindingName)[],
  onProgress?: (done: number) => void,
): LocalisedTarget[][] {
  const collate = createCollate({ model: config, train: probe, tokenizer });
  const flat = flatInputs(params);
  const m = config.sam.numInstances;
  let run: ((inputs: readonly tf.Tensor[]) => tf.Tensor[]) & { dispose(): void } = Object.assign(() => [], {
    dispose: () => {},
  });
  let signature = '';
  const results = cases.map((subject, done) => {
    const drawn = targets.map((target) => ({ sample: questionAbout(subject, target), rng: createRng(0) }));
    const batch = collate([drawn]);
    const tensors = toTensors(batch.arrays);
    const names = Object.keys(tensors).sort();
    if (batchSignature(batch) !== signature) {
      run.dispose();
      signature = batchSignature(batch);
      run = jit((inputs) => {
        const arrays = Object.fromEntries(names.map((name, i) => [name, inputs[flat.tensors.length + i]!]));
        const found = runModel(flat.tree(inputs), config, arrays, batch.groups).localised[0]!;
        const { padded } = batch.groups[0]!;
        return [resizeMaskLogits(found.maskLogits, padded), found.boxes, tf.sigmoid(found.presenceLogits)];
      });
    }
    const outputs = run([...flat.tensors, ...names.map((name) => tensors[name]!)]);
    const [logits, boxes, scores] = outputs.map((output) => output.dataSync() as Float32Array) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    tf.dispose([outputs, Object.values(tensors)]);
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
  run.dispose();
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
