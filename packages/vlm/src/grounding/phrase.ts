import { check } from '@vividmed/core';
import type { Plan } from '@vividmed/patch-embed';
import type { GeneratedPhrase } from '../generate/row.js';
import { volumeBox, volumeValues } from '../preprocess/model-image.js';
import type { VolumeLike } from '../preprocess/volume.js';
import type { RawRegion } from './localiser.js';
import { type ScoredBox, suppressRepeats } from './suppress.js';

/** What of a phrase is shown: anatomy as a mask, abnormalities as boxes (paper 3.1), or both where nobody knows. */
export type PhraseKind = 'mask' | 'boxes' | 'both';

/** Where an image shows a phrase. */
export interface PhraseRegion {
  kind: PhraseKind;
  /** 1 inside, on the grid of the volume that came in; empty when `kind` is `boxes`. */
  mask: Uint8Array;
  /** Boxes above the threshold in voxels of that volume, best first, repeats left out; empty when `kind` is `mask`. */
  boxes: ScoredBox[];
  /**
   * How sure each branch is, in [0, 1], shown or not. `mask`: the mean probability of the voxels of the model's image that
   * are inside, or the highest one where none is. `boxes`: the highest presence score. Either is at least its threshold
   * exactly when that branch finds something on the model's grid.
   */
  scores: { mask: number; boxes: number };
  /** False when nothing of what is shown was found: that is an answer too. */
  found: boolean;
}

/** A phrase of an answer and where the image shows it. */
export interface GroundedPhrase extends Omit<GeneratedPhrase, 'hidden'>, PhraseRegion {}

/** What is taken for found. */
export interface RegionThresholds {
  /** Probability from which a voxel is inside a mask; 0.5 by default. */
  maskThreshold?: number;
  /** Presence score from which a box is shown; 0.5 by default, and 0 shows every instance. */
  boxThreshold?: number;
}

export interface RegionOptions extends Required<RegionThresholds> {
  kind: PhraseKind;
}

/** Thresholds with their defaults. @throws {VividMedError} `config` for one that is no probability. */
export function checkThresholds(
  { maskThreshold = 0.5, boxThreshold = 0.5 }: { [K in keyof RegionThresholds]: RegionThresholds[K] | undefined },
  where: string,
): Required<RegionThresholds> {
  check(
    maskThreshold > 0 && maskThreshold < 1 && boxThreshold >= 0 && boxThreshold < 1,
    'config',
    `${where}: expected thresholds between 0 and 1, found ${maskThreshold} and ${boxThreshold}.`,
  );
  return { maskThreshold, boxThreshold };
}

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Mean probability of the voxels inside the mask, the padding of the image left out. */
function maskScore(logits: Float32Array, { padded, padBefore, resized }: Plan, from: number): number {
  let [sum, count, highest] = [0, 0, Number.NEGATIVE_INFINITY];
  for (let d = padBefore[0]; d < padBefore[0] + resized[0]; d++) {
    for (let h = padBefore[1]; h < padBefore[1] + resized[1]; h++) {
      const row = (d * padded[1] + h) * padded[2] + padBefore[2];
      for (let i = row; i < row + resized[2]; i++) {
        const logit = logits[i]!;
        if (logit > highest) highest = logit;
        if (logit < from) continue;
        sum += sigmoid(logit);
        count++;
      }
    }
  }
  return count > 0 ? sum / count : sigmoid(highest);
}

/** What the localiser says of a phrase, on the grid of its volume. */
export function regionOf(
  { logits, boxes, presence }: RawRegion,
  { volume, plan }: { volume: Pick<VolumeLike, 'shape'>; plan: Plan },
  { kind, maskThreshold, boxThreshold }: RegionOptions,
): PhraseRegion {
  const from = Math.log(maskThreshold / (1 - maskThreshold));
  const mask =
    kind === 'boxes'
      ? new Uint8Array(0)
      : Uint8Array.from(volumeValues(logits, volume, plan), (logit) => (logit >= from ? 1 : 0));
  const kept: ScoredBox[] = [];
  if (kind !== 'mask') {
    presence.forEach((score, q) => {
      if (score >= boxThreshold) kept.push({ box: volumeBox(boxes.subarray(q * 6, q * 6 + 6), volume, plan), score });
    });
  }
  return {
    kind,
    mask,
    boxes: suppressRepeats(kept),
    scores: { mask: maskScore(logits, plan, from), boxes: Math.max(...presence) },
    found: mask.includes(1) || kept.length > 0,
  };
}
