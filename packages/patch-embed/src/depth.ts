import { check, type Rng } from '@vividmed/core';

/** What fixes how a volume's depth is cut into patches. */
export interface DepthConfig {
  /** Depth of the stored kernel in voxels, a power of two (P_d, 16 in the paper). */
  patchDepth: number;
  /** Patches along depth that a volume is meant to have, before pooling (t_d, 8 in the paper). */
  maxTokensDepth: number;
}

/** Where paper and published code differ; see the table of the README. */
export type Profile = 'paper' | 'original';

const halfUp = (x: number): number => Math.floor(x + 0.5);

/** Rounds to the nearest whole number, halves to the even one, as numpy's `rint`. */
export function halfToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

function fromExponent(exponent: number, { patchDepth }: DepthConfig, profile: Profile): number {
  const rounded = profile === 'paper' ? halfUp(exponent) : halfToEven(exponent);
  return 2 ** Math.min(Math.max(rounded, 0), Math.log2(patchDepth));
}

function checkDepth(depth: number, config: DepthConfig): void {
  check(
    Number.isInteger(depth) && depth > 0,
    'data',
    `effectivePatchDepth: expected a depth of at least 1 voxel, found ${depth}.`,
  );
  check(
    Number.isInteger(Math.log2(config.patchDepth)) && config.maxTokensDepth > 0,
    'config',
    `effectivePatchDepth: expected patchDepth to be a power of two and maxTokensDepth positive, found ${config.patchDepth} and ${config.maxTokensDepth}.`,
  );
}

/** Volumes this thin keep every slice: patches one voxel deep, no pooling in depth (original-implementation 2.2). */
export const isThin = (depth: number, { maxTokensDepth }: DepthConfig): boolean => depth <= maxTokensDepth / 2;

/** Depth of a patch for a volume of `depth` slices: paper 3.2.3, Eq. 3, P'_d = 2^clip(round(log2(D / t_d)), 0, log2 P_d). */
export function effectivePatchDepth(depth: number, config: DepthConfig, profile: Profile = 'paper'): number {
  checkDepth(depth, config);
  return isThin(depth, config) ? 1 : fromExponent(Math.log2(depth / config.maxTokensDepth), config, profile);
}

/** As `effectivePatchDepth`, with normal noise on the exponent, so that a model in training meets neighbouring patch depths. */
export function samplePatchDepth(
  depth: number,
  config: DepthConfig,
  rng: Rng,
  { std = 0.25, profile = 'paper' }: { std?: number; profile?: Profile } = {},
): number {
  checkDepth(depth, config);
  if (isThin(depth, config)) return 1;
  return fromExponent(rng.normal(Math.log2(depth / config.maxTokensDepth), std), config, profile);
}
