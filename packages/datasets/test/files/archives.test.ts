import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { VividMedError } from '@vividmed/core';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { digestIn, kits, lidcIdri, openDataset, stampFiles } from '../../src/node.js';
import { openFolder } from '../../src/tables/dataset-folder.js';
import { slice } from '../adapters/dicom.js';
import { image, labels, miniature } from '../adapters/label-files.js';
import { entriesOf, failure, only, shown } from '../adapters/reading.js';
import { bytesOf, join, type Packed, paxRecord, tarEntry, tarGzOf, tarOf, zipOf } from './packing.js';

const root = await mkdtemp(joinPath(tmpdir(), 'archives-'));
afterAll(() => rm(root, { recursive: true }));
let numWritten = 0;
/** Writes an archive under a name of its own. */
async function written(name: string, bytes: Uint8Array): Promise<string> {
  const path = joinPath(root, `${numWritten++}-${name}`);
  await writeFile(path, bytes);
  return path;
}

const forms: readonly (readonly [name: string, pack: (files: Packed) => Uint8Array])[] = [
  ['set.zip', (files) => zipOf(files)],
  ['stored.zip', (files) => zipOf(files, 0)],
  ['set.tar', (files) => tarOf(files)],
  ['gnu.tar', (files) => tarOf(files, { longNames: 'gnu' })],
  ['set.tar.gz', tarGzOf],
  ['set.tgz', tarGzOf],
];

describe('an archive in place of a folder', () => {
  const files = async (): Promise<Packed> => ({
    'case_00000/imaging.nii.gz': await image(),
    'case_00000/segmentation.nii.gz': await labels({ 1: 1, 2: 2 }),
    'case_00010/imaging.nii.gz': await image(5),
    'case_00010/segmentation.nii.gz': await labels({}),
    'case_00002/imaging.nii.gz': await image(),
    'case_00002/segmentation.nii.gz': await labels({ 3: 3 }),
  });

  test.each(forms)('%s gives the entries and studies of the folder', async (name, pack) => {
    const packed = await files();
    const [there, here] = [await kits(await miniature(packed)), await kits(await written(name, pack(packed)))];
    expect(entriesOf(here)).toEqual(entriesOf(there));
    for (const entry of there.entries) expect(await here.read(entry)).toEqual(await there.read(entry));
    expect(shown(await only(here)).masks).toEqual({ kidneys: [1, 2], 'kidney tumor': [2] });
  });

  test('the path goes on inside, with names that the old header has no room for', async () => {
    const deep = `${'long-folder-name/'.repeat(9)}data`;
    const inner = Object.fromEntries(Object.entries(await files()).map(([name, bytes]) => [`${deep}/${name}`, bytes]));
    for (const [name, pack] of forms) {
      const path = await written(name, pack(inner));
      expect(entriesOf(await kits(joinPath(path, deep)))).toHaveLength(3);
      expect(await failure(kits(path))).toBe(
        'data kits: expected images with labels in the layout of the owners, found none.',
      );
      expect(await failure(kits(joinPath(path, 'elsewhere')))).toBe(
        'data kits: expected the folder of the data set, found nothing at this path in the archive.',
      );
    }
  });

  test('openDataset takes it, tables and series of slices included', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR4nGNgcGBo+A8AAwUBwE4zW+kAAAAASUVORK5CYII=',
      'base64',
    );
    const slices = [0, 1, 2].map((n): [string, Uint8Array] => [
      `series/${n}.dcm`,
      slice({ uid: `1.2.${n}`, series: '1.2', z: 5 * n, modality: 'CT', rows: 2, columns: 3, value: n }),
    ]);
    const lines = [{ image: 'a.png', modality: 'DX' }, { image: 'series' }].map((line) => JSON.stringify(line));
    const path = await written(
      'own.zip',
      zipOf({ 'annotations.jsonl': lines.join('\n'), 'a.png': png, ...Object.fromEntries(slices) }),
    );
    const set = await openDataset('folder', path);
    expect((await only(set)).volume.shape).toEqual([1, 2, 2]);
    const { volume } = await only(set, 'series');
    expect([volume.shape, volume.modality, volume.data[12]]).toEqual([[3, 2, 3], 'CT', 2]);
    expect(await failure(lidcIdri(path))).toMatch('lidc-idri: expected images with labels');
  });

  test('its files have the stamp of the archive, and digests of their own', async () => {
    const packed = { 'a/b.txt': 'content', 'c.txt': 'other' };
    const path = await written('stamped.zip', zipOf(packed));
    const [[name, size, time] = []] = await stampFiles(path, ['a/b.txt']);
    expect([name, size, typeof time]).toEqual(['a/b.txt', zipOf(packed).length, 'number']);
    expect(await stampFiles(path, ['a'])).toHaveLength(1);
    await expect(stampFiles(path, ['a/b.txt', 'gone', 'd'])).rejects.toThrow('2 of them are missing');
    const folder = await miniature(packed);
    expect(await digestIn(path)('a/b.txt')).toBe(await digestIn(folder)('a/b.txt'));
    expect(await digestIn(path)('gone')).toBeUndefined();
    const beside = await miniature({ 'files.zip': zipOf(packed), 'c.txt': 'on the disk' });
    expect(await digestIn(beside)('a/b.txt')).toBe(await digestIn(path)('a/b.txt'));
    expect((await stampFiles(beside, ['a/b.txt', 'c.txt'])).map(([, bytes]) => bytes)).toEqual([
      zipOf(packed).length,
      'on the disk'.length,
    ]);
  });
});

test('archives of a folder that an adapter wants are read as if unpacked, what is unpacked first', async () => {
  const path = await miniature({
    'imgs.zip': zipOf({ 'imgs/1/a.txt': 'packed', 'imgs/2/a.txt': 'packed', '__MACOSX/imgs/._a': 'x', '.hidden': 'x' }),
    'more.tar': tarOf({ 'imgs/3/a.txt': 'packed too' }),
    'other.zip': 'no archive at all',
    'imgs/1/a.txt': 'unpacked',
  });
  const folder = await openFolder('set', path, { archives: /^(imgs|more)\./ });
  expect((await folder.list('imgs')).folders).toEqual(['1', '2', '3']);
  expect(await folder.list()).toEqual({ files: ['imgs.zip', 'more.tar', 'other.zip'], folders: ['imgs'] });
  expect(await Promise.all(['1', '2', '3'].map((one) => folder.text(`imgs/${one}/a.txt`)))).toEqual([
    'unpacked',
    'packed',
    'packed too',
  ]);
  expect(await folder.has('imgs/4/a.txt')).toBe(false);
  expect(await failure(folder.text('imgs/4/a.txt'))).toBe('data set: expected the file imgs/4/a.txt, found none.');
  const all = await openFolder('set', path, { archives: /./ });
  expect(await failure(all.has('gone'))).toBe('data set: other.zip: expected a zip or tar archive, found other bytes.');
});

test('any tree of files reads the same from every kind of archive, whole, in pieces and in parts', async () => {
  const name = fc.stringMatching(/^[a-z0-9 ]{1,8}$/).filter((text) => text.trim() === text);
  const content = fc.uint8Array({ maxLength: 1500 });
  const tree = fc.dictionary(
    fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join('/')}.file`),
    content,
    {
      minKeys: 1,
      maxKeys: 5,
      noNullPrototype: true,
    },
  );
  await fc.assert(
    fc.asyncProperty(tree, fc.constantFrom(...forms), async (files, [form, pack]) => {
      const disk = await openFolder('set', await miniature(files));
      const folder = await openFolder('set', await written(form, pack(files)));
      for (const at of new Set(['', ...Object.keys(files).map((path) => path.replace(/\/?[^/]*$/, ''))]))
        expect(await folder.list(at)).toEqual(await disk.list(at));
      for (const [path, bytes] of Object.entries(files)) {
        expect([...(await folder.bytes(path))]).toEqual([...bytes]);
        expect([...(await buffer(folder.stream(path)))]).toEqual([...bytes]);
        const parts = await folder.open(path);
        expect(parts.byteLength).toBe(bytes.length);
        const end = Math.max(1, bytes.length - 1);
        expect(new Uint8Array(await parts.slice(1, end))).toEqual(bytes.slice(1, end));
      }
    }),
    { seed: 5, numRuns: 25 },
  );
});

describe('hostile archives', () => {
  const open = async (name: string, bytes: Uint8Array) => openFolder('set', await written(name, bytes));
  const refusal = async (name: string, bytes: Uint8Array, file = 'a'): Promise<string> =>
    failure(open(name, bytes).then((folder) => folder.bytes(file))).then((text) => text.replace(/\d+-/, ''));

  test.each(['../a', 'a/../../b', '/etc/passwd', 'C:a', 'a\\..\\b'])('a name such as %j is refused', async (name) => {
    expect(await refusal('x.tar', tarOf({ [name]: 'x' }))).toBe(
      'data set: x.tar: expected names inside the archive, found one that is absolute or leaves it.',
    );
    expect(await refusal('x.zip', zipOf({ [name]: 'x' }))).toMatch(/^data set: x\.zip: expected/);
    const pax = join([...tarEntry('p', bytesOf(paxRecord('path', name)), 'x'), ...tarEntry('a', bytesOf('x'), '0')]);
    expect(await refusal('x.tar', pax)).toMatch('expected names inside the archive');
  });

  test('links are passed over, so that none leads outside', async () => {
    const linked = join([
      ...tarEntry('a', new Uint8Array(), '2'),
      ...tarEntry('b', new Uint8Array(), '1'),
      ...tarEntry('c', bytesOf('x'), '0'),
    ]);
    expect((await (await open('links.tar', linked)).list()).files).toEqual(['c']);
  });

  /** Changes a number in the first record of a zip's directory. */
  const patched = (bytes: Uint8Array, field: number, value: number): Uint8Array => {
    const out = bytes.slice();
    const view = new DataView(out.buffer);
    let at = out.length - 4;
    while (view.getUint32(at, true) !== 0x02014b50) at--;
    view.setUint32(at + field, value, true);
    return out;
  };

  test('files that unfold to more than they say, or say more than any file has, end without filling the memory', async () => {
    const zip = zipOf({ a: new Uint8Array(2 ** 20) });
    expect(await refusal('less.zip', patched(zip, 24, 1000))).toMatch('one that is cut or does not unfold');
    expect(await refusal('more.zip', patched(zip, 24, 2 ** 21))).toMatch('one that is cut or does not unfold');
    expect(await refusal('bomb.zip', patched(zip, 24, 2 ** 30))).toBe(
      `data set: bomb.zip: expected a file of at most ${2 ** 29} bytes in the archive, found ${2 ** 30}.`,
    );
    const folder = await open('less.zip', patched(zip, 24, 1000));
    await expect(buffer(folder.stream('a'))).rejects.toThrow('one that is cut or does not unfold');
    // A gzip may hold several, one after the other: each of these is a million zeros.
    const mebibyte = gzipSync(new Uint8Array(2 ** 20), { level: 1 });
    expect(await refusal('bomb.tgz', join(Array.from({ length: 257 }, () => mebibyte)))).toBe(
      `unsupported set: bomb.tgz: expected a tar in gzip of at most ${2 ** 28} bytes, found more.`,
    );
  });

  test('cut archives, and files that are none, are told by their names', async () => {
    const tar = tarOf({ a: 'x'.repeat(2000) });
    expect(await refusal('cut.tar', tar.subarray(0, 1500))).toBe(
      'data set: cut.tar: expected whole files in the archive, found one that is cut.',
    );
    const changed = tar.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
    expect(await refusal('changed.tar', changed)).toMatch('expected a zip or tar archive, found other bytes');
    expect(await refusal('text.tar', bytesOf('text'.repeat(200)))).toMatch(
      'expected a zip or tar archive, found other bytes',
    );
    expect(await refusal('empty.tar', new Uint8Array())).toMatch('expected a zip or tar archive, found other bytes');
    expect(await refusal('cut.tgz', gzipSync(tar).subarray(0, 40))).toMatch(
      'expected a tar in gzip, found bytes that do not unfold',
    );
    expect(await refusal('cut.zip', zipOf({ a: 'x' }).subarray(0, 60))).toMatch('found one that does not parse');
    expect(await refusal('set.rar', bytesOf('Rar!'))).toBe(
      'data set: expected the folder of the data set, found a file at this path.',
    );
  });

  test('mutations of archives give files or a VividMedError', async () => {
    const seeds = [
      zipOf({ 'a/b': 'text'.repeat(99), c: 'x' }),
      tarOf({ 'a/b': 'text'.repeat(99), [`${'d/'.repeat(60)}e`]: 'x' }),
    ];
    let failures = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        async (seed, edits) => {
          const bytes = seed.slice();
          for (const [at, value] of edits) bytes[at % bytes.length] = value;
          try {
            const folder = await open('mutant.zip', bytes);
            for (const file of (await folder.list('a')).files) await folder.bytes(`a/${file}`);
          } catch (error) {
            if (!VividMedError.isInstance(error)) throw error;
            failures++;
          }
        },
      ),
      { seed: 8, numRuns: 150 },
    );
    expect(failures).toBeGreaterThan(20);
  });
});
