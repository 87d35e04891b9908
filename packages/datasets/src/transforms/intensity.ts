import { check, type Rng } from '@vividmed/core';
import type { Volume } from '../volume.js';
import type { Transform } from './compose.js';
import { blurValues, smoothField } from './smooth.js';

/** Smallest and largest value of an image: what the numbers of this file are parts of. */
function rangeOf(data: Float32Array): readonly [low: number, width: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high - low];
}

/** The same volume with each value, as a part of the range from 0 to 1, changed and kept in the range. Nothing moves. */
function mapParts(volume: Volume, change: (part: number, i: number) => number): Volume {
  const [low, width] = rangeOf(volume.data);
  if (!(width > 0)) return { ...volume, data: volume.data.slice() };
  const data = volume.data.map((value, i) => low + width * Math.min(Math.max(change((value - low) / width, i), 0), 1));
  return { ...volume, data };
}

const checkPositive = (where: string, what: string, value: number): void =>
  check(value > 0 && value < Infinity, 'config', `${where}: expected ${what} above 0, found ${value}.`);
const checkNotNegative = (where: string, what: string, value: number): void =>
  check(value >= 0 && value < Infinity, 'config', `${where}: expected ${what} of at least 0, found ${value}.`);

/** Raises values to a power, as parts of the range of the image: above 1 darkens. */
export function gamma(volume: Volume, exponent: number): Volume {
  checkPositive('gamma', 'an exponent', exponent);
  return mapParts(volume, (part) => part ** exponent);
}

/** Spreads values from the middle of the range by a factor. */
export function contrast(volume: Volume, factor: number): Volume {
  checkPositive('contrast', 'a factor', factor);
  return mapParts(volume, (part) => (part - 0.5) * factor + 0.5);
}

/** Adds a part of the range to all values. */
export function brightness(volume: Volume, by: number): Volume {
  check(Number.isFinite(by), 'config', `brightness: expected a number, found ${by}.`);
  return mapParts(volume, (part) => part + by);
}

/** Adds normal noise whose deviation is a part of the range. */
export function noise(volume: Volume, std: number, rng: Rng): Volume {
  checkNotNegative('noise', 'a deviation', std);
  return mapParts(volume, (part) => part + rng.normal(0, std));
}

/** Gaussian blur of the same width in millimetres along each axis. */
export function blur(volume: Volume, sigmaMm: number): Volume {
  checkNotNegative('blur', 'a width', sigmaMm);
  const [d, h, w] = volume.spacingMm;
  return { ...volume, data: blurValues(volume.data, volume.shape, [sigmaMm / d, sigmaMm / h, sigmaMm / w]) };
}

/** Multiplies by a smooth field, as the coils of an MR scanner do: e to the power of normal numbers on a grid of four knots an axis. */
export function biasField(volume: Volume, std: number, rng: Rng): Volume {
  checkNotNegative('biasField', 'a deviation', std);
  const field = smoothField(volume.shape, 4, std, rng);
  return mapParts(volume, (part, i) => part * Math.exp(field[i]!));
}

/** How far the look of an image is varied; 0 leaves a part of it as it is. */
export interface IntensityOptions {
  /** Deviation of the logarithm of the exponent; 0.2 by default. */
  gammaStd?: number;
  /** Most that contrast is changed by, in either direction; 0.2 by default. */
  contrast?: number;
  /** Most that brightness is changed by, in parts of the range; 0.05 by default. */
  brightness?: number;
  /** Largest deviation of the noise, in parts of the range; 0.03 by default. */
  noise?: number;
  /** Widest blur in millimetres; 0.5 by default. */
  blurMm?: number;
  /** Largest deviation of the logarithm of the bias field; 0.3 by default, and for MR alone. */
  bias?: number;
}

/** Varies the look of an image in all these ways. Masks, boxes and sides stay true, since nothing moves. */
export const varyIntensity = (options: IntensityOptions = {}): Transform => {
  const limits = { gammaStd: 0.2, contrast: 0.2, brightness: 0.05, noise: 0.03, blurMm: 0.5, bias: 0.3, ...options };
  for (const [name, value] of Object.entries(limits)) checkNotNegative('varyIntensity', name, value);
  check(limits.contrast < 1, 'config', `varyIntensity: expected contrast below 1, found ${limits.contrast}.`);
  return (study, rng) => {
    let { volume } = study;
    if (volume.modality === 'MR' && limits.bias > 0)
      volume = biasField(volume, rng.fork('bias').uniform(0, limits.bias), rng.fork('field'));
    if (limits.blurMm > 0) volume = blur(volume, rng.fork('blur').uniform(0, limits.blurMm));
    if (limits.gammaStd > 0) volume = gamma(volume, Math.exp(rng.fork('gamma').normal(0, limits.gammaStd)));
    if (limits.contrast > 0)
      volume = contrast(volume, 1 + rng.fork('contrast').uniform(-limits.contrast, limits.contrast));
    if (limits.brightness > 0)
      volume = brightness(volume, rng.fork('brightness').uniform(-limits.brightness, limits.brightness));
    if (limits.noise > 0) volume = noise(volume, rng.fork('noise').uniform(0, limits.noise), rng.fork('grain'));
    return volume === study.volume ? study : { ...study, volume };
  };
};
