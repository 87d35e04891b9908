import {
  applyPreparation,
  explainPreprocessing,
  planPreparation,
  type PreparableVolume,
  type PreparationRecord,
} from '@vividmed/imaging';
import { planVolume, type VividMedConfig, type VolumeLike } from '@vividmed/vlm';

const known = new WeakMap<PreparableVolume, PreparationRecord>();

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

const readable = new WeakMap<PreparableVolume, VolumeLike>();

/**
 * The image as readers take it: prepared anew when its voxels are asked for, so that an image whose encoding is kept takes no memory
 * a second time. The same image gives the same object, by which encodings are kept.
 */
export function readableVolume(volume: PreparableVolume): VolumeLike {
  const made = readable.get(volume) ?? {
    shape: preparationOf(volume).output.shape,
    get data() {
      return preparedVolume(volume).data;
    },
  };
  readable.set(volume, made);
  return made;
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
