import { VividMedError } from '@vividmed/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJpeg12 } from '../src/jpeg12/read-jpeg12.js';

/* Real files are compared with GDCM in oracle.test.ts; here are scans that none of them has. */

const segment = (code: number, bytes: readonly number[]): number[] => [
  0xff,
  code,
  (bytes.length + 2) >> 8,
  (bytes.length + 2) & 255,
  ...bytes,
];
/** Codes of four bits for the categories 0 to 12, and one bit for the end of a block. */
const tables = [
  ...segment(0xdb, [0, ...Array<number>(64).fill(8)]),
  ...segment(0xc4, [0x00, 0, 0, 0, 13, ...Array<number>(12).fill(0), ...Array.from({ length: 13 }, (_, i) => i)]),
  ...segment(0xc4, [0x10, 1, ...Array<number>(15).fill(0), 0]),
];

/** Blocks of one grey each: `level` steps of 8 about 2048, which the transform divides by 8. */
function flatBlocks(levels: readonly number[], across: number, interval: number): Uint8Array {
  let bits = '';
  const scan: number[] = [];
  const flush = (): void => {
    bits = bits.padEnd(8 * Math.ceil(bits.length / 8), '1');
    for (let at = 0; at < bits.length; at += 8) {
      const byte = Number.parseInt(bits.slice(at, at + 8), 2);
      scan.push(byte, ...(byte === 0xff ? [0] : []));
    }
    bits = '';
  };
  let before = 0;
  levels.forEach((level, i) => {
    if (interval > 0 && i > 0 && i % interval === 0) {
      flush();
      scan.push(0xff, 0xd0 + ((i / interval - 1) % 8));
      before = 0;
    }
    const step = level - before;
    const category = step === 0 ? 0 : Math.floor(Math.log2(Math.abs(step))) + 1;
    bits += category.toString(2).padStart(4, '0');
    if (category > 0) bits += (step > 0 ? step : step + 2 ** category - 1).toString(2).padStart(category, '0');
    bits += '0';
    before = level;
  });
  flush();
  const [width, height] = [8 * across, (8 * levels.length) / across];
  return Uint8Array.from([
    0xff,
    0xd8,
    ...tables,
    ...(interval > 0 ? segment(0xdd, [interval >> 8, interval & 255]) : []),
    ...segment(0xc1, [12, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]),
    ...segment(0xda, [1, 1, 0x00, 0, 63, 0]),
    ...scan,
    0xff,
    0xd9,
  ]);
}

const levels = fc.array(fc.integer({ min: -2048, max: 2047 }), { minLength: 1, maxLength: 12 });

test('flat blocks come out as their levels, whatever the restart interval', () => {
  fc.assert(
    fc.property(levels, fc.nat(4), (some, interval) => {
      const samples = readJpeg12(flatBlocks(some, some.length, interval), 8 * some.length, 8);
      for (const [i, level] of some.entries())
        for (const at of [0, 7])
          for (const row of [0, 7]) expect(samples[8 * some.length * row + 8 * i + at]).toBe(level + 2048);
    }),
  );
});

test('blocks over the edge are cut off', () => {
  const samples = readJpeg12(flatBlocks([1, 2, 3, 4], 2, 0), 9, 10);
  expect(samples).toHaveLength(90);
  expect([samples[0], samples[8], samples[81], samples[89]]).toEqual([2049, 2050, 2051, 2052]);
});

test('damage gives samples in range, or an error that names the image, and nothing else', () => {
  const whole = flatBlocks([100, -7, 2000, -2048, 5, 6], 3, 2);
  const edits = fc.array(fc.tuple(fc.integer({ min: 2, max: whole.length - 1 }), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(edits, fc.integer({ min: 2, max: whole.length }), (changes, length) => {
      const bytes = whole.slice(0, length);
      for (const [at, value] of changes) if (at < length) bytes[at] = value;
      try {
        expect(Math.max(...readJpeg12(bytes, 24, 16))).toBeLessThan(4096);
      } catch (error) {
        if (!VividMedError.isInstance(error)) throw error;
        expect(error.message).toMatch(/^readJpeg12: expected a sequential JPEG image, found /);
      }
    }),
    { numRuns: 500 },
  );
});
