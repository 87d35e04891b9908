import { VividMedError } from '@vividmed/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openSafetensors, openSharded, parseSafetensors, toFloat32, writeSafetensors } from '../index.js';

const sourceOf = (bytes: Uint8Array) => ({
  size: bytes.length,
  read: async (start: number, end: number) => bytes.subarray(start, end),
});

/** A file with this text as header and this many bytes of data. */
function fileOf(header: string, dataBytes = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (from: number, to: number, shape: unknown = [(to - from) / 4], dtype: unknown = 'F32') =>
  JSON.stringify({ dtype, shape, data_offsets: [from, to] });

const tensorMap = fc
  .uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), fc.array(fc.nat({ max: 3 }), { maxLength: 3 }), fc.nat()), {
    maxLength: 5,
    selector: ([name]) => name,
  })
  .map((items) => {
    const named = items.filter(([name]) => name !== '__metadata__');
    return new Map(
      named.map(([name, shape, start]) => {
        const count = shape.reduce((a, b) => a * b, 1);
        return [name, { shape, data: Float32Array.from({ length: count }, (_, i) => (start % 1000) + i / 7) }];
      }),
    );
  });

it('what is written is read back: names, shapes, values and text', async () => {
  await fc.assert(
    fc.asyncProperty(tensorMap, fc.dictionary(fc.string(), fc.string()), async (tensors, metadata) => {
      const bytes = writeSafetensors(tensors, metadata);
      const reader = await openSafetensors(sourceOf(bytes));
      expect([...reader.names].sort()).toEqual([...tensors.keys()].sort());
      expect(Object.entries(reader.metadata).sort()).toEqual(Object.entries(metadata).sort());
      for (const [name, { shape, data }] of tensors) expect(await reader.read(name)).toEqual({ shape, data });
    }),
    { seed: 1 },
  );
});

it('names that objects treat in their own way are names like others', async () => {
  const value = { shape: [1], data: Float32Array.of(5) };
  const names = ['__proto__', 'constructor', 'toString', '1', ''];
  const bytes = writeSafetensors(new Map(names.map((name) => [name, value])), JSON.parse('{"__proto__":"text"}'));
  const reader = await openSafetensors(sourceOf(bytes));
  expect([...reader.names].sort()).toEqual([...names].sort());
  for (const name of names) expect((await reader.read(name)).data[0]).toBe(5);
  expect(Object.entries(reader.metadata)).toEqual([['__proto__', 'text']]);
  expect(({} as Record<string, unknown>)['text']).toBeUndefined();
  await expect(reader.read('valueOf')).rejects.toThrow('expected a tensor "valueOf"');
  expect(() => writeSafetensors(new Map([['__metadata__', value]]))).toThrow('found __metadata__');
});

it('data begin at a multiple of 8 bytes', () => {
  for (const name of ['a', 'ab', 'abc', 'abcdefg']) {
    const bytes = writeSafetensors(new Map([[name, { shape: [1], data: Float32Array.of(1) }]]));
    expect((bytes.length - 4) % 8).toBe(0);
  }
});

it('every type of value is read as 32-bit floats', () => {
  const raw = (dtype: Parameters<typeof toFloat32>[0]['dtype'], values: ArrayBufferView) => [
    ...toFloat32({ dtype, bytes: new Uint8Array(values.buffer) }),
  ];
  // 1, -2, the largest half, the smallest half, infinity, a half below 1.
  const halves = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0x3555);
  expect(raw('F16', halves)).toEqual([1, -2, 65504, 2 ** -24, Infinity, Math.fround(0.333251953125)]);
  expect(raw('F16', Uint16Array.of(0x7e00))[0]).toBeNaN();
  expect(raw('BF16', Uint16Array.of(0x3f80, 0xc000, 0x4049))).toEqual([1, -2, 3.140625]);
  expect(raw('F64', Float64Array.of(0.1))).toEqual([Math.fround(0.1)]);
  expect(raw('I64', BigInt64Array.of(-3n))).toEqual([-3]);
  expect(raw('I32', Int32Array.of(-4))).toEqual([-4]);
  expect(raw('I16', Int16Array.of(-5))).toEqual([-5]);
  expect(raw('I8', Int8Array.of(-6))).toEqual([-6]);
  expect(raw('U8', Uint8Array.of(200))).toEqual([200]);
  expect(raw('BOOL', Uint8Array.of(1, 0))).toEqual([1, 0]);
});

it("a Buffer, which may lie anywhere in Node's pool, is read like an array", () => {
  const bytes = writeSafetensors(new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]]));
  const pooled = Buffer.from([1, 2, 3, ...bytes]).subarray(3);
  expect([...toFloat32(parseSafetensors(pooled).tensors.get('a')!)]).toEqual([1, 2]);
});

const hostile: [string, Uint8Array, string][] = [
  ['an empty file', new Uint8Array(0), 'expected at least 8 bytes, found 0'],
  ['a length beyond the file', fileOf('{}').subarray(0, 9), 'expected a header of at most 1 bytes, found 2'],
  ['a huge length', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 1), 'found 18446744073709551615'],
  ['no JSON', fileOf('{"a"'), 'expected a header in JSON'],
  ['no UTF-8', fileOf('{}').map((byte, i) => (i === 9 ? 0xff : byte)), 'expected a header in JSON'],
  ['a list', fileOf('[1]'), 'expected a header that is an object, found [1]'],
  ['null', fileOf('null'), 'expected a header that is an object, found null'],
  ['a tensor that is no object', fileOf('{"a":3}'), 'expected a dtype'],
  ['an unknown type', fileOf(`{"a":${entry(0, 4, [1], 'Q4')}}`, 4), 'found "Q4"'],
  ['a type from the prototype', fileOf(`{"a":${entry(0, 4, [1], 'toString')}}`, 4), 'found "toString"'],
  ['a deeply nested type', fileOf(`{"a":{"dtype":${'['.repeat(5000)}${']'.repeat(5000)}}}`), 'found [a list]'],
  ['a long type', fileOf(`{"a":{"dtype":"${'x'.repeat(5000)}"}}`), '…'],
  ['a wrong size for its type', fileOf(`{"a":${entry(0, 4, [1], 'F64')}}`, 4), 'expected 8 bytes for F64 [1], found 4'],
  ['a negative extent', fileOf(`{"a":${entry(0, 4, [-1])}}`, 4), 'expected a shape of whole numbers, found [-1]'],
  ['a broken extent', fileOf(`{"a":${entry(0, 4, [0.5, 2])}}`, 4), 'expected a shape of whole numbers'],
  ['an endless shape', fileOf(`{"a":${entry(0, 4, [2 ** 52, 2 ** 52])}}`, 4), 'bytes for F32'],
  ['a negative offset', fileOf(`{"a":${entry(-4, 0, [1])}}`, 4), 'expected data_offsets of two whole numbers'],
  ['offsets the wrong way round', fileOf(`{"a":${entry(4, 0, [1])}}`, 4), 'expected 4 bytes'],
  ['data beyond the end', fileOf(`{"a":${entry(0, 8)}}`, 4), 'expected data within 4 bytes, found an end at 8'],
  ['overlapping data', fileOf(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, 12), '"b": expected data of its own'],
  ['the same data twice', fileOf(`{"a":${entry(0, 4)},"b":${entry(0, 4)}}`, 4), '"b": expected data of its own'],
  ['a hole', fileOf(`{"a":${entry(0, 4)},"b":${entry(8, 12)}}`, 12), 'found a hole up to'],
  ['bytes after the data', fileOf(`{"a":${entry(0, 4)}}`, 5), 'expected a file of'],
  ['a name twice', fileOf(`{"a":${entry(0, 4)},"a":${entry(4, 8)}}`, 8), 'expected every key once, found "a" twice'],
  ['a name twice in disguise', fileOf(`{"a":${entry(0, 4)},"\\u0061":${entry(4, 8)}}`, 8), 'found "a" twice'],
  ['a field twice', fileOf('{"a":{"dtype":"F32","shape":[0],"shape":[1],"data_offsets":[0,0]}}'), '"shape" twice'],
  ['text that is no text', fileOf('{"__metadata__":{"a":1}}'), 'expected __metadata__ to be an object of strings'],
  ['text that is no object', fileOf('{"__metadata__":"abc"}'), 'expected __metadata__ to be an object of strings'],
];

it.each(hostile)('a header with %s is told', (_, bytes, message) => {
  const read = () => parseSafetensors(bytes);
  expect(read).toThrow(VividMedError);
  expect(read).toThrow(message);
});

it('keys that are the same in different objects or in text are no repetition', () => {
  const header = `{"__metadata__":{"a":"{\\"b\\":1,\\"b\\":1}","dtype":"x"},"a":${entry(0, 4)},"b":${entry(4, 8)}}`;
  expect([...parseSafetensors(fileOf(header, 8)).tensors.keys()]).toEqual(['a', 'b']);
});

it('a file that is cut off anywhere is an error', () => {
  const bytes = writeSafetensors(new Map([['a', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]));
  for (let length = 0; length < bytes.length; length++) {
    expect(() => parseSafetensors(bytes.subarray(0, length)), `${length} bytes`).toThrow(VividMedError);
  }
});

it('bytes changed at random give tensors within the file or a checkpoint error, and nothing else', () => {
  const valid = writeSafetensors(
    new Map([
      ['layer.weight', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
      ['layer.bias', { shape: [2], data: Float32Array.of(1, 2) }],
    ]),
    { format: 'pt' },
  );
  const change = fc.tuple(
    fc.nat({ max: 220 }),
    fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(...Buffer.from('{}[],:"-0129e'))),
  );
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat({ max: valid.length }), (changes, cut) => {
      const bytes = cut % 3 === 0 ? valid.slice(0, cut) : valid.slice();
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      try {
        const { tensors } = parseSafetensors(bytes);
        accepted += 1;
        let total = 0;
        for (const tensor of tensors.values()) total += toFloat32(tensor).length;
        expect(total).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        expect(VividMedError.isInstance(error) && error.code, String(error)).toBe('checkpoint');
      }
    }),
    { seed: 3, numRuns: 3000 },
  );
  expect(accepted).toBeGreaterThan(50);
});

it('headers of any JSON give a checkpoint error or tensors', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.nat({ max: 16 }), (header, dataBytes) => {
      try {
        parseSafetensors(fileOf(header, dataBytes));
      } catch (error) {
        expect(VividMedError.isInstance(error) && error.code, String(error)).toBe('checkpoint');
      }
    }),
    { seed: 5, numRuns: 500 },
  );
});

it('no more is read than the header and the tensor that is asked for', async () => {
  const bytes = writeSafetensors(
    new Map([
      ['large', { shape: [1000], data: new Float32Array(1000) }],
      ['small', { shape: [1], data: Float32Array.of(9) }],
    ]),
  );
  const reads: number[] = [];
  const source = sourceOf(bytes);
  const reader = await openSafetensors({
    size: source.size,
    read: (start, end) => {
      reads.push(end - start);
      return source.read(start, end);
    },
  });
  expect((await reader.read('small')).data).toEqual(Float32Array.of(9));
  expect(reads).toEqual([8, bytes.length - 4004, 4]);
});

it('a source that gives less than it promised is told', async () => {
  const bytes = writeSafetensors(new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]]));
  const reader = await openSafetensors({
    size: bytes.length,
    read: async (start, end) => bytes.subarray(start, Math.min(end, bytes.length - 4)),
  });
  await expect(reader.read('a')).rejects.toThrow('expected 8 bytes for "a", found 4');
});

it('an index and its files must agree on every tensor, and the index stays in its folder', async () => {
  const one = { shape: [1], data: Float32Array.of(1) };
  const files = new Map([
    [
      'x',
      writeSafetensors(
        new Map([
          ['a', one],
          ['b', one],
        ]),
      ),
    ],
    ['y', writeSafetensors(new Map([['c', one]]))],
  ]);
  const open = (index: unknown) => openSharded(index, async (file) => sourceOf(files.get(file)!));
  const reader = await open({ weight_map: { a: 'x', b: 'x', c: 'y' } });
  expect(reader.names).toEqual(['a', 'b', 'c']);
  expect((await reader.read('c')).data[0]).toBe(1);
  await expect(open({ weight_map: { a: 'x', c: 'x', d: 'y' } })).rejects.toThrow(
    /4 tensor\(s\).*\n {2}unlisted b in x\n {2}missing c in x\n {2}unlisted c in y\n {2}missing d in y/,
  );
  for (const file of ['../x', '/etc/x', '..', 'a\\b', 7]) {
    await expect(open({ weight_map: { a: file } })).rejects.toThrow('expected names of files beside the index');
  }
  for (const index of [null, {}, { weight_map: [] }, 3]) {
    await expect(open(index)).rejects.toThrow('expected an index with a weight_map');
  }
});
