import type { MaskVolume } from '../src/index.js';
import type { Shape3 } from '../src/localisation/mask-volume.js';

/** A mask in which a function says what is inside. */
export const volume = (
  shape: Shape3,
  spacingMm: Shape3,
  isInside: (d: number, h: number, w: number) => boolean,
): MaskVolume & { data: Uint8Array } => ({
  shape,
  spacingMm,
  data: Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => {
    const [h, w] = [Math.floor(i / shape[2]) % shape[1], i % shape[2]];
    return isInside(Math.floor(i / (shape[1] * shape[2])), h, w) ? 1 : 0;
  }),
});

/** One mask for each of two places. */
export const two = (places: readonly [number, number], make: (at: number) => MaskVolume & { data: Uint8Array }) =>
  [make(places[0]), make(places[1])] as const;

export const between = (x: number, low: number, high: number): boolean => x >= low && x < high;
/** Voxels of a cubic millimetre. */
export const one = [1, 1, 1] as const;
