import { boxIou } from '@vividmed/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Box } from '../../src/index.js';
import { mergeReaders, type ReaderBox } from '../../src/node.js';

const flat = (x0: number, y0: number, x1: number, y1: number): Box => [0, y0, x0, 1, y1, x1];

const drawn = fc.array(
  fc
    .tuple(
      fc.integer({ min: 0, max: 2 }),
      fc.nat(12),
      fc.nat(12),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 8 }),
    )
    .map(([reader, x, y, w, h]): ReaderBox => ({ reader: `R${reader}`, box: flat(x, y, x + w, y + h) })),
  { maxLength: 9 },
);

describe('mergeReaders', () => {
  test('links boxes of two readers from the threshold on', () => {
    // IoU 2 / 6.
    const boxes = [
      { reader: 'a', box: flat(0, 0, 4, 1) },
      { reader: 'b', box: flat(2, 0, 6, 1) },
    ];
    expect(mergeReaders(boxes, 3, 1 / 3)).toEqual([{ box: flat(1, 0, 5, 1), agreement: 2 / 3 }]);
    expect(mergeReaders(boxes, 3, 0.34)).toHaveLength(2);
  });

  test('never puts two boxes of one reader together, and takes the better match of the two', () => {
    const merged = mergeReaders(
      [
        { reader: 'a', box: flat(0, 0, 10, 10) },
        { reader: 'b', box: flat(0, 0, 10, 9) },
        { reader: 'b', box: flat(4, 0, 14, 10) },
      ],
      2,
    );
    expect(merged).toEqual([
      { box: flat(0, 0, 10, 9.5), agreement: 1 },
      { box: flat(4, 0, 14, 10), agreement: 0.5 },
    ]);
  });

  test('counts a box that a reader drew twice once', () => {
    const twice = { reader: 'a', box: flat(0, 0, 2, 2) };
    expect(mergeReaders([twice, twice], 3)).toEqual([{ box: twice.box, agreement: 1 / 3 }]);
  });

  test('does not depend on the order of boxes nor on the names of readers', () => {
    fc.assert(
      fc.property(drawn, (boxes) => {
        const merged = mergeReaders(boxes, 3);
        expect(mergeReaders([...boxes].reverse(), 3)).toEqual(merged);
        expect(
          mergeReaders(
            boxes.map((one) => ({ ...one, reader: `${9 - Number(one.reader[1])}` })),
            3,
          ),
        ).toEqual(merged);
      }),
      { seed: 1 },
    );
  });

  test('every box ends in one cluster: agreements add up to the boxes, and lonely boxes stay as they are', () => {
    fc.assert(
      fc.property(drawn, (boxes) => {
        const once = [...new Map(boxes.map((one) => [JSON.stringify(one), one])).values()];
        const merged = mergeReaders(boxes, 3);
        expect(merged.reduce((sum, { agreement }) => sum + agreement * 3, 0)).toBeCloseTo(once.length, 9);
        for (const { agreement } of merged) expect(agreement).toBeLessThanOrEqual(1);
        for (const one of once) {
          const isAlone = once.every(
            (other) => other === one || other.reader === one.reader || boxIou(one.box, other.box) < 0.25,
          );
          if (isAlone) expect(merged.map(({ box }) => box)).toContainEqual(one.box);
        }
      }),
      { seed: 2 },
    );
  });
});
