import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { packValue, unpackValue } from '@vividmed/datasets';
import { cacheKey, createFileCache, stampFiles } from '@vividmed/datasets/node';

const root = mkdtempSync(join(tmpdir(), 'vividmed-cache-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a packed value', () => {
  const value = {
    name: 'a',
    list: [1, null, { deep: Uint8Array.of(1, 2, 3) }],
    floats: Float32Array.of(1.5, NaN, -0),
    empty: new Int32Array(0),
    doubles: Float64Array.of(Math.PI).subarray(0, 1),
  };

  it('comes back with its arrays, as views of one buffer', () => {
    const bytes = packValue(value);
    const back = unpackValue(bytes) as typeof value;
    expect(back).toEqual(value);
    expect(back.floats.buffer).toBe(bytes.buffer);
  });

  it('is refused when a part of it is missing', () => {
    const bytes = packValue(value);
    for (const length of [0, 3, 20, bytes.length - 1])
      expect(() => unpackValue(bytes.slice(0, length))).toThrow(/unpackValue: expected/);
  });
});

describe('the cache', () => {
  const folder = join(root, 'cache');
  let made = 0;
  const make = async (): Promise<Uint8Array> => Uint8Array.of(++made, 7, 7, 7, 7, 7, 7, 7);
  const get = async (key = 'k'): Promise<number> => (await createFileCache(folder).get(key, make))[0]!;
  const file = (): string => join(folder, readdirSync(folder)[0]!);
  beforeEach(() => {
    rmSync(folder, { recursive: true, force: true });
    made = 0;
  });

  it('keeps what was made, by key', async () => {
    expect([await get(), await get(), await get('other'), await get()]).toEqual([1, 1, 2, 1]);
    expect(readdirSync(folder).every((name) => name.endsWith('.bin'))).toBe(true);
  });

  it('may be deleted at any time', async () => {
    await get();
    rmSync(folder, { recursive: true });
    expect([await get(), await get()]).toEqual([2, 2]);
  });

  it.each([
    ['cut off', () => truncateSync(file(), 35)],
    ['empty', () => writeFileSync(file(), '')],
    [
      'changed in one bit',
      () => {
        const bytes = readFileSync(file());
        bytes[bytes.length - 1]! ^= 1;
        writeFileSync(file(), bytes);
      },
    ],
  ])('makes again what is %s, and keeps it', async (_, damage) => {
    await get();
    damage();
    expect([await get(), await get()]).toEqual([2, 2]);
  });

  it('goes on without a folder to write to', async () => {
    writeFileSync(folder, 'a file');
    expect([await get(), await get()]).toEqual([1, 2]);
  });

  it('has another key for another plan, and for files that were replaced', async () => {
    const path = join(root, 'image');
    writeFileSync(path, 'one');
    const before = await stampFiles(root, ['image']);
    writeFileSync(path, 'longer');
    const after = await stampFiles(root, ['image']);
    const keys = [cacheKey('set', before, 1), cacheKey('set', after, 1), cacheKey('set', before, 2)];
    expect(new Set(keys).size).toBe(3);
    expect(cacheKey('set', before, 1)).toBe(keys[0]);
    await expect(stampFiles(root, ['image', 'gone'])).rejects.toThrow(
      'expected 2 files, found that 1 of them are missing',
    );
  });
});
