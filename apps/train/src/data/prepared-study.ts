import { resizeValues } from '@vividmed/core';
import { type Box, type LabelGrid, type Study, unpackValue } from '@vividmed/datasets';
import { applyPreparation, planPreparation, type PreparationRecord, prepareBox, prepareMask } from '@vividmed/imaging';
import type { Plan } from '@vividmed/patch-embed';
import { modelBox, modelImage, modelMask, planCanvas, type VividMedConfig } from '@vividmed/vlm';
import { markPrepared, preparationOf, preparedVolume } from '@vividmed/inference';

/** A study on the grid of the image that the model reads, and the plan of its tokens. */
export interface PreparedStudy {
  study: Study;
  /** Nothing is left to resize or to pad. */
  plan: Plan;
}

/** A prepared study as it is kept: of a label map, the image is still to be rendered. */
export interface KeptStudy extends PreparedStudy {
  labels?: {
    /** Labels on the grid of the model's image, its padding left out. */
    grid: LabelGrid;
    /** Where they lie in the model's image. */
    plan: Plan;
  };
}

/** Corners in voxels of the model's image, from centre and size in parts of it. */
function cornersOf(box: Float32Array, { padded }: Plan): Box {
  const at = (axis: 0 | 1 | 2, sign: number): number => (box[axis]! + (sign * box[axis + 3]!) / 2) * padded[axis];
  return [at(0, -1), at(1, -1), at(2, -1), at(0, 1), at(1, 1), at(2, 1)];
}

/** The axis from side to side after the turn of a record. */
function turnedAxis({ steps }: PreparationRecord, axis: 0 | 1 | 2): 0 | 1 | 2 {
  const turn = steps.find((step) => step.kind === 'orient');
  // `axes` holds each of 0, 1 and 2 once.
  return turn ? (turn.axes.indexOf(axis) as 0 | 1 | 2) : axis;
}

/** Labels turned as their record says, and on a grid of another size: each new voxel has the label at its centre. */
function labelsOn(
  { volume }: Study,
  [depth, height, width]: Plan['resized'],
  spacingMm: LabelGrid['spacingMm'],
): LabelGrid {
  // A window from 0 to 1 times their largest value turns labels without changing them.
  const high = volume.data.reduce((most, label) => Math.max(most, label), 1);
  const { data, shape } = applyPreparation(planPreparation(volume, { windows: [{ low: 0, high }] }), volume);
  const size = [depth, height, width] as const;
  const parts = resizeValues(data, shape, size, { shrink: 'nearest', grow: 'nearest' });
  return { labels: Int32Array.from(parts, (part) => Math.round(part * high)), shape: size, spacingMm };
}

/**
 * A study as a step of training takes it: image, masks and boxes turned, windowed and resized by the functions that inference
 * calls. A target too small for a voxel of the model's image is known to be there, and no longer where.
 */
export function prepareStudy(study: Study, model: VividMedConfig, patchDepth?: number): KeptStudy {
  const { volume } = study;
  const record = preparationOf(volume);
  const plan = planCanvas(record.output.shape, model, patchDepth);
  const spacingMm = [0, 1, 2].map(
    (axis) => (record.output.spacingMm[axis]! * record.output.shape[axis]!) / plan.resized[axis]!,
  ) as [number, number, number];
  const isLabelMap = volume.modality === 'SEG';
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
  const { leftRightAxis, ...rest } = study;
  return {
    study: {
      ...rest,
      ...(leftRightAxis === undefined ? {} : { leftRightAxis: turnedAxis(record, leftRightAxis) }),
      masks,
      boxes: Object.fromEntries(boxes),
      present: [...new Set([...study.present, ...lost])],
      volume: {
        data: isLabelMap
          ? new Float32Array(plan.padded[0] * plan.padded[1] * plan.padded[2])
          : modelImage(preparedVolume(volume), plan),
        shape: plan.padded,
        spacingMm,
        modality: volume.modality,
      },
    },
    plan: { ...plan, resized: plan.padded, padBefore: [0, 0, 0] },
    ...(isLabelMap ? { labels: { grid: labelsOn(study, plan.resized, spacingMm), plan } } : {}),
  };
}

/** The study in packed bytes of `prepareStudy`. */
export function unpackStudy(bytes: Uint8Array): KeptStudy {
  // Packed by this program from a value of this type, and kept with a digest.
  const prepared = unpackValue(bytes) as KeptStudy;
  markPrepared(prepared.study.volume);
  return prepared;
}
