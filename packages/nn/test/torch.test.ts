import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { VividMedError } from '@vividmed/core';
import { readGolden } from '@vividmed/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ByteSource, openTorch, type TensorReader } from '../src/index.js';
import { openCheckpoint } from '../src/node.js';

const url = (name: string): URL => new URL(`golden/${name}`, import.meta.url);
const files = ['torch-state.pt', 'torch-state-legacy.pt'];

const sourceOf = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: async (start, end) => bytes.subarray(start, end),
});

async function readAll(reader: TensorReader): Promise<Record<string, unknown>> {
  const pairs = await Promise.all(
    reader.names.map(async (name) => {
      const { shape, data } = await reader.read(name);
      expect(shape).toEqual(reader.shapeOf(name));
      return [name, { shape: [...shape], data: [...data] }] as const;
    }),
  );
  return Object.fromEntries(pairs);
}

/** Opens and reads every tensor; what a damaged file says must be an error of ours. */
async function outcome(bytes: Uint8Array): Promise<string> {
  try {
    await readAll(await openTorch(sourceOf(bytes)));
    return 'read';
  } catch (error) {
    if (!VividMedError.isInstance(error)) throw error;
    return error.code;
  }
}

test.each(files)('every tensor of %s is read as torch has it, by the keys that lead to it', async (file) => {
  const expected = Object.fromEntries(
    [...readGolden(url('torch-state.safetensors')).output].map(([name, { shape, data }]) => [
      name,
      { shape: [...shape], data: [...data] },
    ]),
  );
  const reader = await openCheckpoint(fileURLToPath(url(file)));
  expect(await readAll(reader)).toEqual(expected);
  await expect(reader.read('model.state.none')).rejects.toThrow(
    'torch: expected a tensor "model.state.none", found none of that name.',
  );
});

test.each(files)('%s cut off anywhere is an error that says so', async (file) => {
  const bytes = new Uint8Array(readFileSync(url(file)));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
      expect(await outcome(bytes.slice(0, length))).toBe('checkpoint');
    }),
    { seed: 1, numRuns: 200 },
  );
});

test.each(files)('%s with any bytes changed is read or is an error of ours', async (file) => {
  const bytes = new Uint8Array(readFileSync(url(file)));
  const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const changed = bytes.slice();
      for (const { at, to } of changes) changed[at] = to;
      expect(['read', 'checkpoint', 'unsupported']).toContain(await outcome(changed));
    }),
    { seed: 2, numRuns: 400 },
  );
});

/** A file before torch 1.6 whose fourth pickle is the given one; no storages follow. */
function legacyFile(pickle: readonly number[]): Uint8Array {
  const magic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
  const text = (value: string): number[] => [0x58, value.length, 0, 0, 0, ...Buffer.from(value)];
  const machine = [0x80, 0x02, 0x7d, ...text('little_endian'), 0x88, 0x73, 0x2e];
  return Uint8Array.from([...magic, 0x80, 0x02, 0x4d, 0xe9, 0x03, 0x2e, ...machine, ...pickle, 0x80, 0x02, 0x5d, 0x2e]);
}

test('a file that names a program to run runs nothing', async () => {
  // os.system("x"), as an attack would write it, put into a list.
  const call = [0x63, ...Buffer.from('os\nsystem\n'), 0x58, 1, 0, 0, 0, 0x78, 0x85, 0x52];
  const reader = await openTorch(sourceOf(legacyFile([0x80, 0x02, 0x5d, ...call, 0x61, 0x2e])));
  expect(reader.names).toEqual([]);
});

test('a dictionary that holds itself is an error, not an endless walk', async () => {
  // {} remembered as 0, then given itself under the key 1.
  const cyclic = [0x80, 0x02, 0x7d, 0x71, 0x00, 0x4b, 0x01, 0x68, 0x00, 0x73, 0x2e];
  expect(await outcome(legacyFile(cyclic))).toBe('checkpoint');
});

test('lists that hold one another many times over are an error before memory ends', async () => {
  // Twenty lists, each with the one before it three times.
  const levels = Array.from({ length: 20 }, (_, i) => [0x71, i, 0x5d, 0x28, 0x68, i, 0x68, i, 0x68, i, 0x65]).flat();
  expect(await outcome(legacyFile([0x80, 0x02, 0x5d, ...levels, 0x2e]))).toBe('checkpoint');
});

test('another file is said not to be one of torch', async () => {
  await expect(openTorch(sourceOf(new Uint8Array(100)))).rejects.toThrow(
    'torch: expected a file of torch.save, found something else.',
  );
});
