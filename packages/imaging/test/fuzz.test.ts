import { check, VividMedError } from '@vividmed/core';
import { zipSync } from 'fflate';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dicomdirFiles } from '../src/archive/dicomdir.js';
import { zipEntries } from '../src/archive/zip.js';
import { parseAttributes } from '../src/dicom/parse-attributes.js';
import { readDicomSeries } from '../src/index.js';
import oracle from './oracle/small-files.json' with { type: 'json' };
import { type Attributes, smallImage, writeDicom } from './write-dicom.js';

/* Damage with a seed: what comes out is a volume under the cap or a VividMedError, never another error. */
const maxVoxels = 4096;

/** Bytes that are set, the rest stays; and how much of the end is lost. */
const damage = fc.record({
  edits: fc.array(fc.tuple(fc.nat(2 ** 16), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xfe, 0xff))), {
    maxLength: 8,
  }),
  // A length of 32 bits, the most dangerous thing to be wrong.
  word: fc.option(
    fc.tuple(fc.nat(2 ** 16), fc.constantFrom(0, 8, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0xe000fffe)),
    { nil: undefined },
  ),
  cut: fc.option(fc.nat(2 ** 16), { nil: undefined, freq: 3 }),
});
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

/** The first bytes tell the format, so they are left alone. */
function damaged(bytes: Uint8Array, { edits, word, cut }: Damage, from: number): Uint8Array {
  const out = bytes.slice();
  const at = (place: number, room: number): number => from + (place % Math.max(1, out.length - from - room));
  for (const [place, value] of edits) out[at(place, 0)] = value;
  if (word !== undefined) new DataView(out.buffer).setUint32(at(word[0], 4), word[1], true);
  return cut === undefined ? out : out.subarray(0, at(cut, 0));
}

/** Runs what may fail; true when it failed as it should. */
async function failsWell(use: () => unknown): Promise<boolean> {
  try {
    await use();
    return false;
  } catch (error) {
    if (!VividMedError.isInstance(error)) throw error;
    return true;
  }
}

const slice = (z: number, changes: Attributes = {}): Uint8Array =>
  writeDicom({
    ...smallImage([z, 1, 2, 3, 4, 5]),
    '00080018': ['UI', `1.2.3.${z}`],
    '00080060': ['CS', 'MR'],
    '0020000d': ['UI', '1.2.1'],
    '0020000e': ['UI', '1.2.2'],
    '00200032': ['DS', `0\\0\\${z}`],
    '00200037': ['DS', '1\\0\\0\\0\\1\\0'],
    '00280030': ['DS', '1\\1'],
    ...changes,
  });

const enhanced = Uint8Array.from(Buffer.from(oracle.enhanced.file, 'base64'));
const odd = oracle.files.map(({ file }) => Uint8Array.from(Buffer.from(file, 'base64')));
const series = [slice(0), slice(2), slice(4)];

async function readAll(files: Uint8Array[]): Promise<void> {
  for (const { volume, reference } of await readDicomSeries(files, { maxVoxels })) {
    const { data, shape, spacingMm, affine } = volume;
    expect(data.length).toBe(shape[0] * shape[1] * shape[2]);
    expect(data.length).toBeLessThanOrEqual(maxVoxels);
    expect(data.every(Number.isFinite)).toBe(true);
    expect(reference.slices).toHaveLength(shape[0]);
    expect(spacingMm.every((mm) => Number.isFinite(mm) && mm > 0)).toBe(true);
    expect(affine?.every(Number.isFinite) ?? true).toBe(true);
  }
}

const cases: [string, Uint8Array, number, (bytes: Uint8Array) => unknown][] = [
  ['a series with one damaged slice', slice(6), 132, (bytes) => readAll([...series, bytes])],
  ['the functional groups of an enhanced object', enhanced, 132, (bytes) => readAll([bytes])],
  [
    'a DICOMDIR',
    writeDicom({
      '00020002': ['UI', '1.2.840.10008.1.3.10'],
      '00041220': [
        'SQ',
        ['A\\B', 'C', 'D\\E\\F'].map((id): Attributes => ({ '00041430': ['CS', 'IMAGE'], '00041500': ['CS', id] })),
      ],
    }),
    132,
    (bytes) => check(dicomdirFiles(bytes, { maxVoxels }) !== undefined, 'data', 'not a DICOMDIR'),
  ],
  [
    'a zip archive',
    zipSync({ 'a/1': slice(0), 'a/2': new Uint8Array(5000), b: Uint8Array.of(1, 2, 3) }),
    4,
    (bytes) => zipEntries(bytes, { maxEntryBytes: 2 ** 20 }).forEach((entry) => entry.read()),
  ],
];

test.each(cases)('%s, mutated, is read or refused', { timeout: 120_000 }, async (_, bytes, from, use) => {
  let failures = 0;
  await fc.assert(
    fc.asyncProperty(damage, async (what) => {
      if (await failsWell(() => use(damaged(bytes, what, from)))) failures++;
    }),
    { seed: 17, numRuns: 500 },
  );
  // Damage is neither all harmless nor all fatal, or nothing would be tested.
  expect(failures).toBeGreaterThan(20);
  expect(failures).toBeLessThan(500);
});

test('files of odd kinds, mutated, are read or refused', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(odd.length - 1), damage, async (index, what) => {
      await failsWell(() => readAll([damaged(odd[index] as Uint8Array, what, 0)]));
    }),
    { seed: 19, numRuns: 500 },
  );
});

/* Sequences as a hostile writer makes them: lengths that lie, ends that do not come, items within items. */
const lengths = fc.oneof(
  { weight: 3, arbitrary: fc.constant('true' as const) },
  { weight: 3, arbitrary: fc.constant(0xffffffff) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 7, 0x10000, 0x7fffffff, 0xfffffffe) },
);
const uint32 = (value: number): number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
const withLength = (said: number | 'true', body: number[]): number[] => [
  ...uint32(said === 'true' ? body.length : said),
  ...body,
];
const { sequence } = fc.letrec<{ sequence: number[]; item: number[]; inner: number[][] }>((tie) => ({
  inner: fc.oneof({ maxDepth: 5 }, fc.constant<number[][]>([]), fc.array(tie('sequence'), { maxLength: 2 })),
  item: fc
    .tuple(lengths, tie('inner'), fc.boolean())
    .map(([said, inner, isEnded]) => [
      0xfe,
      0xff,
      0,
      0xe0,
      ...withLength(said, inner.flat()),
      ...(isEnded ? [0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0] : []),
    ]),
  sequence: fc
    .tuple(
      fc.constantFrom('x52009229', 'x52009230', 'x00283000', 'x00283010', 'x00209222', 'x00091001', 'x00209113'),
      fc.constantFrom('SQ', 'UN', 'OB'),
      lengths,
      fc.array(tie('item'), { maxLength: 3 }),
      fc.boolean(),
    )
    .map(([tag, vr, said, inner, isEnded]) => {
      const [group, number] = [tag.slice(1, 5), tag.slice(5)].map((part) => Number.parseInt(part, 16)) as [
        number,
        number,
      ];
      return [
        ...uint32(group + number * 0x10000),
        vr.charCodeAt(0),
        vr.charCodeAt(1),
        0,
        0,
        ...withLength(said, inner.flat()),
        ...(isEnded ? [0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0] : []),
      ];
    }),
}));

test('sequences with absurd lengths and nesting are read or refused', { timeout: 120_000 }, async () => {
  const whole = slice(0);
  const element = 12 + 12;
  const [head, pixels] = [whole.subarray(0, -element), whole.subarray(-element)];
  let failures = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(sequence, { minLength: 1, maxLength: 3 }), async (sequences) => {
      if (await failsWell(() => readAll([Uint8Array.from([...head, ...sequences.flat(), ...pixels])]))) failures++;
    }),
    { seed: 23, numRuns: 500 },
  );
  expect(failures).toBeGreaterThan(20);
  expect(failures).toBeLessThan(500);
});

test('more attributes and items than the cap are refused before they are kept', () => {
  const head = [8, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, ...uint32(0xffffffff)];
  const items = Array.from({ length: 8 * 1000 }, (_, i) => [0xfe, 0xff, 0, 0xe0][i % 8] ?? 0);
  const others = Array.from({ length: 1000 }, (_, i) => [9, 0, i & 0xff, i >> 8, 0x4c, 0x4f, 0, 0]).flat();
  for (const bytes of [[...head, ...items], [...head, 0xfe, 0xff, 0, 0xe0, ...uint32(0xffffffff), ...others], others]) {
    const parse = (maxReads?: number) => parseAttributes(Uint8Array.from(bytes), 0, '1.2.840.10008.1.2.1', maxReads);
    expect(Object.keys(parse().elements).length).toBeGreaterThan(0);
    expect(() => parse(2000)).toThrow(/attributes of an image, found far more/);
  }
});

test('sequences within each other to any depth are refused', async () => {
  const level = [8, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, ...uint32(0xffffffff), 0xfe, 0xff, 0, 0xe0, ...uint32(0xffffffff)];
  const deep = new Uint8Array(level.length * 200_000).map((_, i) => level[i % level.length] as number);
  const file = Uint8Array.from([...writeDicom({}), ...deep]);
  await expect(readAll([file])).rejects.toMatchObject({ name: 'VividMedError', code: 'data' });
});
