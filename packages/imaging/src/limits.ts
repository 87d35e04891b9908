import { check } from '@vividmed/core';

/**
 * Voxels that one image may have unless the caller says otherwise: 2^28, a CT of 512x512x1024, 1 GiB as float32. A
 * file of some bytes can claim billions; the claim is refused before anything is allocated for it.
 */
export const MAX_VOXELS = 2 ** 28;

/**
 * Bytes that a deflated file may unfold to: the voxels of the cap at 16 bits, and room for its attributes. Deflate
 * shrinks zeros a thousandfold, so the size of the file is no bound.
 */
export const maxInflatedBytes = (maxVoxels: number): number => 2 * maxVoxels + 2 ** 26;

/** Options of every reader. */
export interface ReadOptions {
  /** Largest number of voxels, `MAX_VOXELS` unless given. */
  maxVoxels?: number;
}

/** @throws {VividMedError} data, when a side is not positive or the voxels are more than the cap. */
export function checkVoxels(where: string, sides: readonly number[], { maxVoxels = MAX_VOXELS }: ReadOptions): void {
  check(
    sides.every((side) => Number.isInteger(side) && side > 0),
    'data',
    `${where}: expected an image with at least one pixel, found ${sides.join(' x ')}.`,
  );
  check(
    sides.reduce((product, side) => product * side, 1) <= maxVoxels,
    'data',
    `${where}: expected at most ${maxVoxels} voxels, found ${sides.join(' x ')}.`,
    'The cap keeps a damaged or hostile file from filling the memory; raise maxVoxels for an image that is this large.',
  );
}
