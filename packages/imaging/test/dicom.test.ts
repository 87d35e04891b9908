import { deflateSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDicom } from '../src/index.js';
import { inflate } from '../src/inflate.js';
import { CODED_FRAMES } from './coded-images.js';
import { type Attributes, encapsulate, smallImage, writeDicom } from './write-dicom.js';

const read = async (changes: Attributes, pixels?: number[]) =>
  readDicom(writeDicom({ ...smallImage(pixels), ...changes }));
const values = async (changes: Attributes, pixels?: number[]) => [...(await read(changes, pixels)).data];

describe('values', () => {
  test('rescale, sign and high bit give the number that was stored', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 16 }).chain((bitsStored) =>
          fc.record({
            bitsStored: fc.constant(bitsStored),
            highBit: fc.integer({ min: bitsStored - 1, max: 15 }),
            isSigned: fc.boolean(),
            raw: fc.array(fc.integer({ min: 0, max: 2 ** bitsStored - 1 }), { minLength: 6, maxLength: 6 }),
            dirt: fc.integer({ min: 0, max: 65535 }),
          }),
        ),
        async ({ bitsStored, highBit, isSigned, raw, dirt }) => {
          const shift = highBit + 1 - bitsStored;
          const mask = ((2 ** bitsStored - 1) << shift) & 0xffff;
          const pixels = raw.map((value) => (value << shift) | (dirt & ~mask & 0xffff));
          const sign = 2 ** (bitsStored - 1);
          const expected = raw.map((value) => 2 * (isSigned && value >= sign ? value - 2 * sign : value) - 10);
          const changes: Attributes = {
            '00280101': ['US', [bitsStored]],
            '00280102': ['US', [highBit]],
            '00280103': ['US', [isSigned ? 1 : 0]],
            '00281052': ['DS', '-10'],
            '00281053': ['DS', '2'],
          };
          expect(await values(changes, pixels)).toEqual(expected);
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });

  test('MONOCHROME1 is turned within the stored range, signed or not', async () => {
    const ten: Attributes = { '00280004': ['CS', 'MONOCHROME1'], '00280101': ['US', [10]], '00280102': ['US', [9]] };
    expect(await values(ten)).toEqual([1023, 1022, 1021, 1020, 1019, 1018]);
    expect(await values({ ...ten, '00280103': ['US', [1]] })).toEqual([-1, -2, -3, -4, -5, -6]);
    expect((await read(ten)).storableRange).toEqual([0, 1023]);
  });

  test('MONOCHROME1 does not turn Hounsfield units', async () => {
    const ct: Attributes = {
      '00080060': ['CS', 'CT'],
      '00280004': ['CS', 'MONOCHROME1'],
      '00281052': ['DS', '-1024'],
      '00281053': ['DS', '1'],
    };
    expect(await values(ct)).toEqual([-1024, -1023, -1022, -1021, -1020, -1019]);
  });

  test('padding, also a range of it, takes the darkest of the other values', async () => {
    expect(await values({ '00280120': ['US', [5]] })).toEqual([0, 1, 2, 3, 4, 0]);
    expect(await values({ '00280120': ['US', [0]], '00280121': ['US', [2]] })).toEqual([3, 3, 3, 3, 4, 5]);
    expect(await values({ '00280120': ['US', [0]], '00280004': ['CS', 'MONOCHROME1'] })).toEqual([
      65530, 65534, 65533, 65532, 65531, 65530,
    ]);
  });

  test('a CT without rescale is refused, since it has no Hounsfield units', async () => {
    await expect(read({ '00080060': ['CS', 'CT'] })).rejects.toMatchObject({ code: 'data' });
  });

  test('a CT of another rescale type does not claim Hounsfield units', async () => {
    const ct: Attributes = { '00080060': ['CS', 'CT'], '00281052': ['DS', '0'], '00281053': ['DS', '1'] };
    expect((await read({ ...ct, '00281054': ['LO', 'HU'] })).unit).toBe('HU');
    expect((await read({ ...ct, '00281054': ['LO', 'MGML'] })).unit).toBe('none');
  });
});

describe('colour', () => {
  const colour = (photometric: string, planar: number, bytes: number[]): Attributes => ({
    '00280002': ['US', [3]],
    '00280004': ['CS', photometric],
    '00280006': ['US', [planar]],
    '00280010': ['US', [1]],
    '00280011': ['US', [2]],
    '00280100': ['US', [8]],
    '00280101': ['US', [8]],
    '00280102': ['US', [7]],
    '7fe00010': ['OB', Uint8Array.from(bytes)],
  });
  const luma = (r: number, g: number, b: number): number => Math.fround(0.299 * r + 0.587 * g + 0.114 * b);

  test('RGB by pixel and by plane are the same luminance', async () => {
    const expected = [luma(10, 20, 30), luma(40, 50, 60)];
    expect(await values(colour('RGB', 0, [10, 20, 30, 40, 50, 60]))).toEqual(expected);
    expect(await values(colour('RGB', 1, [10, 40, 20, 50, 30, 60]))).toEqual(expected);
  });

  test('YBR gives its first sample, also where pixels share their colour', async () => {
    expect(await values(colour('YBR_FULL', 0, [10, 20, 30, 40, 50, 60]))).toEqual([10, 40]);
    expect(await values(colour('YBR_FULL', 1, [10, 40, 20, 50, 30, 60]))).toEqual([10, 40]);
    expect(await values(colour('YBR_FULL_422', 0, [10, 40, 128, 128]))).toEqual([10, 40]);
  });
});

describe('geometry', () => {
  test('spacing in the patient wins over that of the detector, rows before columns', async () => {
    const both: Attributes = { '00280030': ['DS', '0.2\\0.3'], '00181164': ['DS', '0.4\\0.5'] };
    expect((await read(both)).spacingMm).toEqual([1, 0.2, 0.3]);
    const detector = await read({ '00181164': ['DS', '0.4\\0.5'] });
    expect(detector.spacingMm).toEqual([1, 0.4, 0.5]);
    expect(detector.spacingSource.plane).toBe('ImagerPixelSpacing');
    expect((await read({ '00280030': ['DS', '0.2\\0'] })).spacingSource.plane).toBe('assumed');
  });

  test('the affine places the last voxel of the first row where the standard does', async () => {
    const { affine, patientOrientation } = await read({
      '00280030': ['DS', '2\\3'],
      '00180050': ['DS', '5'],
      '00200020': ['CS', 'L\\F'],
      '00200032': ['DS', '10\\20\\30'],
      '00200037': ['DS', '1\\0\\0\\0\\0\\-1'],
    });
    const place = (index: number[]) =>
      [0, 1, 2].map((axis) => index.reduce((sum, x, i) => sum + x * (affine?.[4 * axis + i] ?? Number.NaN), 0));
    expect(place([0, 0, 2, 1])).toEqual([16, 20, 30]);
    expect(place([0, 1, 0, 1])).toEqual([10, 20, 28]);
    expect(place([1, 0, 0, 1])).toEqual([10, 25, 30]);
    expect(patientOrientation).toEqual(['L', 'F']);
  });

  test('without an orthonormal orientation there is no affine', async () => {
    const { affine } = await read({
      '00280030': ['DS', '1\\1'],
      '00200032': ['DS', '0\\0\\0'],
      '00200037': ['DS', '1\\0\\0\\1\\0\\0'],
    });
    expect(affine).toBeUndefined();
  });

  test('frames become the depth, at the spacing between slices', async () => {
    const volume = await read(
      { '00280008': ['IS', '2'], '00180050': ['DS', '5'], '00180088': ['DS', '4'] },
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    );
    expect(volume.shape).toEqual([2, 2, 3]);
    expect(volume.spacingMm[0]).toBe(4);
    expect([...volume.data]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
});

test.each(Object.entries(CODED_FRAMES))('a frame of %s decodes to the pixels that were coded', async (uid, frame) => {
  const bytes = Uint8Array.from(Buffer.from(frame, 'base64'));
  const attributes: Attributes = {
    ...smallImage(),
    '00280010': ['US', [8]],
    '00280011': ['US', [16]],
    '7fe00010': ['OB', encapsulate([bytes.subarray(0, 50), bytes.subarray(50)])],
  };
  const { data } = await readDicom(writeDicom(attributes, uid, true));
  expect([...data]).toEqual(Array.from({ length: 128 }, (_, i) => (i * 509) % 4096));
  // The second half gone but for the end marker: it fails or decodes to something else, and spoils nothing after it.
  const damaged = encapsulate([bytes.slice(0, bytes.length / 2).fill(0x55, -30), Uint8Array.of(0xff, 0xd9)]);
  await readDicom(writeDicom({ ...attributes, '7fe00010': ['OB', damaged] }, uid, true)).catch(() => {});
  expect((await readDicom(writeDicom(attributes, uid, true))).data).toEqual(data);
  const smaller = writeDicom({ ...attributes, '00280010': ['US', [7]] }, uid, true);
  await expect(readDicom(smaller)).rejects.toMatchObject({ message: expect.stringMatching(/7 x 16.*8 x 16/) });
});

describe('fragments', () => {
  // Two segments, high and low bytes: 6 pixels of [0, n] written as one run and one literal.
  const frame = (first: number): Uint8Array => {
    const bytes = new Uint8Array(64 + 2 + 7);
    new DataView(bytes.buffer).setUint32(0, 2, true);
    new DataView(bytes.buffer).setUint32(4, 64, true);
    new DataView(bytes.buffer).setUint32(8, 66, true);
    bytes.set([251, 0, 5, first, first + 1, first + 2, first + 3, first + 4, first + 5], 64);
    return bytes;
  };
  const rle = (pixels: Uint8Array, frames = 1) =>
    readDicom(
      writeDicom(
        { ...smallImage(), '00280008': ['IS', String(frames)], '7fe00010': ['OB', pixels] },
        '1.2.840.10008.1.2.5',
        true,
      ),
    );

  test('run-length coding unfolds runs and literals, high bytes first', async () => {
    expect([...(await rle(encapsulate([frame(10)]))).data]).toEqual([10, 11, 12, 13, 14, 15]);
  });

  test('frames are told apart by fragment, or by the offset table', async () => {
    const expected = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    expect([...(await rle(encapsulate([frame(1), frame(7)]), 2)).data]).toEqual(expected);
    const [first, second] = [frame(1), frame(7)];
    const split = [first.subarray(0, 40), first.subarray(40), second];
    expect([...(await rle(encapsulate(split, [0, 40 + 8 + 34 + 8]), 2)).data]).toEqual(expected);
    await expect(rle(encapsulate(split), 2)).rejects.toMatchObject({ code: 'data' });
  });
});

test('deflated attributes unfold, and stop at the cap', async () => {
  const whole = writeDicom(smallImage(), '1.2.840.10008.1.2.1.99');
  const headLength = 132 + 8 + 22;
  const deflated = (body: Uint8Array) => Uint8Array.from([...whole.subarray(0, headLength), ...deflateSync(body)]);
  expect([...(await readDicom(deflated(whole.subarray(headLength)))).data]).toEqual([0, 1, 2, 3, 4, 5]);
  const bomb = deflateSync(new Uint8Array(2 ** 20));
  expect(bomb.length).toBeLessThan(2 ** 11);
  expect(() => inflate('test', bomb, 'raw', 2 ** 16)).toThrow(/at most 65536 bytes once inflated/);
  await expect(readDicom(deflated(whole.subarray(headLength)).subarray(0, -20))).rejects.toMatchObject({
    code: 'data',
  });
});
