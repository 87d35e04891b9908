import {
  anatomyNames,
  type AnatomyName,
  type Case,
  findingNames,
  type FindingName,
  isFinding,
  type Side,
  phantomTargetOf,
  truthOf,
} from '@vividmed/datasets';
import { prepareMask } from '@vividmed/imaging';
import type { Plan } from '@vividmed/patch-embed';
import { modelMask } from '@vividmed/vlm';
import { preparationOf } from '@vividmed/inference';

/** What an encoder learns to see: the findings, then the anatomy. */
export const cellClasses: readonly (FindingName | AnatomyName)[] = [...findingNames, ...anatomyNames];

/** A class, on one side of the patient if one is named. */
export interface CellTarget {
  name: FindingName | AnatomyName;
  side?: Side;
}

const sides = ['left', 'right'] as const;

/** What a token of the tower says: every class, and of a finding that has a side on which. */
export const tokenTargets: readonly CellTarget[] = cellClasses.flatMap((name): CellTarget[] =>
  isFinding(name) && phantomTargetOf(name).sided ? sides.map((side) => ({ name, side })) : [{ name }],
);

function findCover(subject: Case, { name, side }: CellTarget, plan: Plan): Uint8Array {
  const { mask } = truthOf(subject, name, side);
  const [gridDepth, gridHeight, gridWidth] = plan.grid;
  const parts = new Float32Array(gridDepth * gridHeight * gridWidth);
  if (!mask) return new Uint8Array(parts.length);
  const [depth, height, width] = plan.padded;
  const [d1, h1, w1] = plan.padded.map((size, axis) => size / plan.grid[axis]!) as [number, number, number];
  const record = preparationOf(subject.volume);
  const inside = modelMask(prepareMask(record, mask), record.output, plan);
  for (let voxel = 0, d = 0; d < depth; d++) {
    for (let h = 0; h < height; h++) {
      const row = (Math.floor(d / d1) * gridHeight + Math.floor(h / h1)) * gridWidth;
      for (let w = 0; w < width; w++, voxel++) if (inside[voxel] === 1) parts[row + Math.floor(w / w1)]! += 1;
    }
  }
  return Uint8Array.from(parts, (count) => Math.round((255 * count) / (d1 * h1 * w1)));
}

/** Covers found before: a case is seen in every epoch, cut the same few ways. In 255ths, for they are many. */
const known = new WeakMap<Case, Map<string, Uint8Array>>();

/** How much of each patch of a plan a target covers, [d * h * w] in 255ths. */
export function cellCover(subject: Case, target: CellTarget, plan: Plan): Uint8Array {
  const covers = known.get(subject) ?? new Map<string, Uint8Array>();
  known.set(subject, covers);
  const key = `${target.side ?? ''} ${target.name} ${plan.resized.join()} ${plan.padded.join()} ${plan.grid.join()}`;
  const cover = covers.get(key) ?? findCover(subject, target, plan);
  covers.set(key, cover);
  return cover;
}
