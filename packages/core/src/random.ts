import { VividMedError } from './errors.js';

/** A seeded stream of random numbers. The same seed gives the same stream on every machine. */
export interface Rng {
  /** Uniform in [low, high); [0, 1) by default. */
  uniform(low?: number, high?: number): number;
  /** Normal with this mean and standard deviation; standard normal by default. */
  normal(mean?: number, std?: number): number;
  /** Whole number in [0, count). */
  int(count: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of the items. */
  pick<T>(items: readonly T[]): T;
  /** The items in random order, as a new array. */
  shuffle<T>(items: readonly T[]): T[];
  /** A stream of its own, determined by this stream's seed and the label alone, not by what was drawn before. */
  fork(label: string | number): Rng;
}

/** FNV-1a of a string, mixed with a number: turns labels into seeds. */
function hash(label: string, start: number): number {
  let h = (0x811c9dc5 ^ start) >>> 0;
  for (let i = 0; i < label.length; i++) h = Math.imul(h ^ label.charCodeAt(i), 0x01000193) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x45d9f3b);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Random numbers from a seed (sfc32, Chris Doty-Humphrey's PractRand), the four state words filled from the seed.
 *
 * @throws {VividMedError} `config` when the seed is not a whole number of at most 53 bits.
 */
export function createRng(seed: number): Rng {
  if (!Number.isSafeInteger(seed)) {
    throw new VividMedError('config', `createRng: expected a whole number as seed, found ${seed}.`);
  }
  const low = seed >>> 0;
  const high = Math.floor(seed / 2 ** 32) >>> 0;
  let a = hash('a', low) | 0;
  let b = hash('b', high ^ low) | 0;
  let c = low | 0;
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();

  const rng: Rng = {
    uniform: (from = 0, to = 1) => from + (to - from) * next(),
    normal: (mean = 0, std = 1) => mean + std * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    int: (count) => Math.floor(next() * count),
    chance: (probability) => next() < probability,
    pick: (items) => {
      if (items.length === 0) throw new VividMedError('data', 'Rng.pick: expected at least one item, found none.');
      return items[Math.floor(next() * items.length)] as (typeof items)[number];
    },
    shuffle: (items) => {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1));
        [out[i], out[j]] = [out[j] as (typeof out)[number], out[i] as (typeof out)[number]];
      }
      return out;
    },
    fork: (label) => createRng(hash(String(label), low) * 2 ** 20 + (hash(`${label}/`, high ^ 0x9e3779b9) >>> 12)),
  };
  return rng;
}
