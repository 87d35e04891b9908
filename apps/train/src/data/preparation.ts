import type { Volume } from '@vividmed/datasets';
import {
  applyPreparation,
  explainPreprocessing,
  planPreparation,
  type PreparableVolume,
  type PreparationRecord,
} from '@vividmed/imaging';
import { planVolume, type VividMedConfig, type VolumeLike } from '@vividmed/vlm';

const known = new WeakMap<Volume, PreparationRecord>();

/** How an image is turned and windowed before a model plans its tokens; found once, in training and at inference. */
export function preparationOf(volume: PreparableVolume): PreparationRecord {
  const record = known.get(volume) ?? planPreparation(volume);
  known.set(volume, record);
  return record;
}

/** The image as `planVolume` and `modelImage` take it. */
export function preparedVolume(volume: PreparableVolume): VolumeLike {
  return applyPreparation(preparationOf(volume), volume);
}

/** What a model's preprocessing does to an image, its own grid included, in lines that people read. */
export function explainModelInput(volume: PreparableVolume, config: VividMedConfig): string {
  const { resized, padded } = planVolume(preparationOf(volume).output.shape, config);
  return explainPreprocessing(planPreparation(volume, { resample: { shape: resized }, pad: { shape: padded } }));
}

/** Says that an image is prepared already: turned, and in [0, 1]. */
export function markPrepared(volume: PreparableVolume): void {
  known.set(volume, planPreparation(volume, { orientation: 'keep', windows: [{ low: 0, high: 1 }] }));
}
