import type { ReadOptions } from '../limits.js';
import type { GridOptions } from '../raw/raw-image.js';
import { toVolume } from '../raw/to-volume.js';
import type { Volume } from '../volume.js';
import type { NiftiExtension } from './extensions.js';
import { type NiftiHeader, parseHeader } from './header.js';
import { type ParsedNifti, parseNifti, unfold } from './parse-nifti.js';

/** A NIfTI file: one volume, or several on one grid. */
export interface NiftiImage {
  header: NiftiHeader;
  extensions: readonly NiftiExtension[];
  /** Product of the axes after the third: time points, components of vectors, maps. */
  numVolumes: number;
  /** Makes volume `index`, counted in the order of the file; each call makes it anew. */
  volume(index: number): Volume;
}

/**
 * Reads a NIfTI-1 or NIfTI-2 file, `.nii` or `.nii.gz`, of either byte order.
 *
 * The header is parsed by this package (nifti1.h and nifti2.h), gzip by the platform. `maxVoxels` counts the voxels of
 * all volumes together; they are converted one at a time, when asked for.
 *
 * @throws {VividMedError} data, or unsupported for complex numbers, floats of 128 bits and ANALYZE
 */
export async function readNifti(bytes: Uint8Array, options: GridOptions = {}): Promise<NiftiImage> {
  return niftiImage('readNifti', await parseNifti('readNifti', bytes, undefined, options), options);
}

/** The same for a pair of files, `.hdr` and `.img`, each gzip or not. @throws {VividMedError} data, unsupported */
export async function readNiftiPair(
  hdrBytes: Uint8Array,
  imgBytes: Uint8Array,
  options: GridOptions = {},
): Promise<NiftiImage> {
  return niftiImage('readNiftiPair', await parseNifti('readNiftiPair', hdrBytes, imgBytes, options), options);
}

/** Reads the header of a NIfTI file, or of a pair, as it is stored. @throws {VividMedError} data, unsupported */
export async function readNiftiHeader(bytes: Uint8Array, options: ReadOptions = {}): Promise<NiftiHeader> {
  return parseHeader('readNiftiHeader', await unfold('readNiftiHeader', bytes, options));
}

function niftiImage(where: string, { header, extensions, image }: ParsedNifti, options: GridOptions): NiftiImage {
  return {
    header,
    extensions,
    numVolumes: image.numVolumes,
    volume: (index) => toVolume(where, image, index, options),
  };
}
