import { gzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { labelsOf } from '../../src/index.js';
import { mimicCxr } from '../../src/node.js';
import { expectRefused, type Files, miniature, png, SECRET } from './miniature.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const gzipped = (...lines: string[]): Uint8Array => gzipSync(bytesOf(lines.join('\n')));
const classes = labelsOf('mimic-cxr')
  .map(({ name }) => name)
  .filter((name) => name !== 'Airspace Opacity');
const labels = (subject: string, study: string, values: Record<string, string>): string =>
  [subject, study, ...classes.map((name) => values[name] ?? '')].join();

// Written for this test; nothing of MIMIC-CXR.
const report = `                                 FINAL REPORT
 EXAMINATION:  CHEST (PA AND LAT)

 INDICATION:  ___ year old with cough

 FINDINGS:

 There is a small left pleural effusion.
 The heart is enlarged.

 IMPRESSION:

 Small left effusion. Discussed with Dr. ___.
`;
const files: Files = {
  'mimic-cxr-2.0.0-metadata.csv.gz': gzipped(
    'dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition,Rows',
    'aa-1,10000032,50000001,"CHEST (PA AND LAT)",PA,4',
    'aa-2,10000032,50000001,"CHEST (PA AND LAT)",LATERAL,4',
    'bb-1,11000033,50000002,CHEST,AP,4',
  ),
  'mimic-cxr-2.0.0-split.csv.gz': gzipped(
    'dicom_id,study_id,subject_id,split',
    'aa-1,50000001,10000032,train',
    'aa-2,50000001,10000032,train',
    'bb-1,50000002,11000033,validate',
  ),
  'mimic-cxr-2.0.0-chexpert.csv.gz': gzipped(
    ['subject_id', 'study_id', ...classes].join(),
    labels('10000032', '50000001', {
      Cardiomegaly: '1.0',
      Pneumothorax: '0.0',
      Edema: '-1.0',
      'Pleural Effusion': '1.0',
    }),
    labels('11000033', '50000002', { 'No Finding': '1.0' }),
  ),
  'mimic-cxr-reports.zip': zipSync({ 'files/p10/p10000032/s50000001.txt': bytesOf(report) }),
  'files/p10/p10000032/s50000001/aa-1.jpg': png(),
  'files/p10/p10000032/s50000001/aa-2.jpg': png(),
  'files/p11/p11000033/s50000002/bb-1.jpg': png(),
};

test('reads frontal images with the labels and the sections of their study, and the official split', async () => {
  const dataset = await mimicCxr(await miniature(files));
  expect(dataset.entries.map(({ id, patient, split }) => [id, patient, split])).toEqual([
    ['aa-1', '10000032', 'train'],
    ['bb-1', '11000033', 'validate'],
  ]);
  const [first, second] = await Promise.all(dataset.entries.map((entry) => dataset.read(entry)));
  expect(first).toMatchObject({
    plane: 'frontal',
    leftRightAxis: 2,
    present: ['cardiomegaly', 'pleural effusion'],
    absent: ['pneumothorax'],
    findings: 'There is a small left pleural effusion. The heart is enlarged.',
    impression: 'Small left effusion. Discussed with Dr. ___.',
  });
  expect([second!.present, second!.absent, second!.findings, second!.impression]).toEqual([
    [],
    [],
    undefined,
    undefined,
  ]);
});

test('all views, reports from a folder, and placeholders removed', async () => {
  const { 'mimic-cxr-reports.zip': _, ...rest } = files;
  const root = await miniature({ ...rest, 'files/p10/p10000032/s50000001.txt': report });
  const dataset = await mimicCxr(root, { views: 'all', placeholders: 'remove' });
  expect(dataset.entries.map(({ id }) => id)).toEqual(['aa-1', 'aa-2', 'bb-1']);
  const lateral = await dataset.read(dataset.entries[1]!);
  expect(lateral.plane).toBe('lateral');
  expect(lateral).not.toHaveProperty('leftRightAxis');
  expect(lateral.impression).toBe('Small left effusion. Discussed with Dr.');
});

test.each([
  [
    'an image without a split',
    { 'mimic-cxr-2.0.0-split.csv.gz': gzipped('dicom_id,study_id,subject_id,split') },
    ['metadata.csv.gz: row 2'],
  ],
  [
    'an unknown split',
    { 'mimic-cxr-2.0.0-split.csv.gz': gzipped('dicom_id,study_id,subject_id,split', `aa-1,1,1,${SECRET}`) },
    ['split.csv.gz: row 2', '"split"'],
  ],
  [
    'a label of another number',
    {
      'mimic-cxr-2.0.0-chexpert.csv.gz': gzipped(
        ['study_id', ...classes].join(),
        ['1', '', '2', ...classes.slice(2).map(() => '')].join(),
      ),
    },
    ['chexpert.csv.gz: row 2', 'Enlarged Cardiomediastinum'],
  ],
  [
    'a missing class',
    { 'mimic-cxr-2.0.0-chexpert.csv.gz': gzipped('study_id,Edema', '1,1.0') },
    ['chexpert.csv.gz', 'expected the column'],
  ],
  [
    'an archive that is none',
    { 'mimic-cxr-reports.zip': bytesOf(SECRET) },
    ['mimic-cxr-reports.zip', 'expected a zip or tar archive'],
  ],
])('refuses %s, and says where', async (_, changes, texts) => {
  await expectRefused(mimicCxr(await miniature({ ...files, ...changes })), 'mimic-cxr', ...texts);
});

test('refuses reports that are damaged when they are read', async () => {
  const damaged = zipSync({ 'files/p10/p10000032/s50000001.txt': bytesOf(report) });
  damaged.fill(0xff, 70, 120);
  const dataset = await mimicCxr(await miniature({ ...files, 'mimic-cxr-reports.zip': damaged }));
  await expectRefused(dataset.read(dataset.entries[0]!), 'mimic-cxr-reports.zip', 'does not unfold');
});

test('reads the labels of the other labeller', async () => {
  const { 'mimic-cxr-2.0.0-chexpert.csv.gz': table, ...rest } = files;
  const dataset = await mimicCxr(await miniature({ ...rest, 'mimic-cxr-2.0.0-negbio.csv.gz': table! }), {
    labeller: 'negbio',
  });
  expect(dataset.entries[0]!.present).toEqual(['cardiomegaly', 'pleural effusion']);
});
