import fc from 'fast-check';
import { expectReadmeRuns } from '@vividmed/testing';
import { describe, expect, it } from 'vitest';
import { check, createRng, VividMedError } from './index.js';

describe('VividMedError', () => {
  it('holds a code, a hint that is part of the message, and the cause', () => {
    const cause = new TypeError('inner');
    const error = new VividMedError('shape', 'layer: expected 3, found 4.', { hint: 'Transpose it.', cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'VividMedError', code: 'shape', hint: 'Transpose it.', cause });
    expect(error.message).toBe('layer: expected 3, found 4.\nHint: Transpose it.');
    const bare = new VividMedError('data', 'text');
    expect(bare.message).toBe('text');
    expect('cause' in bare).toBe(false);
  });

  it('is known across copies of the package, and other errors are not it', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('vividmed.error')]: true });
    expect(VividMedError.isInstance(foreign)).toBe(true);
    for (const other of [new Error('x'), null, undefined, 'text', { code: 'shape' }]) {
      expect(VividMedError.isInstance(other)).toBe(false);
    }
  });
});

describe('check', () => {
  it('throws with its code and hint when the condition fails, and only then makes the message', () => {
    let made = 0;
    const message = () => `made ${++made}`;
    check(true, 'config', message);
    expect(made).toBe(0);
    expect(() => check(0, 'config', message, 'do this')).toThrow(
      expect.objectContaining({ code: 'config', message: 'made 1\nHint: do this', hint: 'do this' }),
    );
  });
});

const draw = (seed: number, count: number): number[] => {
  const rng = createRng(seed);
  return Array.from({ length: count }, () => rng.uniform());
};

describe('createRng', () => {
  it('gives the same stream for the same seed on every machine', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (seed) => {
        expect(draw(seed, 10)).toEqual(draw(seed, 10));
      }),
      { seed: 1 },
    );
    expect(draw(42, 3)).toEqual([0.3595439037308097, 0.3493883474729955, 0.926057813456282]);
  });

  it('gives different streams for different seeds, also where only the high bits or the sign differ', () => {
    const seeds = [0, 1, 2, -1, 2 ** 32, 2 ** 33, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    expect(new Set(seeds.map((seed) => draw(seed, 4).join())).size).toBe(seeds.length);
    const firsts = Array.from({ length: 2000 }, (_, seed) => draw(seed, 1)[0]!);
    expect(new Set(firsts).size).toBe(2000);
    expect(correlation(firsts.slice(1), firsts.slice(0, -1))).toBeLessThan(0.1);
  });

  it('refuses seeds that are not whole numbers of at most 53 bits', () => {
    for (const seed of [0.5, Number.NaN, Infinity, 2 ** 53]) {
      expect(() => createRng(seed)).toThrow('expected a whole number as seed');
    }
  });

  it('forks by label alone, whatever was drawn before, and leaves its own stream as it was', () => {
    const [fresh, used] = [createRng(9), createRng(9)];
    const drawn = Array.from({ length: 5 }, () => used.uniform());
    expect(used.fork('a').uniform()).toBe(fresh.fork('a').uniform());
    expect(Array.from({ length: 5 }, () => fresh.uniform())).toEqual(drawn);
    expect(fresh.fork(1).uniform()).toBe(fresh.fork('1').uniform());
    const labels = Array.from({ length: 500 }, (_, i) => createRng(9).fork(`layer.${i}`).uniform());
    expect(new Set(labels).size).toBe(500);
    // Each part of the seed reaches the fork.
    const seeds = [9, 10, 9 + 2 ** 32, -9];
    expect(new Set(seeds.map((seed) => createRng(seed).fork('a').uniform())).size).toBe(seeds.length);
    expect(createRng(9).fork('a').fork('b').uniform()).not.toBe(createRng(9).fork('b').fork('a').uniform());
  });

  it('forks are independent of each other and of their parent', () => {
    const rng = createRng(4);
    const streams = [rng.fork('a'), rng.fork('b'), rng].map((r) => Array.from({ length: 5000 }, () => r.uniform()));
    for (const [i, j] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      // Five standard deviations of the correlation of independent streams.
      expect(correlation(streams[i]!, streams[j]!)).toBeLessThan(5 / Math.sqrt(5000));
    }
  });

  it('is uniform in [0, 1): moments, bins, and one value after another', () => {
    const values = draw(7, 50_000);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(mean(values)).toBeCloseTo(0.5, 2);
    expect(mean(values.map((x) => (x - 0.5) ** 2))).toBeCloseTo(1 / 12, 2);
    const bins = Array.from({ length: 100 }, () => 0);
    for (const value of values) bins[Math.floor(value * 100)]! += 1;
    const chiSquare = bins.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
    // 99 degrees of freedom: mean 99, standard deviation 14.
    expect(Math.abs(chiSquare - 99)).toBeLessThan(5 * 14);
    for (const lag of [1, 2, 3]) {
      expect(correlation(values.slice(lag), values.slice(0, -lag))).toBeLessThan(5 / Math.sqrt(50_000));
    }
  });

  it('has normal, whole, chance and range draws of the distribution they name', () => {
    const rng = createRng(3);
    const normal = Array.from({ length: 20_000 }, () => rng.normal(2, 3));
    expect(mean(normal)).toBeCloseTo(2, 0);
    expect(Math.sqrt(mean(normal.map((x) => (x - 2) ** 2)))).toBeCloseTo(3, 0);
    const within = normal.filter((x) => Math.abs(x - 2) < 3).length / normal.length;
    expect(within).toBeCloseTo(0.6827, 1.5);
    expect(normal.every(Number.isFinite)).toBe(true);
    const counts = [0, 0, 0];
    for (let i = 0; i < 9000; i++) counts[rng.int(3)]! += 1;
    for (const count of counts) expect(Math.abs(count - 3000)).toBeLessThan(5 * Math.sqrt(2000));
    const hits = Array.from({ length: 10_000 }, () => rng.chance(0.2)).filter(Boolean).length;
    expect(Math.abs(hits - 2000)).toBeLessThan(5 * 40);
    for (let i = 0; i < 100; i++) {
      const value = rng.uniform(-2, 5);
      expect(value >= -2 && value < 5).toBe(true);
    }
  });

  it('shuffles a copy into every order equally often, and picks each item', () => {
    const rng = createRng(8);
    const items = ['a', 'b', 'c'];
    const orders = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = rng.shuffle(items).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(items).toEqual(['a', 'b', 'c']);
    expect(orders.size).toBe(6);
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000));
    expect(new Set(Array.from({ length: 50 }, () => rng.pick(items))).size).toBe(3);
    expect(() => rng.pick([])).toThrow('expected at least one item');
  });
});

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Size of the correlation of two lists. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  const [va, vb] = [mean(a.map((x) => (x - ma) ** 2)), mean(b.map((x) => (x - mb) ** 2))];
  return Math.abs(mean(a.map((x, i) => (x - ma) * (b[i]! - mb)))) / Math.sqrt(va * vb);
}

it('the example of the README prints what it says', () => expectReadmeRuns(new URL('../README.md', import.meta.url)));
