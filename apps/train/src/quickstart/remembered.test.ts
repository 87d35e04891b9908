import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { remembered } from './remembered.js';

const folder = mkdtempSync(join(tmpdir(), 'vividmed-remembered-'));
afterAll(() => rmSync(folder, { recursive: true }));

const value = { ap50: Number.NaN, dice: [0.1, 1 / 3], f1: { mass: 1 }, answers: [{ question: 'where?' }] };

test('a value is made once and read the same afterwards, figures that could not be measured included', async () => {
  const path = join(folder, 'once.json');
  const make = vi.fn<() => Promise<typeof value>>(async () => value);
  expect(await remembered(path, { seed: 1 }, make)).toEqual(value);
  expect(await remembered(path, { seed: 1 }, make)).toEqual(value);
  expect(make).toHaveBeenCalledTimes(1);
});

test('a value is made anew when what it is made from has changed', async () => {
  const path = join(folder, 'changed.json');
  expect(await remembered(path, { numCases: 1 }, async () => 1)).toBe(1);
  expect(await remembered(path, { numCases: 2 }, async () => 2)).toBe(2);
  expect(await remembered(path, { numCases: 2 }, async () => 3)).toBe(2);
});

test('nothing is kept of a value whose making failed', async () => {
  const path = join(folder, 'failed.json');
  await expect(remembered(path, {}, () => Promise.reject(new Error('stopped')))).rejects.toThrow('stopped');
  expect(await remembered(path, {}, async () => 4)).toBe(4);
});
