import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readImage } from '../src/node.js';
import type { Volume } from '../src/volume.js';

/*
 * Files of npm packages (see README). The expected numbers are those of pydicom 2.3.1 with GDCM 3.0.21 as its decoder:
 * pixel_array, rescaled, inverted for MONOCHROME1, padding set to the smallest other value; the hash is of the float32.
 */
const require = createRequire(import.meta.url);
const folder = (name: string, inside: string): string => join(dirname(require.resolve(`${name}/package.json`)), inside);
const cwil = (file: string): string => join(folder('cwil-data', 'testImages'), file);
const dwv = (file: string): string => join(folder('dwv-data', 'tests/data'), file);
const lossless = (file: string): string => join(folder('jpeg-lossless-data', 'tests/data'), file);

const hash = ({ data }: Volume): string =>
  createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex').slice(0, 16);
const mean = ({ data }: Volume): number => data.reduce((sum, value) => sum + value, 0) / data.length;

describe('one CT slice in many transfer syntaxes', () => {
  // The transfer syntax is that of the header; several names of these files speak of another.
  const files = [
    ['1.2.840.10008.1.2', 'CTImage.dcm'],
    ['1.2.840.10008.1.2', 'CTImage.dcm_LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2.dcm'],
    ['1.2.840.10008.1.2.1', 'CTImage.dcm_LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm'],
    ['1.2.840.10008.1.2.2', 'CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm'],
    ['1.2.840.10008.1.2.1.99', 'CTImage.dcm_DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm'],
    ['1.2.840.10008.1.2.4.70', 'CTImage.dcm_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm'],
    ['1.2.840.10008.1.2.4.70', 'CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm'],
    ['1.2.840.10008.1.2.4.80', 'CTImage.dcm_JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80.dcm'],
    ['1.2.840.10008.1.2.4.80', 'CTImage.dcm_JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81.dcm'],
    ['1.2.840.10008.1.2.5', 'CTImage.dcm_RLELosslessTransferSyntax_1.2.840.10008.1.2.5.dcm'],
  ] as const;

  test.each(files)('%s decodes to the same Hounsfield units (%s)', async (transferSyntax, file) => {
    const volume = await readImage(cwil(file));
    expect(volume.source).toEqual({ format: 'dicom', photometric: 'MONOCHROME2', transferSyntax });
    expect(volume.shape).toEqual([1, 512, 512]);
    expect(volume.unit).toBe('HU');
    expect(hash(volume)).toBe('9604c1e4d214cc57');
  });

  test('its spacing, position and orientation are those of the header', async () => {
    const volume = await readImage(cwil('CTImage.dcm'));
    expect(volume.spacingMm).toEqual([5, 0.675781, 0.675781]);
    expect(volume.spacingSource).toEqual({ plane: 'PixelSpacing', depth: 'SliceThickness' });
    expect(volume.affine).toEqual([0, 0, 0.675781, -161.399994, 0, 0.675781, 0, -148.800003, 5, 0, 0, 4.7]);
  });

  test('lossy JPEG of 8 bits gives what libjpeg gives', async () => {
    const volume = await readImage(cwil('CTImage.dcm_JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57.dcm'));
    expect(volume.source.transferSyntax).toBe('1.2.840.10008.1.2.4.50');
    expect(mean(volume)).toBeCloseTo(-968.7166, 3);
  });
});

describe('other real files', () => {
  test.each([
    ['JPEG 2000', cwil('CT1_J2KR')],
    ['JPEG lossless', dwv('nema-ct1_jpll.dcm')],
  ])('a chest CT whose padding is below air is the same in %s, padding at the lowest value', async (_, file) => {
    const volume = await readImage(file);
    expect(hash(volume)).toBe('eca5246ec0a4f69c');
    expect(volume.data.reduce((low, value) => Math.min(low, value))).toBe(-1024);
    expect(volume.spacingMm).toEqual([5, 0.661468, 0.661468]);
  });

  test('a chest radiograph of MONOCHROME1 comes out with dense tissue bright and lungs dark', async () => {
    const volume = await readImage(dwv('gdcm-CR-MONO1-10-chest.dcm'));
    expect(volume.shape).toEqual([1, 440, 440]);
    expect(volume.modality).toBe('CR');
    expect(volume.storableRange).toEqual([0, 1023]);
    expect(volume.spacingSource).toEqual({ plane: 'assumed', depth: 'assumed' });
    expect(hash(volume)).toBe('dad1cc225c51d1a4');
    const at = (row: number, column: number): number => volume.data[row * 440 + column] as number;
    expect(at(220, 205)).toBeGreaterThan(at(220, 110) + 200); // spine, right lung
    expect(at(330, 275)).toBeGreaterThan(at(330, 130) + 100); // heart towards the patient's left: the image's right
  });

  test.each<[string, string, string]>([
    ['lossy JPEG 2000, signed', dwv('nema-ct1_j2ki.dcm'), '3f0599b158767d10'],
    ['JPEG 2000 without rescale', dwv('nema-nm1_j2kr.dcm'), '1d2fb3216709c25b'],
    ['JPEG 2000 lossless of a head', cwil('CT2_J2KR'), '9c42fa9a8014360c'],
    ['12 of 16 bits unsigned', dwv('osirix-toutatix-100.dcm'), '5f551f31e228b8ce'],
    ['frames as depth', dwv('multiframe-test1.dcm'), '569a4de539a4baec'],
    ['frames in fragments of JPEG lossless', lossless('jpeg_lossless_sel1-8bit.dcm'), 'edb1e3218533f2a9'],
    ...[1, 2, 3, 4, 5, 6, 7].map(
      (predictor) =>
        [`predictor ${predictor}`, lossless(`jpeg_lossless_sel${predictor}.dcm`), '4be3e66a36968381'] as [
          string,
          string,
          string,
        ],
    ),
  ])('%s agrees with GDCM', async (_, file, expected) => {
    expect(hash(await readImage(file))).toBe(expected);
  });

  test('colour of planes and of big-endian bytes becomes luminance', async () => {
    const volume = await readImage(dwv('gdcm-US-RGB-8-epicard.dcm'));
    expect(volume.source.photometric).toBe('RGB');
    expect(mean(volume)).toBeCloseTo(29.1333, 3);
  });

  test('an enhanced object in fragments of JPEG with 12 bits has the values of GDCM', async () => {
    const volume = await readImage(cwil('CT0012.fragmented_no_bot_jpeg_baseline.51.dcm'));
    expect(volume.shape).toEqual([2, 512, 512]);
    expect(mean(volume)).toBeCloseTo(1403.041732788086 - 1024, 6);
  });

  test.each([
    ['paramap.dcm', 4095],
    ['paramap-float.dcm', Math.fround(0.004095)],
  ])('the map of floating-point numbers %s is read as it is', async (file, most) => {
    const { data, shape } = await readImage(cwil(file));
    expect(shape).toEqual([20, 256, 256]);
    expect(data.reduce((high, value) => Math.max(high, value))).toBe(most);
  });

  test('a modality lookup table without entries is none', async () => {
    expect((await readImage(dwv('leadtools-8BitsJpegLossyGrayScale.dcm'))).storableRange).toEqual([0, 255]);
  });
});
