import type { Init } from './params.js';

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export const zeros: Init = (shape) => new Float32Array(size(shape));

export const ones: Init = (shape) => new Float32Array(size(shape)).fill(1);

/** Every value the same. */
export const constant =
  (value: number): Init =>
  (shape) =>
    new Float32Array(size(shape)).fill(value);

/** Normal with mean 0. */
export const normal =
  (std: number): Init =>
  (shape, rng) =>
    Float32Array.from({ length: size(shape) }, () => rng.normal(0, std));

/** Normal with mean 0, redrawn beyond two standard deviations (as ViT and SAM initialise). */
export const truncNormal =
  (std: number): Init =>
  (shape, rng) =>
    Float32Array.from({ length: size(shape) }, () => {
      let value = rng.normal();
      while (Math.abs(value) > 2) value = rng.normal();
      return value * std;
    });

/** Normal of variance 1 / fan-in, redrawn beyond two deviations (LeCun et al. 1998): keeps activations of one size at any width. */
export const fanIn =
  (inputs: number): Init =>
  (shape, rng) =>
    truncNormal(1 / Math.sqrt(inputs))(shape, rng);

/** Uniform in ±sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio 2010); the last axis is fan-out, the others fan-in. */
export const xavierUniform: Init = (shape, rng) => {
  const fanOut = shape.at(-1) ?? 1;
  const bound = Math.sqrt(6 / (size(shape) / fanOut + fanOut));
  return Float32Array.from({ length: size(shape) }, () => rng.uniform(-bound, bound));
};
