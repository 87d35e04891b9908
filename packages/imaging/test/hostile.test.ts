import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VividMedError } from '@vividmed/core';
import fc from 'fast-check';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeImage, readDicom, readPng } from '../src/index.js';
import { readImage } from '../src/node.js';
import { CODED_FRAMES, GREY_JPEG } from './coded-images.js';
import { encapsulate, smallImage, writeDicom } from './write-dicom.js';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const without = (tag: string) => Object.fromEntries(Object.entries(smallImage()).filter(([key]) => key !== tag));

describe('what is not an image is told', () => {
  const cases: [string, Uint8Array, RegExp, string][] = [
    ['no bytes', new Uint8Array(0), /found no bytes/, 'data'],
    ['text', ascii('Findings: the heart is normal.'.repeat(20)), /DICOM, NIfTI.*PNG or JPEG/, 'data'],
    ['random bytes', Uint8Array.from({ length: 500 }, (_, i) => (i * 7919) % 251), /DICOM, NIfTI.*PNG or JPEG/, 'data'],
    ['DICOM without pixel data', writeDicom(without('7fe00010')), /expected pixel data/, 'data'],
    ['DICOM cut in its attributes', writeDicom(smallImage()).subarray(0, 200), /pixel data|damaged/, 'data'],
    [
      'DICOM cut in its pixels',
      writeDicom(smallImage()).subarray(0, -3),
      /expected 12 bytes of pixels.*found 9/,
      'data',
    ],
    [
      'pixels fewer than rows times columns',
      writeDicom({ ...smallImage(), '00280010': ['US', [3]] }),
      /expected 18 bytes/,
      'data',
    ],
    ['no rows', writeDicom(without('00280010')), /at least one pixel/, 'data'],
    ['no frames', writeDicom({ ...smallImage(), '00280008': ['IS', '0'] }), /at least one pixel/, 'data'],
    [
      'more frames than the cap',
      writeDicom({ ...smallImage(), '00280008': ['IS', '999999999'] }),
      /at most 268435456/,
      'data',
    ],
    ['no modality', writeDicom(without('00080060')), /modality/, 'data'],
    ['a slope of zero', writeDicom({ ...smallImage(), '00281053': ['DS', '0'] }), /slope/, 'data'],
    ['bits above the cell', writeDicom({ ...smallImage(), '00280102': ['US', [16]] }), /stored bits/, 'data'],
    ['four bits a pixel', writeDicom({ ...smallImage(), '00280100': ['US', [4]] }), /bits allocated/, 'unsupported'],
    [
      'colours without their palette',
      writeDicom({ ...smallImage(), '00280004': ['CS', 'PALETTE COLOR'] }),
      /lookup table/,
      'data',
    ],
    [
      'frames that no pixels are left for',
      writeDicom({ ...smallImage(), '00280008': ['IS', '200000'] }),
      /bytes of pixels/,
      'data',
    ],
    ['four samples', writeDicom({ ...smallImage(), '00280002': ['US', [4]] }), /samples per pixel/, 'unsupported'],
    [
      'an MPEG transfer syntax',
      writeDicom(smallImage(), '1.2.840.10008.1.2.4.100'),
      /1\.2\.840\.10008\.1\.2\.4\.100/,
      'unsupported',
    ],
    ['plain pixels under a compressed syntax', writeDicom(smallImage(), '1.2.840.10008.1.2.4.70'), /fragments/, 'data'],
    ['JPEG of two bytes', Uint8Array.from([0xff, 0xd8, 0xff, 0xd9]), /readJpeg/, 'data'],
    ['PNG of its signature', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), /readPng/, 'data'],
  ];
  test.each(cases)('%s', async (_, bytes, message, code) => {
    await expect(decodeImage(bytes)).rejects.toMatchObject({
      name: 'VividMedError',
      code,
      message: expect.stringMatching(message),
    });
  });

  test('errors keep nothing of the file: no attributes, no path, no cause', async () => {
    const bytes = writeDicom({ ...without('7fe00010'), '00100010': ['PN', 'Secret^Name'] }).subarray(0, -3);
    const error = await readDicom(bytes).catch((caught: unknown) => caught);
    expect(VividMedError.isInstance(error)).toBe(true);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('Secret');
    expect((error as Error).cause).toBeUndefined();
  });

  test('what follows the pixels may be damaged', async () => {
    const bytes = writeDicom(smallImage());
    for (const tail of [new Uint8Array(1001), Uint8Array.from({ length: 99 }, (_, i) => (i * 89) % 256)]) {
      expect([...(await readDicom(Uint8Array.from([...bytes, ...tail]))).data]).toEqual([0, 1, 2, 3, 4, 5]);
    }
  });
});

describe('paths', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imaging-'));
    await writeFile(join(folder, 'empty.dcm'), '');
    await writeFile(join(folder, 'image.txt'), writeDicom(smallImage()));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('a missing file, a folder and an empty file are told, without their names', async () => {
    const messages = [];
    await mkdir(join(folder, 'without'));
    for (const name of ['missing.dcm', 'without', 'empty.dcm']) {
      messages.push(await readImage(join(folder, name)).catch((error: Error) => error.message));
    }
    expect(messages).toEqual([
      expect.stringContaining('found nothing'),
      expect.stringContaining('expected one image, found none'),
      expect.stringContaining('found no bytes'),
    ]);
    expect(messages.join('')).not.toContain(folder);
  });

  test('the content tells the format, not the name', async () => {
    expect((await readImage(join(folder, 'image.txt'))).source.format).toBe('dicom');
  });
});

describe('mutated files', () => {
  const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));
  const coded = (frame: Uint8Array, transferSyntax: string): Uint8Array =>
    writeDicom(
      {
        ...smallImage(),
        '00280010': ['US', [8]],
        '00280011': ['US', [16]],
        '7fe00010': ['OB', encapsulate([frame])],
      },
      transferSyntax,
      true,
    );
  const seeds = [
    writeDicom({ ...smallImage(), '00280030': ['DS', '1\\1'], '00281053': ['DS', '1'], '00281052': ['DS', '0'] }),
    writeDicom({ ...smallImage(), '7fe00010': ['OB', encapsulate([new Uint8Array(80)])] }, '1.2.840.10008.1.2.5', true),
    ...Object.entries(CODED_FRAMES).map(([transferSyntax, frame]) => coded(bytesOf(frame), transferSyntax)),
    coded(bytesOf(GREY_JPEG), '1.2.840.10008.1.2.4.50'),
    bytesOf(GREY_JPEG),
    encode({ width: 5, height: 4, channels: 1, depth: 16, data: Uint16Array.from({ length: 20 }, (_, i) => i) }),
  ];
  const mutation = fc.record({
    seed: fc.nat(seeds.length - 1),
    edits: fc.array(fc.tuple(fc.nat(4095), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0xff, 0x7f, 0x80))), {
      minLength: 1,
      maxLength: 6,
    }),
    cut: fc.option(fc.nat(4095)),
  });

  test('give an image under the cap or a VividMedError, and nothing else', { timeout: 120_000 }, async () => {
    const maxVoxels = 4096;
    let failures = 0;
    await fc.assert(
      fc.asyncProperty(mutation, async ({ seed, edits, cut }) => {
        const bytes = (seeds[seed] as Uint8Array).slice();
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        const input = cut === null ? bytes : bytes.subarray(0, cut % bytes.length);
        try {
          const { data, shape } = await decodeImage(input, { maxVoxels });
          expect(data.length).toBe(shape[0] * shape[1] * shape[2]);
          expect(data.length).toBeLessThanOrEqual(maxVoxels);
          expect(data.every(Number.isFinite)).toBe(true);
        } catch (error) {
          if (!VividMedError.isInstance(error)) throw error;
          failures++;
        }
      }),
      { seed: 7, numRuns: 600 },
    );
    expect(failures).toBeGreaterThan(100);
    expect(failures).toBeLessThan(600);
  });
});

test('the size that a PNG claims is refused before its pixels are unfolded', async () => {
  const png = encode({ width: 5, height: 4, channels: 1, data: new Uint8Array(20) });
  new DataView(png.buffer, png.byteOffset).setUint32(16, 0x7fffffff);
  await expect(readPng(png)).rejects.toMatchObject({ message: expect.stringMatching(/at most/) });
});
