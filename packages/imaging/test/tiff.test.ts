import { createHash } from 'node:crypto';
import { VividMedError } from '@vividmed/core';
import fc from 'fast-check';
import { zlibSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { decodeImage, readLabelMap, readTiff } from '../src/index.js';
import golden from './oracle/tiff.json' with { type: 'json' };
import { type TiffPage, writeTiff } from './write-tiff.js';

const bytesOfCase = (name: string): Uint8Array =>
  Buffer.from(golden.cases.find((each) => each.name === name)!.file, 'base64');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('files that other programs wrote', () => {
  test.each(golden.cases)('$name', async ({ name, file, fileSha256, sha256: expected, first, shape, spacingMm }) => {
    const bytes = Buffer.from(file, 'base64');
    expect(sha256(bytes)).toBe(fileSha256);
    const volume = await decodeImage(bytes);
    expect(volume).toMatchObject({ shape, modality: 'OT', unit: 'none', source: { format: 'tiff' } });
    const is32 = /int32/.test(name);
    expect(volume.warnings.map(({ code }) => code)).toEqual(is32 ? ['rounded-integers'] : []);
    expect([...volume.data.subarray(0, 4)]).toEqual(first);
    expect(sha256(new Uint8Array(volume.data.buffer))).toBe(expected);
    volume.spacingMm.forEach((mm, axis) => expect(mm).toBeCloseTo(spacingMm[axis]!, 6));
  });

  test('white that is 0 keeps the range of the type', async () => {
    const volume = await readTiff(bytesOfCase('tifffile, white is zero, signed'));
    expect(volume.storableRange).toEqual([-128, 127]);
  });

  test('labels of 32 bits are exact', async () => {
    const { labels } = await readLabelMap(writeTiff([page({ 258: [32], 256: [1], 257: [1] }, [LARGE])]));
    expect([...labels]).toEqual([2 ** 30 + 1]);
  });

  test('what gives a spacing is told from what does not', async () => {
    const { spacingSource } = await readTiff(bytesOfCase('tifffile, pixels per cm'));
    expect(spacingSource).toEqual({ plane: 'header', depth: 'assumed' });
    const stack = await readTiff(bytesOfCase('tifffile, ImageJ stack'));
    expect(stack.spacingSource).toEqual({ plane: 'header', depth: 'header' });
    const plain = await readTiff(writeTiff([page()]));
    expect(plain.spacingSource).toEqual({ plane: 'assumed', depth: 'assumed' });
  });
});

/** Six pixels of 16 bits, 1 to 6, in one strip. */
const page = (changes: TiffPage['tags'] = {}, segments = [PIXELS]): TiffPage => ({
  tags: { 256: [3], 257: [2], 258: [16], 259: [1], 262: [1], 277: [1], 278: [2], ...changes },
  segments,
});
const PIXELS = Uint8Array.from([1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]);
/** 2^30 + 1, which no 32-bit float is. */
const LARGE = Uint8Array.from([1, 0, 0, 64]);
const imageJ = (lines: string): TiffPage['tags'] => ({ 270: `ImageJ=1.53\n${lines}\n` });

describe('pages', () => {
  test('reduced copies and masks are left out, and told', async () => {
    const volume = await readTiff(writeTiff([page(), page({ 254: [1], 256: [1], 257: [1] }), page({ 254: [4] })]));
    expect(volume.shape).toEqual([1, 2, 3]);
    expect(volume.warnings.map(({ code }) => code)).toEqual(['pages-left-out']);
    await expect(readTiff(writeTiff([page({ 254: [1] })]))).rejects.toThrow('full resolution');
  });

  test('a hyperstack of ImageJ has volumes: channels first, then times', async () => {
    const pages = Array.from({ length: 12 }, (_, i) => {
      const tags = i === 0 ? imageJ('images=12\nchannels=2\nslices=3\nframes=2') : {};
      return page(tags, [PIXELS.map((value, b) => (b % 2 === 0 ? i : value))]);
    });
    const file = writeTiff(pages);
    await expect(readTiff(file)).rejects.toThrow('one volume, found 4');
    // Pages: channel 1 of time 1 is every second one from page 7 on.
    const volume = await readTiff(file, { index: 3 });
    expect(volume.shape).toEqual([3, 2, 3]);
    expect([0, 6, 12].map((at) => volume.data[at])).toEqual([7, 9, 11]);
    expect((await readTiff(file, { index: 1 })).data[0]).toBe(1);
  });

  test('pages of ImageJ that are not in the file are not made up', async () => {
    await expect(readTiff(writeTiff([page(imageJ('images=3\nslices=3'))]))).rejects.toMatchObject({
      code: 'unsupported',
    });
  });

  test('the resolution of a screen is no spacing', async () => {
    const volume = await readTiff(writeTiff([page({ 282: [72, 1], 283: [72, 1], 296: [2] })]));
    expect(volume.spacingMm).toEqual([1, 1, 1]);
    expect(volume.warnings.map(({ code }) => code)).toEqual(['screen-resolution']);
  });

  test('a file that asks to be turned is read as stored, and told', async () => {
    const volume = await readTiff(writeTiff([page({ 274: [3] })]));
    expect([...volume.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(volume.warnings.map(({ code }) => code)).toEqual(['orientation-ignored']);
  });
});

describe('what is not read is told', () => {
  const cases: [string, TiffPage[], RegExp, string][] = [
    ['JPEG', [page({ 259: [7] })], /found JPEG\./, 'unsupported'],
    ['fax', [page({ 259: [4] })], /CCITT fax/, 'unsupported'],
    ['1 bit', [page({ 258: [1] })], /unsigned integers of 1\b/, 'unsupported'],
    ['floats of 16 bits', [page({ 339: [3] })], /floats of 16/, 'unsupported'],
    ['YCbCr', [page({ 262: [6], 277: [3] })], /other colours/, 'unsupported'],
    ['CMYK', [page({ 262: [5], 277: [4] })], /other colours/, 'unsupported'],
    ['bits of several sizes', [page({ 258: [16, 8], 277: [2] })], /one type/, 'unsupported'],
    ['low bits first', [page({ 266: [2] })], /highest bits/, 'unsupported'],
    ['floats whose white is 0', [page({ 258: [32], 339: [3], 262: [0] })], /brighter/, 'unsupported'],
    ['predictor 3 of integers', [page({ 317: [3] })], /predictor/, 'unsupported'],
    ['pages of two sizes', [page(), page({ 256: [2] })], /one size/, 'unsupported'],
    ['pages of two types', [page(), page({ 339: [2] })], /one type/, 'unsupported'],
    ['no width', [page({ 256: [0] })], /at least one pixel/, 'data'],
    ['a billion pixels', [page({ 256: [2 ** 31], 257: [2 ** 31] })], /at most 268435456/, 'data'],
    ['a strip that is not there', [page({ 278: [1] })], /2 strips/, 'data'],
    ['a strip without data', [page({}, [new Uint8Array(0)])], /none in number 0/, 'data'],
    ['a strip that is short', [page({}, [PIXELS.subarray(0, 11)])], /expected 12 bytes.*found 11/, 'data'],
    ['PackBits that is short', [page({ 259: [32773] }, [Uint8Array.from([5, 1, 2])])], /PackBits/, 'data'],
    ['LZW without codes', [page({ 259: [5] }, [Uint8Array.from([0xff, 0xff, 0xff])])], /LZW/, 'data'],
    ['LZW of before', [page({ 259: [5] }, [Uint8Array.from([0, 1, 2])])], /before TIFF 6/, 'unsupported'],
    ['no deflate', [page({ 259: [8] }, [PIXELS])], /inflate/, 'data'],
    ['a bomb', [page({ 259: [8] }, [zlibSync(new Uint8Array(2 ** 22))])], /at most/, 'data'],
    ['a palette without colours', [page({ 262: [3] })], /palette/, 'data'],
    ['ImageJ of parts of volumes', [page(imageJ('images=1\nchannels=2'))], /whole volumes/, 'data'],
  ];
  test.each(cases)('%s', async (_, pages, message, code) => {
    await expect(readTiff(writeTiff(pages))).rejects.toMatchObject({
      name: 'VividMedError',
      code,
      message: expect.stringMatching(message),
    });
  });

  test('pages that go in a circle', async () => {
    const file = writeTiff([page(), page()]);
    const view = new DataView(file.buffer);
    const first = view.getUint32(4, true);
    const second = view.getUint32(first + 2 + 12 * view.getUint16(first, true), true);
    view.setUint32(second + 2 + 12 * view.getUint16(second, true), first, true);
    await expect(readTiff(file)).rejects.toThrow('a circle');
  });

  test('a tile that is larger than the cap, around one pixel', async () => {
    const tags = { 256: [1], 257: [1], 258: [8], 322: [2 ** 31], 323: [2 ** 31], 324: [8], 325: [1] };
    await expect(readTiff(writeTiff([page(tags)]))).rejects.toThrow('at most');
  });
});

test('any plain image of 8 bits in any strips comes back', async () => {
  const image = fc
    .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
    .chain(({ width, height }) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        rows: fc.integer({ min: 1, max: height + 3 }),
        pixels: fc.uint8Array({ minLength: width * height, maxLength: width * height }),
        isFolded: fc.boolean(),
      }),
    );
  await fc.assert(
    fc.asyncProperty(image, async ({ width, height, rows, pixels, isFolded }) => {
      const segments = Array.from({ length: Math.ceil(height / rows) }, (_, i) => {
        const strip = pixels.subarray(i * rows * width, (i + 1) * rows * width);
        return isFolded ? zlibSync(strip) : strip;
      });
      const tags = { 256: [width], 257: [height], 258: [8], 259: [isFolded ? 8 : 1], 278: [rows] };
      const volume = await readTiff(writeTiff([page(tags, segments)]));
      expect([...volume.data]).toEqual([...pixels]);
      expect(volume.shape).toEqual([1, height, width]);
    }),
    { seed: 5, numRuns: 100 },
  );
});

test('mutated files give an image under the cap or a VividMedError', { timeout: 120_000 }, async () => {
  const seeds = golden.cases.filter(({ file }) => file.length < 4000).map(({ name }) => bytesOfCase(name));
  const mutation = fc.record({
    seed: fc.nat(seeds.length - 1),
    edits: fc.array(fc.tuple(fc.nat(2999), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 0xff, 0x7f, 0x80))), {
      minLength: 1,
      maxLength: 6,
    }),
    cut: fc.option(fc.nat(2999)),
  });
  const maxVoxels = 4096;
  let failures = 0;
  await fc.assert(
    fc.asyncProperty(mutation, async ({ seed, edits, cut }) => {
      const bytes = Uint8Array.from(seeds[seed]!);
      for (const [at, value] of edits) bytes[at % bytes.length] = value;
      try {
        const input = cut === null ? bytes : bytes.subarray(0, cut % bytes.length);
        const { data, shape } = await readTiff(input, { maxVoxels });
        expect(data.length).toBe(shape[0] * shape[1] * shape[2]);
        expect(data.length).toBeLessThanOrEqual(maxVoxels);
        expect(data.every(Number.isFinite)).toBe(true);
      } catch (error) {
        if (!VividMedError.isInstance(error)) throw error;
        failures++;
      }
    }),
    { seed: 11, numRuns: 1500 },
  );
  expect(failures).toBeGreaterThan(100);
  expect(failures).toBeLessThan(1500);
});
