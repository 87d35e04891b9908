import { check } from '@vividmed/core';
import { effectivePatchDepth, type Plan, type Size3 } from '@vividmed/patch-embed';
import type { VividMedConfig } from '../model/config.js';

/** Patches pooled into one token per in-plane axis. */
const pool = 2;
/** Rows of a wide canvas beside those of a square one. */
const flatness = 0.7;

/** Tokens along height and width of the canvases that hold at most `budget` tokens: square, wide and tall. */
function canvasesOf(budget: number): [number, number][] {
  const side = Math.floor(Math.sqrt(budget));
  const short = Math.max(1, Math.floor(side * flatness));
  const long = Math.floor(budget / short);
  return [
    [side, side],
    [short, long],
    [long, short],
  ];
}

/**
 * How a model reads an image of this shape on one of few canvases, so that images of many shapes share few graphs: a square, a
 * wide and a tall one for a slice, for a thin volume, and for each patch depth. The image keeps its aspect ratio and is padded;
 * a square one is read as by `planVolume`. Depth beyond the capacity of the model is interpolated, as in profile `original`.
 * `drawnDepth` is the patch depth, where training draws it (`samplePatchDepth`).
 *
 * @throws {VividMedError} `data` for a size that is not three positive whole numbers; `config` when no token fits.
 */
export function planCanvas(shape: readonly number[], config: VividMedConfig, drawnDepth?: number): Plan {
  check(
    shape.length === 3 && shape.every((size) => Number.isInteger(size) && size > 0),
    'data',
    `planCanvas: expected depth, height and width in voxels, found [${shape.join(', ')}].`,
  );
  const { maxTokens, maxTokensDepth, profile } = config;
  const { patch } = config.vision;
  const [depth, height, width] = shape as Size3;
  const capacity = Math.floor(maxTokensDepth / 2);
  const isThin = depth <= capacity;
  const patchDepth = drawnDepth ?? effectivePatchDepth(depth, { patchDepth: patch[0], maxTokensDepth }, profile);
  const poolDepth = isThin ? 1 : 2;
  const tokensDepth = depth === 1 ? 1 : capacity;
  const budget = Math.floor(maxTokens / tokensDepth);
  check(
    budget > 0,
    'config',
    `planCanvas: expected room for ${tokensDepth} tokens along depth, found maxTokens ${maxTokens}.`,
  );
  const stride: Size3 = [patchDepth * poolDepth, patch[1] * pool, patch[2] * pool];
  const scaleOn = ([rows, columns]: readonly [number, number]): number =>
    Math.min((rows * stride[1]) / height, (columns * stride[2]) / width);
  const [first, ...others] = canvasesOf(budget);
  const canvas = others.reduce((best, next) => (scaleOn(next) > scaleOn(best) ? next : best), first!);
  const scale = scaleOn(canvas);
  const pooledGrid: Size3 = [tokensDepth, ...canvas];
  const padded = pooledGrid.map((cells, axis) => cells * stride[axis]!) as Size3;
  const fit = (length: number, axis: 1 | 2): number => Math.min(Math.max(1, Math.round(length * scale)), padded[axis]);
  const resized: Size3 = [Math.min(depth, padded[0]), fit(height, 1), fit(width, 2)];
  return {
    patchDepth,
    poolDepth,
    resized,
    padded,
    padBefore: padded.map((size, axis) => Math.floor((size - resized[axis]!) / 2)) as Size3,
    grid: [pooledGrid[0] * poolDepth, pooledGrid[1] * pool, pooledGrid[2] * pool],
    pooledGrid,
    numTokens: tokensDepth * canvas[0] * canvas[1],
  };
}
