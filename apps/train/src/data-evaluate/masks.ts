import { createRng } from '@vividmed/core';
import { conversationOf, type Sample } from '@vividmed/datasets';
import { dice } from '@vividmed/metrics';
import type { PreparedStudy } from '../data/prepared-study.js';
import { createLocaliser, createProbe } from '../evaluation/forward.js';
import type { ModelInUse } from '@vividmed/inference';

/** A grounded conversation about one target of a study, its phrase given: what is asked is where. */
function questionAbout({ study }: PreparedStudy, target: string): Sample | undefined {
  const alone = { ...study, masks: { [target]: study.masks[target]! }, boxes: {}, present: [], absent: [] };
  const rng = createRng(0).fork(`${study.id} ${target}`);
  return conversationOf(alone, 'grounding', rng, { grounding: 1, modality: 0, single: 1 });
}

/** The masks that a model finds for the targets of each study that have one, on the grid of the model's image. */
export function findMasks(
  model: ModelInUse,
  studies: readonly PreparedStudy[],
  onProgress?: (done: number) => void,
): Record<string, Uint8Array>[] {
  const collate = createProbe(model);
  const localiser = createLocaliser(model);
  const found = studies.map((prepared, i) => {
    const { study, plan } = prepared;
    const masks: Record<string, Uint8Array> = {};
    for (const target of Object.keys(study.masks)) {
      const sample = questionAbout(prepared, target);
      if (!sample) continue;
      const [logits] = localiser.run(collate([[{ sample, rng: createRng(0), plan }]])) as [Float32Array];
      masks[target] = Uint8Array.from(logits, (logit) => (logit > 0 ? 1 : 0));
    }
    onProgress?.(i + 1);
    return masks;
  });
  localiser.dispose();
  return found;
}

/** Dice of the masks found of a target, over the images that show it. */
export interface TargetDice {
  dice: number;
  images: number;
}

/** Mean Dice of each target, in the order of names. */
export function diceOfTargets(
  studies: readonly PreparedStudy[],
  found: readonly Readonly<Record<string, Uint8Array>>[],
): Record<string, TargetDice> {
  const sums = new Map<string, TargetDice>();
  studies.forEach(({ study }, i) => {
    for (const [target, mask] of Object.entries(found[i]!)) {
      const { dice: sum, images } = sums.get(target) ?? { dice: 0, images: 0 };
      sums.set(target, { dice: sum + dice(mask, study.masks[target]!), images: images + 1 });
    }
  });
  return Object.fromEntries(
    [...sums]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([target, { dice: sum, images }]) => [target, { dice: sum / images, images }]),
  );
}
