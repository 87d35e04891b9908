import { VividMedError } from '@vividmed/core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dicomContext, segmentation, textReport } from '../../src/write/index.js';
import { readSourceHeader } from '../../src/write/source-header.js';
import type { Shape3 } from '../../src/volume.js';
import { smallImage, writeDicom } from '../write-dicom.js';
import { type Case, ctCase, maskRegion, resultsOf } from './cases.js';
import { items, parse, readFrames, readMask, utf8Text } from './read-back.js';

const shape: Shape3 = [3, 5, 7];
const withMasks = (of: Case, masks: Uint8Array[]): Case => ({
  ...of,
  results: { ...of.results, regions: masks.map((mask, i) => maskRegion(mask, `region ${i}`)) },
});
const codeOf = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return VividMedError.isInstance(error) ? error.code : error;
  }
  return 'no error';
};

/** Axial, turned about two axes, and both with rows or columns the other way round. */
const orientations = fc.constantFrom<NonNullable<Parameters<typeof ctCase>[0]['orientation']>>(
  [1, 0, 0, 0, 1, 0],
  [-1, 0, 0, 0, 1, 0],
  [0.8, 0.6, 0, -0.36, 0.48, 0.8],
  [0, 1, 0, 0, 0, -1],
);
const mask = fc.uint8Array({ min: 0, max: 1, minLength: 105, maxLength: 105 });

test('masks come back from a binary segmentation voxel by voxel, at the positions of their slices', () => {
  fc.assert(
    fc.property(
      fc.array(mask, { minLength: 1, maxLength: 4 }),
      orientations,
      fc.boolean(),
      (masks, orientation, isBack) => {
        fc.pre(masks.some((each) => each.includes(1)));
        const of = ctCase({ shape, orientation, ...(isBack ? { step: [0.5, -0.25, -2] as const } : {}) });
        const { bytes, segments } = segmentation(dicomContext(withMasks(of, masks)));
        const frames = readFrames(parse(bytes));
        const { slices } = of.reference;
        for (const frame of frames) {
          expect(frame.values).toContain(1);
          expect(frame.position).toEqual(
            slices.find(({ sopInstanceUid }) => sopInstanceUid === frame.sourceUid)?.position,
          );
        }
        expect(segments.map(({ number }) => number)).toEqual(segments.map((_, i) => i + 1));
        const sliceOf = ({ sourceUid }: { sourceUid: string }) =>
          slices.findIndex(({ sopInstanceUid }) => sopInstanceUid === sourceUid);
        const back = new Map(
          segments.map(({ number, regionIndex }) => [regionIndex, readMask(frames, number, shape, sliceOf)]),
        );
        masks.forEach((each, i) => expect(back.get(i) ?? new Uint8Array(105)).toEqual(each));
      },
    ),
    { seed: 4, numRuns: 60 },
  );
});

test('a label map keeps 300 regions in 16 bits and refuses regions that overlap', () => {
  const many: Shape3 = [1, 15, 20];
  const masks = Array.from({ length: 300 }, (_, i) => new Uint8Array(300).fill(1, i, i + 1));
  const dataSet = parse(segmentation(dicomContext(withMasks(ctCase({ shape: many }), masks)), 'labelmap').bytes);
  expect(dataSet.string('x00080016')).toBe('1.2.840.10008.5.1.4.1.1.66.7');
  expect(dataSet.uint16('x00280100')).toBe(16);
  expect(readFrames(dataSet)[0]?.values).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
  const two = [masks[0] as Uint8Array, new Uint8Array(300).fill(1)];
  const overlapping = dicomContext(withMasks(ctCase({ shape: many }), two));
  expect(codeOf(() => segmentation(overlapping, 'labelmap'))).toBe('data');
  expect(parse(segmentation(overlapping).bytes).string('x00620013')).toBe('YES');
});

test('a fractional segmentation holds probabilities in steps of 1/255', () => {
  const of = ctCase({ shape });
  const probability = Float32Array.from({ length: 105 }, (_, i) => i / 104);
  const region = { ...maskRegion(new Uint8Array(105)), kind: 'mask' as const, mask: new Uint8Array(105), probability };
  const context = dicomContext({ ...of, results: { ...of.results, regions: [region] } });
  const values = readFrames(parse(segmentation(context, 'fractional').bytes)).flatMap((frame) => frame.values);
  expect(values).toEqual(Array.from(probability, (p) => Math.round(p * 255)));
});

test('nothing found makes no segmentation, and says so', () => {
  const of = ctCase({ shape });
  expect(codeOf(() => segmentation(dicomContext(withMasks(of, []))))).toBe('data');
  expect(codeOf(() => segmentation(dicomContext(withMasks(of, [new Uint8Array(105)]))))).toBe('data');
});

test('the same input gives the same bytes, and another mask other UIDs', () => {
  const of = ctCase({ shape });
  const first = segmentation(dicomContext(of));
  expect(segmentation(dicomContext(ctCase({ shape }))).bytes).toEqual(first.bytes);
  const other = withMasks(of, [new Uint8Array(105).fill(1)]);
  expect(segmentation(dicomContext(other)).sopInstanceUid).not.toBe(first.sopInstanceUid);
  let count = 0;
  const own = dicomContext({ ...of, newUid: () => `1.2.3.${count++}` });
  expect(segmentation(own).sopInstanceUid).toMatch(/^1\.2\.3\.\d+$/);
});

test('long labels are cut, and words of any script survive', () => {
  const of = ctCase({ shape });
  const results = resultsOf(shape);
  const region = { ...maskRegion(new Uint8Array(105).fill(1)), label: `肺\\${'x'.repeat(100)}` };
  const context = dicomContext({ ...of, results: { ...results, regions: [region] } });
  const segment = items(parse(segmentation(context).bytes), 'x00620002')[0];
  const label = segment === undefined ? '' : utf8Text(segment, 'x00620005');
  expect([...label]).toHaveLength(64);
  expect(label.startsWith('肺/xxx') && label.endsWith('...')).toBe(true);
  expect(utf8Text(parse(textReport(context).bytes), 'x00100010')).toBe('Müller^Jürgen=山田^太郎');
});

test.each([
  ['ISO_IR 100', [0x4d, 0xfc, 0x6c], 'Mül'],
  ['\\ISO 2022 IR 87', [0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42], '山田'],
  ['\\ISO 2022 IR 149', [0x1b, 0x24, 0x29, 0x43, 0xb1, 0xe8], '김'],
  ['GB18030', [0xcd, 0xf5], '王'],
])('names in the character set %s become UTF-8', (term, bytes, name) => {
  const file = writeDicom({ ...smallImage(), '00080005': ['CS', term], '00100010': ['PN', Uint8Array.from(bytes)] });
  expect(readSourceHeader(file).patientAndStudy['PatientName']).toBe(name);
});

test('results that do not fit the image, and sources without UIDs, are refused without a word of the patient', () => {
  const of = ctCase({ shape });
  expect(codeOf(() => dicomContext(withMasks(of, [new Uint8Array(104)])))).toBe('shape');
  const box = resultsOf(shape).regions[3];
  const outside = { ...box, boxes: [{ corners: [0, 0, 0, 4, 1, 1] }] } as typeof box;
  expect(codeOf(() => dicomContext({ ...of, results: { ...of.results, regions: [outside!] } }))).toBe('data');
  const nameless = { ...of, reference: { ...of.reference, studyInstanceUid: '' } };
  expect(codeOf(() => dicomContext(nameless))).toBe('data');
  expect(() => dicomContext({ ...of, sourceFile: ctCase({ shape, seed: 'other' }).sourceFile })).toThrow(
    /^((?!TEST-1|Müller).)*$/s,
  );
});
