import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng, resizeValues } from '@vividmed/core';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Dataset,
  type DatasetEntry,
  findLeaks,
  type Fingerprint,
  hashDistance,
  leakTable,
  makeManifest,
  parseManifest,
  perceptualHash,
  reportKey,
  verifyManifest,
} from '@vividmed/datasets';
import { digestIn } from '@vividmed/datasets/node';
import { phantoms } from '../cases.js';

const root = mkdtempSync(join(tmpdir(), 'vividmed-hygiene-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a manifest', () => {
  const folder = join(root, 'set');
  const entry = (id: string, changes: Partial<DatasetEntry> = {}): DatasetEntry => ({
    id,
    patient: `p${id}`,
    files: [`${id}.png`],
    ...changes,
  });
  const dataset = (...entries: DatasetEntry[]): Dataset => ({
    name: 'set',
    entries,
    read: () => Promise.reject(new Error('nothing is read')),
  });
  const digest = digestIn(folder);
  const whole = dataset(entry('b', { split: 'test' }), entry('a'));
  beforeEach(() => {
    mkdirSync(folder, { recursive: true });
    for (const id of ['a', 'b', 'c']) writeFileSync(join(folder, `${id}.png`), id);
  });

  it('lists studies by id, with the digests of sha256sum, and is verified from its JSON', async () => {
    const manifest = await makeManifest(whole, digest);
    expect(manifest.studies.map(({ id, split }) => [id, split])).toEqual([
      ['a', 'train'],
      ['b', 'test'],
    ]);
    // printf a | sha256sum
    expect(manifest.studies[0]!.files).toEqual([
      { path: 'a.png', sha256: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb' },
    ]);
    expect(await verifyManifest(parseManifest(JSON.parse(JSON.stringify(manifest))), whole, digest)).toEqual([]);
  });

  it.each<[string, () => void, Dataset, object[]]>([
    [
      'a changed file',
      () => writeFileSync(join(folder, 'a.png'), 'x'),
      whole,
      [{ id: 'a', kind: 'changed-file', file: 'a.png' }],
    ],
    ['a missing file', () => rmSync(join(folder, 'a.png')), whole, [{ id: 'a', kind: 'missing-file', file: 'a.png' }]],
    ['a missing study', () => {}, dataset(entry('a')), [{ id: 'b', kind: 'missing-study' }]],
    ['a new study', () => {}, dataset(...whole.entries, entry('c')), [{ id: 'c', kind: 'new-study' }]],
    [
      'a new file',
      () => {},
      dataset(whole.entries[0]!, entry('a', { files: ['a.png', 'c.png'] })),
      [{ id: 'a', kind: 'new-file', file: 'c.png' }],
    ],
    ['another split', () => {}, dataset(entry('b'), entry('a')), [{ id: 'b', kind: 'other-split' }]],
    [
      'another patient',
      () => {},
      dataset(whole.entries[0]!, entry('a', { patient: 'q' })),
      [{ id: 'a', kind: 'other-patient' }],
    ],
  ])('tells %s', async (_, change, now, differences) => {
    const manifest = await makeManifest(whole, digest);
    change();
    expect(await verifyManifest(manifest, now, digest)).toEqual(differences);
  });

  it('is refused when it is none, or of another data set, or a file is missing', async () => {
    const manifest = await makeManifest(whole, digest);
    const { studies } = manifest;
    for (const wrong of [null, 3, {}, { ...manifest, version: 2 }])
      expect(() => parseManifest(wrong)).toThrow('expected format');
    expect(() => parseManifest({ ...manifest, studies: [studies[0], { id: 'b' }] })).toThrow(
      'in studies[1], found others',
    );
    await expect(verifyManifest({ ...manifest, dataset: 'other' }, whole, digest)).rejects.toThrow(
      'found that of other',
    );
    await expect(makeManifest(dataset(entry('z')), digest)).rejects.toThrow(
      'set z: expected 1 files, found one missing',
    );
  });
});

describe('the hash of a picture', () => {
  const pictures = phantoms.map(({ radiograph }) => radiograph.volume);
  const hashes = pictures.map(perceptualHash);

  it('stays at other sizes, windows and bit depths', () => {
    const distances = pictures.flatMap(({ data, shape }, i) =>
      [48, 100, 131].map((size) => {
        const to = [1, size, size] as const;
        const resized = resizeValues(data, shape, to).map((value) => Math.round((value / 4095) * 255));
        return hashDistance(perceptualHash({ data: resized, shape: to }), hashes[i]!);
      }),
    );
    expect(distances.filter((bits) => bits <= 4).length / distances.length).toBeGreaterThan(0.95);
    expect(Math.max(...distances)).toBeLessThanOrEqual(6);
  });

  it('differs for other patients', () => {
    const distances = hashes.flatMap((a, i) => hashes.slice(i + 1).map((b) => hashDistance(a, b)));
    expect(Math.min(...distances)).toBeGreaterThan(4);
  });

  it('is the same for every flat picture: none', () => {
    fc.assert(
      fc.property(fc.double({ min: -2000, max: 4000, noNaN: true }), (value) => {
        expect(perceptualHash({ data: new Float32Array(64 * 48).fill(value), shape: [1, 64, 48] })).toBe(
          '0'.repeat(16),
        );
      }),
      { seed: 1 },
    );
  });
});

describe('leaks', () => {
  const study = (id: string, split: string, changes: Partial<Fingerprint> = {}): Fingerprint => ({
    dataset: 'set',
    id,
    split,
    patient: id,
    ...changes,
  });
  const flip = (hash: string, bits: readonly number[]): string =>
    bits.reduce((text, bit) => {
      const at = Math.floor(bit / 4);
      const digit = (Number.parseInt(text[at]!, 16) ^ (1 << (bit % 4))).toString(16);
      return text.slice(0, at) + digit + text.slice(at + 1);
    }, hash);
  const found = (...studies: Fingerprint[]): unknown[] =>
    findLeaks(studies).map(({ kind, a, b }) => [kind, a.id, b.id]);

  it('are patients, files, pictures and reports that two splits share', () => {
    const report = reportKey({
      findings: 'The heart is not enlarged. No effusion, no pneumothorax; lungs are clear of it.',
    })!;
    const same = reportKey({
      findings: 'the HEART is not enlarged\nno effusion no pneumothorax',
      impression: 'Lungs are clear of it',
    });
    expect(same).toBe(report);
    expect(
      found(
        study('a', 'train', { patient: 'x', report }),
        study('b', 'test', { patient: 'x', files: ['1', '2'] }),
        study('c', 'train', { files: ['2'], pixels: '0123456789abcdef' }),
        study('d', 'validate', { report, pixels: flip('0123456789abcdef', [0, 9, 30, 63]) }),
      ),
    ).toEqual([
      ['patient', 'a', 'b'],
      ['file', 'b', 'c'],
      ['pixels', 'c', 'd'],
      ['report', 'a', 'd'],
    ]);
  });

  it('are none within a split, for patients of different data sets, and for flat pictures', () => {
    expect(
      found(study('a', 'train', { patient: 'x', files: ['1'] }), study('b', 'train', { patient: 'x', files: ['1'] })),
    ).toEqual([]);
    expect(
      found(study('a', 'train', { patient: 'x' }), study('b', 'test', { patient: 'x', dataset: 'other' })),
    ).toEqual([]);
    const pixels = '0'.repeat(16);
    expect(found(study('a', 'train', { pixels }), study('b', 'test', { pixels }))).toEqual([]);
    expect(reportKey({ findings: 'No acute findings.' })).toBeUndefined();
    expect(reportKey({})).toBeUndefined();
  });

  it('of files are found between data sets', () => {
    expect(
      found(study('a', 'train', { files: ['1'] }), study('b', 'test', { files: ['1'], dataset: 'other' })),
    ).toEqual([['file', 'a', 'b']]);
  });

  it('of pictures are those that comparing every pair finds', () => {
    const rng = createRng(3);
    const random = (): string => Array.from({ length: 16 }, () => rng.int(16).toString(16)).join('');
    const bases = Array.from({ length: 40 }, random);
    const studies = Array.from({ length: 200 }, (_, i) =>
      study(`s${i}`, rng.pick(['train', 'test']), {
        pixels: flip(
          rng.pick(bases),
          Array.from({ length: rng.int(6) }, () => rng.int(64)),
        ),
      }),
    );
    const pairs = studies.flatMap((a, i) =>
      studies
        .slice(i + 1)
        .filter((b) => a.split !== b.split && hashDistance(a.pixels!, b.pixels!) <= 4)
        .map((b) => `${a.id} ${b.id}`),
    );
    expect(pairs.length).toBeGreaterThan(50);
    expect(
      findLeaks(studies)
        .map(({ a, b }) => `${a.id} ${b.id}`)
        .toSorted(),
    ).toEqual(pairs.toSorted());
  });

  it('cannot be asked for at any distance', () => {
    expect(() => findLeaks([], { maxDistance: 16 })).toThrow('from 0 to 15 bits, found 16');
  });

  it('are told in a table', () => {
    const leaks = findLeaks([study('a', 'train', { patient: 'x' }), study('bb', 'test', { patient: 'x' })]);
    expect(leakTable(leaks)).toBe('shared   study          and study\npatient  set a (train)  set bb (test)');
  });
});
