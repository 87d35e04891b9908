import { expect, test } from 'vitest';
import { labelsOf } from '../../src/index.js';
import { ctRate } from '../../src/node.js';
import { expectRefused, type Files, miniature, nifti, SECRET } from './miniature.js';

const classes = labelsOf('ct-rate').map(({ name }) => name);
const labels = (volume: string, ticked: readonly string[] = []): string =>
  [volume, ...classes.map((name) => (ticked.includes(name) ? 1 : 0))].join();
const metadataHead =
  'VolumeName,Manufacturer,RescaleIntercept,RescaleSlope,XYSpacing,ZSpacing,ImageOrientationPatient,ImagePositionPatient';
const metadata = (volume: string, z = '1.5'): string =>
  `${volume},X,-1024,2,"[0.7, 0.8]",${z},"[1, 0, 0, 0, 1, 0]","[-10, -20, -300]"`;
const names = ['train_1_a_1.nii.gz', 'train_1_a_2.nii.gz', 'train_12_b_3.nii.gz'];
const files: Files = {
  'dataset/metadata/train_metadata.csv': [metadataHead, ...names.map((volume) => metadata(volume))],
  'dataset/metadata/validation_metadata.csv': [metadataHead, metadata('valid_1_a_1.nii.gz')],
  'dataset/multi_abnormality_labels/train_predicted_labels.csv': [
    ['VolumeName', ...classes].join(),
    labels(names[0]!, ['Lung nodule', 'Emphysema']),
    labels(names[1]!),
    labels(names[2]!),
  ],
  'dataset/multi_abnormality_labels/valid_predicted_labels.csv': [
    ['VolumeName', ...classes].join(),
    labels('valid_1_a_1.nii.gz'),
  ],
  'dataset/radiology_text_reports/train_reports.csv': [
    'VolumeName,ClinicalInformation_EN,Technique_EN,Findings_EN,Impressions_EN',
    `${names[0]},,,"A nodule is seen,\nand emphysema.",Nodule.`,
    `${names[1]},,,Not given.,Normal.`,
  ],
  'dataset/radiology_text_reports/validation_reports.csv': ['VolumeName,Findings_EN,Impressions_EN'],
  'dataset/train/train_1/train_1_a/train_1_a_1.nii.gz': nifti,
  'dataset/train/train_1/train_1_a/train_1_a_2.nii.gz': nifti,
  'dataset/valid/valid_1/valid_1_a/valid_1_a_1.nii.gz': nifti,
};

test('reads volumes with the units and the place of the metadata, labels and reports', async () => {
  const dataset = await ctRate(await miniature(files));
  expect(dataset.entries.map(({ id, patient, split }) => [id, patient, split])).toEqual([
    ['train_1_a_1', 'train_1', 'train'],
    ['train_1_a_2', 'train_1', 'train'],
    ['train_12_b_3', 'train_12', 'train'],
    ['valid_1_a_1', 'valid_1', 'validate'],
  ]);
  const study = await dataset.read(dataset.entries[0]!);
  expect(study.volume).toMatchObject({ shape: [2, 3, 4], spacingMm: [1.5, 0.8, 0.7], modality: 'CT' });
  // Voxel (1, 2, 3) holds 23, which is 23 * 2 - 1024 HU, at x = -10 + 3 * 0.7, y = -20 + 2 * 0.8, z = -300 + 1.5.
  expect(study.volume.data[23]).toBe(-978);
  expect(study.volume.affine).toEqual([0, 0, 0.7, -10, 0, 0.8, 0, -20, 1.5, 0, 0, -300]);
  expect(study.present).toEqual(['emphysema', 'nodule']);
  expect(study.absent).toHaveLength(16);
  expect(study).toMatchObject({ findings: 'A nodule is seen,\nand emphysema.', impression: 'Nodule.', plane: 'axial' });
  const other = await dataset.read(dataset.entries[1]!);
  expect([other.findings, other.impression]).toEqual([undefined, 'Normal.']);
});

test('takes repaired volumes as they are where they are there, and one reconstruction of a scan when asked', async () => {
  const root = await miniature({ ...files, 'dataset/train_fixed/train_1/train_1_a/train_1_a_1.nii.gz': nifti });
  const dataset = await ctRate(root, { reconstructions: 'first', onlyPresent: true });
  expect(dataset.entries.map(({ files: [file] }) => file)).toEqual([
    'dataset/train_fixed/train_1/train_1_a/train_1_a_1.nii.gz',
    'dataset/valid/valid_1/valid_1_a/valid_1_a_1.nii.gz',
  ]);
  const { volume } = await dataset.read(dataset.entries[0]!);
  expect([volume.data[23], volume.spacingMm]).toEqual([23, [1, 1, 1]]);
  expect((await ctRate(root, { files: 'original' })).entries[0]!.files[0]).toContain('dataset/train/');
});

test.each([
  [
    'a name of another form',
    { 'dataset/metadata/train_metadata.csv': [metadataHead, metadata(`${SECRET}.nii.gz`)] },
    ['train_metadata.csv: row 2', '"VolumeName"'],
  ],
  [
    'a volume without labels',
    { 'dataset/metadata/train_metadata.csv': [metadataHead, metadata('train_9_a_1.nii.gz')] },
    ['train_metadata.csv: row 2', 'table of labels'],
  ],
  [
    'a missing report table',
    { 'dataset/radiology_text_reports/train_reports.csv': undefined },
    ['train_reports.csv', 'found none'],
  ],
])('refuses %s, and says where', async (_, changes, texts) => {
  const changed = Object.fromEntries(
    Object.entries({ ...files, ...changes }).filter(([, content]) => content !== undefined),
  );
  await expectRefused(ctRate(await miniature(changed as Files)), 'ct-rate', ...texts);
});

test.each([
  ['0', 'expected spacings above 0'],
  [SECRET, 'expected a number in column "ZSpacing"'],
])('refuses spacings that are none when the volume is read', async (z, text) => {
  const table = [metadataHead, metadata(names[0]!, z)];
  const dataset = await ctRate(await miniature({ ...files, 'dataset/metadata/train_metadata.csv': table }));
  await expectRefused(dataset.read(dataset.entries[0]!), 'train_metadata.csv: row 2', text);
});
