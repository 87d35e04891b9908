import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSampler, type DatasetEntry, type SamplingSource } from '@vividmed/datasets';

const entry = (id: string, present: readonly string[] = []): DatasetEntry => ({ id, patient: id, files: [], present });
const entries = (name: string, count: number, positives = 0): DatasetEntry[] =>
  Array.from({ length: count }, (_, i) => entry(`${name}${i}`, i < positives ? ['nodule'] : []));
const sources: SamplingSource[] = [
  { name: 'a', entries: entries('a', 7), weight: 3 },
  { name: 'b', entries: entries('b', 40, 4), weight: 1, positiveShare: 0.5 },
];
const stream = (count: number, seed = 1): string[] => {
  const sampler = createSampler(seed, sources);
  return Array.from({ length: count }, (_, i) => sampler(i).entry.id);
};

describe('the stream of studies', () => {
  it('is a function of seed and position, in whatever order and from wherever it is asked for', () => {
    const whole = stream(10_000);
    fc.assert(
      fc.property(fc.array(fc.nat(9_999), { minLength: 1, maxLength: 20 }), (positions) => {
        const resumed = createSampler(1, sources);
        expect(positions.map((at) => resumed(at).entry.id)).toEqual(positions.map((at) => whole[at]));
      }),
      { seed: 1, numRuns: 30 },
    );
    expect(stream(100, 2)).not.toEqual(whole.slice(0, 100));
  });

  it('takes every study of a data set once before it takes one again, across blocks too', () => {
    const drawn = stream(10_000).filter((id) => id.startsWith('a'));
    for (let epoch = 0; epoch + 7 <= drawn.length; epoch += 7)
      expect(new Set(drawn.slice(epoch, epoch + 7)).size).toBe(7);
    expect(new Set([drawn.slice(0, 7).join(), drawn.slice(7, 14).join(), drawn.slice(14, 21).join()]).size).toBe(3);
  });

  it('draws data sets by weight and positive studies by their share', () => {
    const drawn = stream(20_000);
    const share = (test: (id: string) => boolean): number => drawn.filter(test).length / drawn.length;
    const positive = new Set(['b0', 'b1', 'b2', 'b3']);
    expect(share((id) => id.startsWith('a'))).toBeCloseTo(0.75, 1);
    expect(share((id) => positive.has(id))).toBeCloseTo(0.125, 1);
    expect(share((id) => id.startsWith('b') && !positive.has(id))).toBeCloseTo(0.125, 1);
  });

  it('has another study of the same kind where one cannot be read', () => {
    const sampler = createSampler(1, sources);
    for (let at = 0; at < 50; at++) {
      const [first, second] = [sampler(at), sampler(at, 1)];
      expect(second.source).toBe(first.source);
      expect(second.entry.id).not.toBe(first.entry.id);
      expect(second.entry.present?.length).toBe(first.entry.present?.length);
    }
  });

  it.each([
    [
      'no positive study',
      [{ name: 'c', entries: entries('c', 3), weight: 1, positiveShare: 0.5 }],
      /c: expected studies with a target/,
    ],
    ['no study', [{ name: 'c', entries: [], weight: 1 }], /c: expected studies to draw, found none/],
    ['no weight', [{ name: 'c', entries: entries('c', 3), weight: 0 }], /expected a weight above 0/],
    [
      'a negative weight',
      [{ name: 'c', entries: entries('c', 3), weight: -1 }],
      /expected a weight of 0 or more, found -1/,
    ],
    [
      'a share above 1',
      [{ name: 'c', entries: entries('c', 3), weight: 1, positiveShare: 2 }],
      /positiveShare from 0 to 1, found 2/,
    ],
  ])('is refused with %s', (_, wrong, message) => {
    expect(() => createSampler(1, wrong)).toThrow(message);
  });

  it('is the same on every machine', () => {
    expect(stream(12)).toMatchInlineSnapshot(`
      [
        "a1",
        "a2",
        "a4",
        "b31",
        "a6",
        "b3",
        "a5",
        "b39",
        "a0",
        "b0",
        "a3",
        "a6",
      ]
    `);
  });
});
