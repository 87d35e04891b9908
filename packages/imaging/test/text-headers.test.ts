import { gzipSync, zlibSync } from 'fflate';
import { VividMedError } from '@vividmed/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeImage, readLabelMap, readMetaImage, readNrrd } from '../src/index.js';

const file = (header: readonly string[], data: ArrayLike<number>, end: string): Uint8Array =>
  Uint8Array.from([...new TextEncoder().encode(header.join('\n') + end), ...Array.from(data)]);

/** Six numbers, 256 and 2 to 6, as 16 bits. */
const LITTLE = [0, 1, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0];
const BIG = [1, 0, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6];
const VOXELS = [256, 2, 3, 4, 5, 6];

const nrrd = (changes: Readonly<Record<string, string | undefined>> = {}, data: ArrayLike<number> = LITTLE) => {
  const fields = {
    type: 'short',
    dimension: '3',
    space: 'left-posterior-superior',
    sizes: '3 2 1',
    'space directions': '(2,0,0) (0,3,0) (0,0,4)',
    'space origin': '(-10,-20,30)',
    endian: 'little',
    encoding: 'raw',
    ...changes,
  };
  const lines = Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]));
  return file(
    ['NRRD0005', '# a comment', ...lines, 'Segment0_Name:=left lung', 'Segment0_LabelValue:=2'],
    data,
    '\n\n',
  );
};

const meta = (changes: Readonly<Record<string, string>> = {}, data: ArrayLike<number> = LITTLE) => {
  const fields = {
    ObjectType: 'Image',
    NDims: '3',
    BinaryData: 'True',
    BinaryDataByteOrderMSB: 'False',
    CompressedData: 'False',
    TransformMatrix: '0 1 0 -1 0 0 0 0 1',
    Offset: '-10 -20 30',
    ElementSpacing: '2 3 4',
    DimSize: '3 2 1',
    ElementType: 'MET_SHORT',
    ...changes,
    ElementDataFile: changes['ElementDataFile'] ?? 'LOCAL',
  };
  const { ElementDataFile, ...others } = fields;
  const lines = Object.entries({ ...others, ElementDataFile }).map(([key, value]) => `${key} = ${value}`);
  return file(lines, data, '\n');
};

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

describe('NRRD', () => {
  test.each([
    ['raw, little endian', nrrd()],
    ['raw, big endian', nrrd({ endian: 'big' }, BIG)],
    ['gzip', nrrd({ encoding: 'gzip' }, gzipSync(Uint8Array.from(LITTLE)))],
    ['text', nrrd({ encoding: 'ascii' }, text('256 2 3\n4 5 6\n'))],
    ['bytes before the data', nrrd({ 'byte skip': '2' }, [9, 9, ...LITTLE])],
    ['data at the end', nrrd({ 'byte skip': '-1' }, [9, 9, 9, ...LITTLE])],
  ])('%s gives the same voxels on the same grid', async (_, bytes) => {
    const volume = await decodeImage(bytes);
    expect([...volume.data]).toEqual(VOXELS);
    expect(volume).toMatchObject({ shape: [1, 2, 3], spacingMm: [4, 3, 2], warnings: [] });
    expect(volume.affine).toEqual([0, 0, 2, -10, 0, 3, 0, -20, 4, 0, 0, 30]);
  });

  test('axes to the right and to the front are turned to those of DICOM', async () => {
    const { affine } = await readNrrd(nrrd({ space: 'right-anterior-superior' }));
    expect(affine).toEqual([0, 0, -2, 10, 0, -3, 0, 20, 4, 0, 0, 30]);
  });

  test('a space that is no patient has a spacing and no affine', async () => {
    const volume = await readNrrd(nrrd({ space: 'scanner-xyz' }));
    expect(volume.spacingMm).toEqual([4, 3, 2]);
    expect(volume.affine).toBeUndefined();
  });

  test('a detached header takes the bytes of its data file, and asks for them', async () => {
    const header = nrrd({ 'data file': 'voxels.raw' }, []);
    expect([...(await readNrrd(header, { data: Uint8Array.from(LITTLE) })).data]).toEqual(VOXELS);
    await expect(readNrrd(header)).rejects.toMatchObject({ message: expect.stringMatching(/another file/) });
  });

  test("Slicer's segments name the labels", async () => {
    const map = await readLabelMap(nrrd());
    expect([...map.labels]).toEqual(VOXELS);
    expect(map.names).toEqual(new Map([[2, 'left lung']]));
  });

  test('layers that lie interleaved are volumes of their own', async () => {
    const layers = nrrd({
      dimension: '4',
      sizes: '2 3 1 1',
      kinds: 'list domain domain domain',
      'space directions': 'none (2,0,0) (0,3,0) (0,0,4)',
    });
    await expect(readNrrd(layers)).rejects.toMatchObject({ message: expect.stringMatching(/one volume, found 2/) });
    expect([...(await readLabelMap(layers, { index: 1 })).labels]).toEqual([2, 4, 6]);
  });
});

describe('MetaImage', () => {
  test.each([
    ['little endian', meta()],
    ['big endian', meta({ BinaryDataByteOrderMSB: 'True' }, BIG)],
    ['zlib', meta({ CompressedData: 'True' }, zlibSync(Uint8Array.from(LITTLE)))],
    ['text', meta({ BinaryData: 'False' }, text('256 2 3 4 5 6'))],
    ['data at the end', meta({ HeaderSize: '-1' }, [9, 9, ...LITTLE])],
  ])('%s gives the same voxels on the same grid', async (_, bytes) => {
    const volume = await decodeImage(bytes);
    expect([...volume.data]).toEqual(VOXELS);
    expect(volume).toMatchObject({ shape: [1, 2, 3], spacingMm: [4, 3, 2], warnings: [] });
    // The first row of the matrix is the direction of the first axis.
    expect(volume.affine).toEqual([0, -3, 0, -10, 0, 0, 2, -20, 4, 0, 0, 30]);
  });

  test('a detached header takes the bytes of its data file', async () => {
    const header = meta({ ElementDataFile: 'voxels.raw' }, []);
    expect([...(await readMetaImage(header, { data: Uint8Array.from(LITTLE) })).data]).toEqual(VOXELS);
    await expect(readMetaImage(header)).rejects.toMatchObject({ code: 'data' });
  });

  test('channels that are no colour are volumes', async () => {
    const bytes = meta({ ElementNumberOfChannels: '2', DimSize: '3 1 1' });
    expect([...(await readMetaImage(bytes, { index: 1 })).data]).toEqual([2, 4, 6]);
  });
});

describe('hostile headers', () => {
  test.each([
    ['NRRD cut short', nrrd({}, LITTLE.slice(1))],
    ['NRRD of more voxels than the cap', nrrd({ sizes: '99999 99999 99999' })],
    ['NRRD of negative sides', nrrd({ sizes: '-3 -2 1' })],
    ['NRRD without a byte order', nrrd({ endian: undefined })],
    ['NRRD whose gzip holds more', nrrd({ encoding: 'gzip' }, gzipSync(new Uint8Array(2 ** 24)))],
    ['NRRD of too few words', nrrd({ encoding: 'ascii' }, text('1 2 3'))],
    ['MetaImage cut short', meta({}, LITTLE.slice(1))],
    ['MetaImage of more voxels than the cap', meta({ DimSize: '99999 99999 99999' })],
    ['MetaImage of no size', meta({ DimSize: 'a b c' })],
    ['MetaImage whose zlib holds more', meta({ CompressedData: 'True' }, zlibSync(new Uint8Array(2 ** 24)))],
  ])('%s', async (_, bytes) => {
    await expect(decodeImage(bytes)).rejects.toMatchObject({ name: 'VividMedError', code: 'data' });
  });

  test('any mutation gives an image under the cap or a VividMedError', { timeout: 120_000 }, async () => {
    const seeds = [
      nrrd(),
      nrrd({ encoding: 'ascii' }, text('256 2 3 4 5 6')),
      meta(),
      meta({ CompressedData: 'True' }, zlibSync(Uint8Array.from(LITTLE))),
    ];
    let failures = 0;
    const edit = fc.tuple(fc.nat(400), fc.integer({ min: 32, max: 126 }));
    await fc.assert(
      fc.asyncProperty(fc.nat(3), fc.array(edit, { minLength: 1, maxLength: 4 }), async (seed, edits) => {
        const bytes = (seeds[seed] as Uint8Array).slice();
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        try {
          const { data, shape } = await decodeImage(bytes, { maxVoxels: 4096 });
          expect(data.length).toBe(shape[0] * shape[1] * shape[2]);
          expect(data.every((value) => Number.isFinite(value))).toBe(true);
        } catch (error) {
          if (!VividMedError.isInstance(error)) throw error;
          failures++;
        }
      }),
      { seed: 3, numRuns: 500 },
    );
    expect(failures).toBeGreaterThan(50);
    expect(failures).toBeLessThan(500);
  });
});
