import { type Box, type Study, unpackValue } from '@vividmed/datasets';
import { prepareBox, prepareMask } from '@vividmed/imaging';
import type { Plan } from '@vividmed/patch-embed';
import { modelBox, modelImage, modelMask, planCanvas, type VividMedConfig } from '@vividmed/vlm';
import { markPrepared, preparationOf, preparedVolume } from '@vividmed/inference';

/** A study on the grid of the image that the model reads, and the plan of its tokens. */
export interface PreparedStudy {
  study: Study;
  /** Nothing is left to resize or to pad. */
  plan: Plan;
}

/** Corners in voxels of the model's image, from centre and size in parts of it. */
function cornersOf(box: Float32Array, { padded }: Plan): Box {
  const at = (axis: 0 | 1 | 2, sign: number): number => (box[axis]! + (sign * box[axis + 3]!) / 2) * padded[axis];
  return [at(0, -1), at(1, -1), at(2, -1), at(0, 1), at(1, 1), at(2, 1)];
}

/**
 * A study as a step of training takes it: image, masks and boxes turned, windowed and resized by the functions that inference
 * calls. A target too small for a voxel of the model's image is known to be there, and no longer where.
 */
export function prepareStudy(study: Study, model: VividMedConfig): PreparedStudy {
  const { volume } = study;
  const record = preparationOf(volume);
  const plan = planCanvas(record.output.shape, model);
  const data = modelImage(preparedVolume(volume), plan);
  const lost: string[] = [];
  const masks: Record<string, Uint8Array> = {};
  for (const [name, mask] of Object.entries(study.masks)) {
    const made = Uint8Array.from(modelMask(prepareMask(record, mask), record.output, plan));
    if (made.includes(1)) masks[name] = made;
    else if (mask.includes(1)) lost.push(name);
  }
  const boxes = Object.entries(study.boxes).map(([name, found]) => [
    name,
    found.map((box) => cornersOf(modelBox(prepareBox(record, box), record.output, plan), plan)),
  ]);
  const { leftRightAxis: _, ...rest } = study;
  return {
    study: {
      ...rest,
      masks,
      boxes: Object.fromEntries(boxes),
      present: [...new Set([...study.present, ...lost])],
      volume: {
        data,
        shape: plan.padded,
        spacingMm: [0, 1, 2].map(
          (axis) => (record.output.spacingMm[axis]! * record.output.shape[axis]!) / plan.resized[axis]!,
        ) as [number, number, number],
        modality: volume.modality,
      },
    },
    plan: { ...plan, resized: plan.padded, padBefore: [0, 0, 0] },
  };
}

/** The study in packed bytes of `prepareStudy`. */
export function unpackStudy(bytes: Uint8Array): PreparedStudy {
  // Packed by this program from a value of this type, and kept with a digest.
  const prepared = unpackValue(bytes) as PreparedStudy;
  markPrepared(prepared.study.volume);
  return prepared;
}
