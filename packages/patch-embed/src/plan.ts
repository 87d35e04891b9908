import { check } from '@vividmed/core';
import { type DepthConfig, effectivePatchDepth, halfToEven, isThin, type Profile } from './depth.js';

export type Size3 = [number, number, number];

export interface PlanConfig {
  /** Size of the stored kernel in voxels: P_d, P_h, P_w. */
  patch: readonly [number, number, number];
  /** Tokens that an image may have after pooling (144 in the paper). */
  maxTokens: number;
  /** Patches along depth before pooling (t_d, 8 in the paper). */
  maxTokensDepth: number;
  /** Patches pooled into one token per in-plane axis; 2 by default. */
  pool?: number;
  profile?: Profile;
}

/** How an image becomes tokens: everything the model and the way back need to know. Sizes are depth, height, width. */
export interface Plan {
  patchDepth: number;
  /** Patches pooled into one token along depth. */
  poolDepth: 1 | 2;
  /** Voxels that the image is resampled to. */
  resized: Size3;
  /** Voxels after padding with zeros, a multiple of the patches that make one token. */
  padded: Size3;
  /** Of the padding, the voxels in front of the image; the rest follows it. */
  padBefore: Size3;
  /** Patches. */
  grid: Size3;
  /** Tokens. */
  pooledGrid: Size3;
  numTokens: number;
}

/** Largest t with t * ceil(ratio * t) <= budget: whole tokens along one axis when the other is `ratio` times as long. */
function tokensAlong(ratio: number, budget: number): number {
  const n = Math.ceil(Math.sqrt(ratio * budget));
  return ratio * budget > (n - 1) * n ? Math.floor(budget / n) : Math.floor((n - 1) / ratio);
}

/**
 * The largest size of the same aspect ratio whose tokens, `stride` voxels a side, number at most `budget`. Small images are
 * enlarged (original-implementation 2.2, 11.1).
 */
export function fitInPlane(
  size: readonly [number, number],
  budget: number,
  stride: readonly [number, number],
  profile: Profile = 'paper',
): [number, number] {
  const [height, width] = size;
  const cells = [height / stride[0], width / stride[1]] as const;
  const scale = Math.max(
    tokensAlong(cells[1] / cells[0], budget) / cells[0],
    tokensAlong(cells[0] / cells[1], budget) / cells[1],
  );
  // An image so long that even one token a row is too many is squeezed along its long side.
  const round = profile === 'paper' ? (x: number) => Math.floor(x + 0.5) : halfToEven;
  const fit = (length: number, axis: 0 | 1): number => Math.max(1, round(length * scale)) || stride[axis];
  if (scale > 0) return [fit(height, 0), fit(width, 1)];
  return height > width ? [budget * stride[0], stride[1]] : [stride[0], budget * stride[1]];
}

/**
 * Plans the tokens of an image (paper 3.2.3, Eq. 3). Depth is never interpolated in profile `paper`: it is padded, and the
 * in-plane budget is what the cells along depth leave. Profile `original` interpolates depth beyond its capacity.
 *
 * @throws {VividMedError} `data` for a size that is not three positive whole numbers; `config` when no token fits.
 */
export function planImage(shape: readonly number[], config: PlanConfig, patchDepth?: number): Plan {
  check(
    shape.length === 3 && shape.every((size) => Number.isInteger(size) && size > 0),
    'data',
    `planImage: expected depth, height and width in voxels, found [${shape.join(', ')}].`,
  );
  const { patch, maxTokens, maxTokensDepth, pool = 2, profile = 'paper' } = config;
  const [depth, height, width] = shape as Size3;
  const depthConfig: DepthConfig = { patchDepth: patch[0], maxTokensDepth };
  const p = patchDepth ?? effectivePatchDepth(depth, depthConfig, profile);
  const poolDepth = isThin(depth, depthConfig) ? 1 : 2;
  const stride = [p * poolDepth, patch[1] * pool, patch[2] * pool] as const;
  const needed = Math.ceil(depth / stride[0]);
  const tokensDepth = profile === 'paper' ? needed : Math.min(needed, maxTokensDepth / poolDepth);
  const budget = Math.floor(maxTokens / tokensDepth);
  check(
    budget > 0,
    'config',
    `planImage: expected room for ${tokensDepth} tokens along depth, found maxTokens ${maxTokens}.`,
    'Raise maxTokens, or leave out slices.',
  );
  const inPlane = fitInPlane([height, width], budget, [stride[1], stride[2]], profile);
  const resized: Size3 = [Math.min(depth, tokensDepth * stride[0]), ...inPlane];
  const pooledGrid = resized.map((size, axis) => Math.ceil(size / stride[axis]!)) as Size3;
  const padded = pooledGrid.map((cells, axis) => cells * stride[axis]!) as Size3;
  return {
    patchDepth: p,
    poolDepth,
    resized,
    padded,
    padBefore: padded.map((size, axis) => Math.floor((size - resized[axis]!) / 2)) as Size3,
    grid: [pooledGrid[0] * poolDepth, pooledGrid[1] * pool, pooledGrid[2] * pool],
    pooledGrid,
    numTokens: pooledGrid[0] * pooledGrid[1] * pooledGrid[2],
  };
}
