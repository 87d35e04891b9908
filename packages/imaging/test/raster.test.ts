import fc from 'fast-check';
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { decodeImage, readJpeg, readPng } from '../src/index.js';
import { COLOUR_JPEG, GREY_JPEG, PROGRESSIVE_JPEG } from './coded-images.js';

test('grey PNG of 8 and 16 bits keeps its values, interlaced or not', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom<8 | 16>(8, 16),
      fc.constantFrom<'null' | 'Adam7'>('null', 'Adam7'),
      fc.nat(1000),
      async (width, height, depth, interlace, salt) => {
        const values = Array.from({ length: width * height }, (_, i) => ((i + 1) * (salt + 7919)) % 2 ** depth);
        const data = depth === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
        const volume = await readPng(encode({ width, height, channels: 1, depth, data }, { interlace }));
        expect([...volume.data]).toEqual(values);
        expect(volume.shape).toEqual([1, height, width]);
        expect(volume.storableRange).toEqual([0, 2 ** depth - 1]);
      },
    ),
    { seed: 3, numRuns: 40 },
  );
});

test('colour PNG becomes luminance, alpha and palettes included', async () => {
  const rgb = [10, 20, 30];
  const expected = [Math.fround(0.299 * 10 + 0.587 * 20 + 0.114 * 30)];
  const read = async (channels: number, data: number[]) => [
    ...(await readPng(encode({ width: 1, height: 1, channels, data: Uint8Array.from(data) }))).data,
  ];
  expect(await read(3, rgb)).toEqual(expected);
  expect(await read(4, [...rgb, 77])).toEqual(expected);
  expect(await read(2, [55, 77])).toEqual([55]);
  const indexed = encode({
    width: 1,
    height: 1,
    channels: 1,
    depth: 8,
    data: Uint8Array.of(1),
    palette: [[0, 0, 0], rgb],
  });
  expect([...(await readPng(indexed)).data]).toEqual(expected);
});

test('the caller says the modality of a PNG, CR unless told', async () => {
  const png = encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(9) });
  expect((await decodeImage(png)).modality).toBe('CR');
  expect((await decodeImage(png, { modality: 'DX' })).modality).toBe('DX');
  await expect(decodeImage(png, { modality: 'x-ray' })).rejects.toMatchObject({ code: 'config' });
});

test('grey and colour JPEG decode to the values that went in, within the loss of the coding', async () => {
  for (const jpeg of [GREY_JPEG, PROGRESSIVE_JPEG]) {
    const grey = await readJpeg(Buffer.from(jpeg, 'base64'));
    expect(grey.shape).toEqual([1, 8, 16]);
    grey.data.forEach((value, i) => expect(Math.abs(value - (i % 16) * 16)).toBeLessThanOrEqual(3));
  }
  const colour = await readJpeg(Buffer.from(COLOUR_JPEG, 'base64'));
  expect(colour.source.photometric).toBe('RGB');
  colour.data.forEach((value) =>
    expect(Math.abs(value - (0.299 * 200 + 0.587 * 100 + 0.114 * 50))).toBeLessThanOrEqual(2),
  );
});

test('a cut JPEG is refused, not filled with grey', async () => {
  const bytes = Buffer.from(GREY_JPEG, 'base64');
  await expect(readJpeg(bytes.subarray(0, -8))).rejects.toMatchObject({ message: expect.stringMatching(/end marker/) });
});

test('a damaged JPEG does not spoil the ones after it', async () => {
  const good = Buffer.from(GREY_JPEG, 'base64');
  const damaged = Buffer.from(good);
  damaged[damaged.indexOf(Buffer.from([0xff, 0xc4])) + 5] = 0xff; // more codes of a length than there can be
  await expect(readJpeg(damaged)).rejects.toMatchObject({ code: 'data' });
  expect((await readJpeg(good)).shape).toEqual([1, 8, 16]);
});
