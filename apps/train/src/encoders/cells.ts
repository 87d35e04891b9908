import { anatomyNames, type AnatomyName, type Case, findingNames, type FindingName, truthOf } from '@vividmed/datasets';
import type { Plan } from '@vividmed/patch-embed';
import { modelMask } from '@vividmed/vlm';

/** What a patch may show: the findings, then the anatomy. */
export const cellClasses: readonly (FindingName | AnatomyName)[] = [...findingNames, ...anatomyNames];

function findCover(subject: Case, plan: Plan): Float32Array {
  const { padded, grid } = plan;
  const [depth, height, width] = padded;
  const patch = padded.map((size, axis) => size / grid[axis]!);
  const numClasses = cellClasses.length;
  const share = grid.reduce((a, b) => a * b, 1) / (depth * height * width);
  const cover = new Float32Array(grid[0] * grid[1] * grid[2] * numClasses);
  cellClasses.forEach((name, k) => {
    const { mask } = truthOf(subject, name);
    if (!mask) return;
    const inside = modelMask(mask, subject.volume, plan);
    for (let voxel = 0, d = 0; d < depth; d++) {
      for (let h = 0; h < height; h++) {
        const row = (Math.floor(d / patch[0]!) * grid[1] + Math.floor(h / patch[1]!)) * grid[2];
        for (let w = 0; w < width; w++, voxel++) {
          if (inside[voxel] === 1) cover[(row + Math.floor(w / patch[2]!)) * numClasses + k]! += share;
        }
      }
    }
  });
  return cover;
}

/** Covers found before: a case is seen in every epoch, cut the same few ways. */
const known = new WeakMap<Case, Map<string, Float32Array>>();

/** How much of each patch each class covers, [d, h, w, classes] in [0, 1], on the grid of the plan. */
export function cellCover(subject: Case, plan: Plan): Float32Array {
  const covers = known.get(subject) ?? new Map<string, Float32Array>();
  known.set(subject, covers);
  const key = `${plan.resized.join()} ${plan.padded.join()} ${plan.grid.join()}`;
  const cover = covers.get(key) ?? findCover(subject, plan);
  covers.set(key, cover);
  return cover;
}
