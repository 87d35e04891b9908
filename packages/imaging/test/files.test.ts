import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VividMedError } from '@vividmed/core';
import fc from 'fast-check';
import { gzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isZip, zipEntries } from '../src/archive/zip.js';
import { writeNifti } from '../src/index.js';
import { findImages, readImage, readImages } from '../src/node.js';
import { GREY_JPEG } from './coded-images.js';
import { type Attributes, smallImage, writeDicom } from './write-dicom.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const slice = (z: number, changes: Attributes = {}): Uint8Array =>
  writeDicom({
    ...smallImage([z, z, z, z, z, z]),
    '00080018': ['UI', `1.2.3.${z}`],
    '00080060': ['CS', 'MR'],
    '0020000d': ['UI', '1.2.1'],
    '0020000e': ['UI', '1.2.2'],
    '00200032': ['DS', `0\\0\\${z}`],
    '00200037': ['DS', '1\\0\\0\\0\\1\\0'],
    ...changes,
  });
const { '7fe00010': _, ...report } = smallImage();
const study = {
  'a/Secret^Name/1': slice(2),
  'a/Secret^Name/2': slice(0),
  'b/3.dcm': slice(1),
  'b/report': writeDicom(report),
  'readme.txt': bytesOf('not an image'),
};
const record = (id: string): Attributes => ({ '00041430': ['CS', 'IMAGE'], '00041500': ['CS', id] });
const dicomdir = (ids: string[]): Uint8Array =>
  writeDicom({ '00020002': ['UI', '1.2.840.10008.1.3.10'], '00041220': ['SQ', ids.map(record)] });

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'imaging-'));
  for (const [name, bytes] of Object.entries(study)) {
    await mkdir(join(root, 'study', name, '..'), { recursive: true });
    await writeFile(join(root, 'study', name), bytes);
  }
  await writeFile(join(root, 'study.zip'), zipSync(study));
  await mkdir(join(root, 'disc', 'images'), { recursive: true });
  for (const z of [1, 0]) await writeFile(join(root, 'disc', 'images', `im${z}`), slice(z));
  await writeFile(join(root, 'disc', 'DICOMDIR'), dicomdir(['IMAGES\\IM1', 'IMAGES\\IM0']));
});
afterAll(() => rm(root, { recursive: true }));

describe('one image, wherever it is', () => {
  test.each(['study', 'study.zip'])('%s gives its series in order, and counts what is no image', async (name) => {
    const { volumes, skipped } = await readImages(join(root, name));
    expect(volumes.map(({ data }) => [...data].filter((_value, i) => i % 6 === 0))).toEqual([[0, 1, 2]]);
    expect(skipped).toEqual({ notImages: 1, withoutPixels: 1, errors: [] });
    expect((await readImage(join(root, name))).shape).toEqual([3, 2, 3]);
  });

  test('a DICOMDIR gives the files that it names, in letters of either case', async () => {
    expect((await readImage(join(root, 'disc', 'DICOMDIR'))).shape).toEqual([2, 2, 3]);
  });

  test('several images are listed by kind and size, without names', async () => {
    const folder = join(root, 'several');
    await mkdir(folder);
    await writeFile(join(folder, 'Secret^Name.dcm'), slice(0));
    await writeFile(join(folder, 'b.jpg'), Buffer.from(GREY_JPEG, 'base64'));
    await writeFile(join(folder, 'c'), slice(0).subarray(0, -3));
    const error: unknown = await readImage(folder).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'data',
      message: expect.stringContaining('found 2 (MR 1 x 2 x 3, jpeg), and 1 files that cannot be read.'),
    });
    expect(String(error)).not.toMatch(/Secret|several/);
    const { images } = await findImages(folder);
    expect(images.map(({ format, dicom }) => [format, dicom?.reference.slices.length])).toEqual([
      ['dicom', 1],
      ['jpeg', undefined],
    ]);
  });

  test('a DICOMDIR that names files outside its folder is refused', async () => {
    for (const id of ['..\\SECRET', '\\ETC\\PASSWD', 'A/../B', 'C:\\X']) {
      await writeFile(join(root, 'disc', 'HOSTILE'), dicomdir([id]));
      await expect(readImage(join(root, 'disc', 'HOSTILE'))).rejects.toMatchObject({
        code: 'data',
        message: expect.stringMatching(/inside the folder/),
      });
    }
  });
});

describe('hostile archives', () => {
  const limits = { maxEntryBytes: 2 ** 20 };
  const patched = (bytes: Uint8Array, signature: number, field: number, value: number, size: 2 | 4): Uint8Array => {
    const out = bytes.slice();
    const view = new DataView(out.buffer);
    let at = out.length - 4;
    while (view.getUint32(at, true) !== signature) at--;
    if (size === 2) view.setUint16(at + field, value, true);
    else view.setUint32(at + field, value, true);
    return out;
  };
  const small = zipSync({ a: bytesOf('0123456789'.repeat(9)) });

  test.each(['../a', 'a/../../b', '/etc/passwd', 'C:\\a', '..\\a', 'a\\..\\b', 'a\0b'])(
    'a name such as %j is refused',
    (name) => {
      expect(() => zipEntries(zipSync({ [name]: bytesOf('x') }), limits)).toThrow(/names inside the archive/);
    },
  );

  test('a file larger than the cap, and more of all than the archive could hold, are refused unfolded', () => {
    const zeros = new Uint8Array(2 ** 20 + 1);
    expect(() => zipEntries(zipSync({ a: zeros }), limits)).toThrow(/at most 1048576 bytes/);
    const bomb = zipSync(Object.fromEntries(Array.from({ length: 70 }, (_value, i) => [`${i}`, zeros.subarray(1)])));
    expect(() => zipEntries(bomb, limits)).toThrow(/archive that unfolds to far more/);
    expect(zipEntries(bomb, { ...limits, maxRatio: 2000 })).toHaveLength(70);
    expect(() => zipEntries(bomb, { ...limits, maxRatio: 2000, maxEntries: 69 })).toThrow(/at most 69 files/);
  });

  test('a file that unfolds to more or less than the archive says is refused', () => {
    for (const said of [10, 100]) {
      const [entry] = zipEntries(patched(small, 0x02014b50, 24, said, 4), limits);
      expect(() => entry?.read()).toThrow(said === 10 ? /at most 10 bytes/ : /of 100 bytes, found 90/);
    }
  });

  test('what is not read is told: encryption, other compression', () => {
    const unsupported = { code: 'unsupported' };
    const read = (bytes: Uint8Array) => () => zipEntries(bytes, limits);
    expect(read(patched(small, 0x02014b50, 8, 1, 2))).toThrow(expect.objectContaining(unsupported));
    expect(read(patched(small, 0x02014b50, 10, 12, 2))).toThrow(expect.objectContaining(unsupported));
    expect(read(patched(small, 0x06054b50, 10, 60000, 2))).toThrow(/expected a record/);
  });

  /** The archive `small` as programs write it that do not know how large it will be: every number that may be long is in Zip64. */
  const zip64 = (numbers: { size?: bigint; place?: bigint; directory?: bigint } = {}): Uint8Array => {
    const view = new DataView(small.buffer, small.byteOffset, small.length);
    const end = small.length - 22;
    const directory = view.getUint32(end + 16, true);
    const central = small.slice(directory, end);
    const entry = new DataView(central.buffer);
    const [packed, size, place] = [20, 24, 42].map((field) => BigInt(entry.getUint32(field, true)));
    const extra = new DataView(new ArrayBuffer(34));
    // Another field stands before that of Zip64.
    extra.setUint16(0, 0x5455, true);
    extra.setUint16(2, 2, true);
    extra.setUint16(6, 1, true);
    extra.setUint16(8, 24, true);
    extra.setBigUint64(10, numbers.size ?? size!, true);
    extra.setBigUint64(18, packed!, true);
    extra.setBigUint64(26, numbers.place ?? place!, true);
    for (const field of [20, 24, 42]) entry.setUint32(field, 0xffffffff, true);
    entry.setUint16(30, 34, true);
    const ending = new DataView(new ArrayBuffer(56 + 20 + 22));
    ending.setUint32(0, 0x06064b50, true);
    ending.setBigUint64(32, 1n, true);
    ending.setBigUint64(48, numbers.directory ?? BigInt(directory), true);
    ending.setUint32(56, 0x07064b50, true);
    ending.setBigUint64(64, BigInt(end + 34), true);
    ending.setUint32(76, 0x06054b50, true);
    ending.setUint16(86, 0xffff, true);
    ending.setUint32(92, 0xffffffff, true);
    return Uint8Array.from([
      ...small.subarray(0, directory),
      ...central,
      ...new Uint8Array(extra.buffer),
      ...new Uint8Array(ending.buffer),
    ]);
  };

  test('Zip64 is read, and its numbers are checked like the short ones', () => {
    expect(zipEntries(zip64(), limits).map((entry) => new TextDecoder().decode(entry.read()))).toEqual([
      '0123456789'.repeat(9),
    ]);
    expect(() => zipEntries(zip64({ size: 2n ** 21n }), limits)).toThrow(/at most 1048576 bytes, found one of 2097152/);
    expect(() => zipEntries(zip64({ place: 2n ** 40n }), limits)[0]!.read()).toThrow(/expected a record of a file/);
    for (const directory of [2n ** 63n, 2n ** 50n])
      expect(() => zipEntries(zip64({ directory }), limits)).toThrow(/expected (numbers of an archive|a record)/);
    expect(() => zipEntries(patched(small, 0x06054b50, 10, 0xffff, 2), limits)).toThrow(/expected a record/);
    expect(() => zipEntries(patched(small, 0x02014b50, 24, 0xffffffff, 4), limits)).toThrow(/numbers of a Zip64 file/);
  });

  test('mutations give entries within the cap or a VividMedError', () => {
    const seed = zipSync({ a: slice(0), 'b/c': bytesOf('text'.repeat(50)) });
    let failures = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(40),
        (edits, cut) => {
          const bytes = seed.slice(0, seed.length - (cut > 30 ? cut : 0));
          for (const [at, value] of edits) bytes[at % bytes.length] = value;
          if (!isZip(bytes)) return;
          try {
            for (const entry of zipEntries(bytes, limits)) expect(entry.read().length).toBeLessThanOrEqual(2 ** 20);
          } catch (error) {
            if (!VividMedError.isInstance(error)) throw error;
            failures++;
          }
        },
      ),
      { seed: 11, numRuns: 400 },
    );
    expect(failures).toBeGreaterThan(50);
  });
});

describe('headers whose voxels are in another file', () => {
  const voxels = Uint8Array.from([1, 2, 3, 4, 5, 6]);
  const nhdr = (name: string): Uint8Array =>
    bytesOf(`NRRD0005\ntype: uint8\ndimension: 3\nsizes: 3 2 1\nencoding: raw\ndata file: ${name}\n`);
  const mhd = (name: string): Uint8Array =>
    bytesOf(
      `ObjectType = Image\nNDims = 3\nBinaryData = True\nDimSize = 3 2 1\nElementType = MET_UCHAR\nElementDataFile = ${name}\n`,
    );
  /** A NIfTI-1 file taken apart: magic `ni1` and voxels from byte 0 of the other file. */
  const hdr = async (): Promise<Uint8Array> => {
    const image = {
      labels: voxels,
      shape: [1, 2, 3] as const,
      spacingMm: [1, 1, 1] as const,
      spacingSource: { plane: 'header', depth: 'header' } as const,
      warnings: [],
    };
    const header = (await writeNifti(image, { isGzip: false })).slice(0, 348);
    header.set(bytesOf('ni1'), 344);
    new DataView(header.buffer).setFloat32(108, 0, true);
    return header;
  };
  let folder = '';
  beforeAll(async () => {
    folder = join(root, 'pairs');
    await mkdir(join(folder, 'inner'), { recursive: true });
    await mkdir(join(folder, 'packed'));
    const files: Record<string, Uint8Array> = {
      'a.nhdr': nhdr('a.raw'),
      'b.nhdr': nhdr('./a.raw'),
      'a.mhd': mhd('a.raw'),
      'a.raw': voxels,
      'c.hdr': await hdr(),
      'c.img': voxels,
      'inner/up.nhdr': nhdr('../a.raw'),
      'inner/up.mhd': mhd('..\\a.raw'),
      'inner/root.mhd': mhd(join(folder, 'a.raw')),
      'inner/dots.mhd': mhd('..'),
      'inner/none.nhdr': nhdr('Secret^Name.raw'),
      'inner/link.mhd': mhd('link.raw'),
      'inner/alone.hdr': await hdr(),
      'inner/list.mhd': mhd('LIST'),
      'packed/d.hdr.gz': gzipSync(await hdr()),
      'packed/d.img.gz': gzipSync(voxels),
    };
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
    await symlink(join(folder, 'a.raw'), join(folder, 'inner', 'link.raw'));
  });

  test.each(['a.nhdr', 'b.nhdr', 'a.mhd', 'c.hdr', 'c.img', 'packed/d.hdr.gz', 'packed/d.img.gz'])(
    '%s is read with its partner',
    async (name) => {
      expect([...(await readImage(join(folder, name))).data]).toEqual([...voxels]);
    },
  );

  test.each([
    ['up.nhdr', /another place/],
    ['up.mhd', /another place/],
    ['root.mhd', /another place/],
    ['dots.mhd', /another place/],
    ['none.nhdr', /beside the header, found none/],
    ['link.mhd', /beside the header, found none/],
    ['alone.hdr', /beside the header, found none/],
    ['list.mhd', /list of files/],
  ])('%s is refused, without its names', async (name, message) => {
    const error = await readImage(join(folder, 'inner', name)).catch((caught: unknown) => caught);
    expect(VividMedError.isInstance(error)).toBe(true);
    expect((error as Error).message).toMatch(message);
    expect(String(error)).not.toMatch(/Secret|a\.raw|pairs/);
  });

  test('a folder with a pair has one image, and the other file is counted', async () => {
    const { volumes, skipped } = await readImages(join(folder, 'packed'));
    expect(volumes.map(({ data }) => [...data])).toEqual([[...voxels]]);
    expect(skipped).toEqual({ notImages: 1, withoutPixels: 0, errors: [] });
  });
});
