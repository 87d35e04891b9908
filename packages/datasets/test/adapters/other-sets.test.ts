import { describe, expect, test } from 'vitest';
import {
  acdc,
  atm22,
  brats2021,
  brats2023,
  ctOrg,
  flare22,
  kits,
  labelMaps,
  parse2022,
  ribFrac,
  segThor,
  synthSeg,
  verse,
  word,
} from '../../src/node.js';
import { image, labels, miniature, stacked } from './label-files.js';
import { entriesOf, failure, only, shown } from './reading.js';

test('ACDC: the two frames of a patient, without the film', async () => {
  const set = await acdc(
    await miniature({
      'training/patient001/Info.cfg': 'ED: 1\nES: 12\n',
      'training/patient001/patient001_4d.nii.gz': await stacked([0, 1]),
      'training/patient001/patient001_frame01.nii.gz': await image(),
      'training/patient001/patient001_frame01_gt.nii.gz': await labels({ 1: 3 }),
      'training/patient001/patient001_frame12.nii.gz': await image(),
      'training/patient001/patient001_frame12_gt.nii.gz': await labels({ 1: 2 }),
      'testing/patient101/patient101_frame01.nii.gz': await image(),
      'testing/patient101/patient101_frame01_gt.nii.gz': await labels({}),
    }),
  );
  expect(entriesOf(set)).toEqual([
    'patient001_frame01 patient001 train',
    'patient001_frame12 patient001 train',
    'patient101_frame01 patient101 test',
  ]);
  const study = await only(set);
  expect(study.volume.modality).toBe('MR');
  expect(shown(study).masks).toEqual({ 'left ventricle': [1] });
});

test('BraTS: sequences are entries, 4 enhances in 2021 and 3 in 2023, and visits are of one patient', async () => {
  const older = await brats2021(
    await miniature({
      'RSNA_ASNR_MICCAI_BraTS2021_TrainingData/BraTS2021_00000/BraTS2021_00000_seg.nii.gz': await labels({
        1: 4,
        2: 2,
      }),
      ...Object.fromEntries(
        await Promise.all(
          ['t1', 't1ce', 't2', 'flair'].map(async (name, i) => [
            `RSNA_ASNR_MICCAI_BraTS2021_TrainingData/BraTS2021_00000/BraTS2021_00000_${name}.nii.gz`,
            await image(i),
          ]),
        ),
      ),
      'RSNA_ASNR_MICCAI_BraTS2021_ValidationData/BraTS2021_00001/BraTS2021_00001_t1.nii.gz': await image(),
    }),
  );
  expect(entriesOf(older)).toEqual(
    ['t1', 't1ce', 't2', 'flair'].map((name) => `BraTS2021_00000_${name} BraTS2021_00000 train`),
  );
  const study = await only(older, 'BraTS2021_00000_flair');
  expect(study.volume.data[0]).toBe(3);
  expect(shown(study)).toEqual({
    masks: { 'enhancing tumor': [1], 'brain tumor': [1], 'peritumoral edema': [2] },
    boxes: { 'brain tumor': [[0, 0, 1, 1, 1, 2]] },
    absent: ['tumor core'],
  });
  const name = 'BraTS-GLI-00005-001';
  const newer = await miniature({
    [`${name}/${name}-seg.nii.gz`]: await labels({ 1: 3 }),
    [`${name}/${name}-t1n.nii.gz`]: await image(),
    [`${name}/${name}-t1c.nii.gz`]: await image(),
    [`${name}/${name}-t2w.nii.gz`]: await image(),
  });
  expect(await failure(brats2023(newer))).toBe(
    `data brats-2023: ${name}: expected ${name}-t2f.nii.gz, found no such file.`,
  );
});

test('VerSe: both layouts, scans of one patient, and nothing absent since cut vertebrae have no label', async () => {
  const newer = await verse(
    await miniature({
      'dataset-03test/rawdata/sub-verse400/sub-verse400_split-verse090_ct.nii.gz': await image(),
      'dataset-03test/derivatives/sub-verse400/sub-verse400_split-verse090_seg-vert_msk.nii.gz': await labels({
        1: 20,
        2: 28,
      }),
      'dataset-03test/derivatives/sub-verse400/sub-verse400_split-verse090_seg-subreg_ctd.json': '[]',
    }),
  );
  expect(entriesOf(newer)).toEqual(['sub-verse400_split-verse090 sub-verse400 test']);
  expect(shown(await only(newer))).toEqual({
    masks: { 'l1 vertebra': [1], 't13 vertebra': [2] },
    boxes: {},
    absent: [],
  });
  const older = await verse(
    await miniature({
      '01_training/verse004/verse004_CT-iso.nii.gz': await image(),
      '01_training/verse004/verse004_CT-iso_seg.nii.gz': await labels({ 1: 1 }),
    }),
  );
  expect(entriesOf(older)).toEqual(['verse004_CT-iso verse004 train']);
  const flat = await verse(
    await miniature({ 'verse005.nii.gz': await image(), 'verse005_seg.nii.gz': await labels({ 1: 25 }) }),
  );
  expect(shown(await only(flat)).masks).toEqual({ 'l6 vertebra': [1] });
  const bids = {
    'rawdata/sub-gl003/sub-gl003_dir-ax_ct.nii.gz': await image(),
    'derivatives/sub-gl003/sub-gl003_dir-ax_seg-vert_msk.nii.gz': await labels({ 1: 7 }),
  };
  expect(shown(await only(await verse(await miniature(bids)))).masks).toEqual({ 'c7 vertebra': [1] });
  const { 'derivatives/sub-gl003/sub-gl003_dir-ax_seg-vert_msk.nii.gz': _, ...without } = bids;
  expect(await failure(verse(await miniature(without)))).toBe(
    'data verse: rawdata/sub-gl003/sub-gl003_dir-ax_ct.nii.gz: expected sub-gl003_dir-ax_seg-vert_msk.nii.gz in derivatives, found no such file.',
  );
});

test('RibFrac: values are fractures that keep their boxes when they touch, and a case without any is absent', async () => {
  const set = await ribFrac(
    await miniature({
      'ribfrac-train-images-1/Part1/RibFrac1-image.nii.gz': await image(),
      'ribfrac-train-labels-1/Part1/RibFrac1-label.nii.gz': await labels({ 0: 1, 1: 2, 5: 2 }),
      'ribfrac-train-info-1.csv': 'public_id,label_id,label_code\nRibFrac1,0,0\nRibFrac1,1,2\nRibFrac1,2,-1\n',
      'ribfrac-val-images/RibFrac421-image.nii.gz': await image(),
      'ribfrac-val-labels/RibFrac421-label.nii.gz': await labels({}),
      'ribfrac-test-images/RibFrac501-image.nii.gz': await image(),
    }),
  );
  expect(entriesOf(set)).toEqual(['RibFrac1 RibFrac1 train', 'RibFrac421 RibFrac421 validate']);
  expect(shown(await only(set))).toEqual({
    masks: { 'rib fracture': [0, 1, 5] },
    boxes: {
      'rib fracture': [
        [0, 0, 0, 1, 1, 1],
        [0, 0, 1, 1, 2, 2],
      ],
    },
    absent: [],
  });
  expect(shown(await only(set, 'RibFrac421'))).toEqual({ masks: {}, boxes: {}, absent: ['rib fracture'] });
  const missing = await miniature({ 'RibFrac2-image.nii.gz': await image() });
  expect(await failure(ribFrac(missing))).toBe(
    'data ribfrac: RibFrac2-image.nii.gz: expected labels in RibFrac2-label.nii.gz, found no such file.',
  );
});

test('SynthSeg: the volume is the labels, its modality says so, and values without a name are no target', async () => {
  const set = await synthSeg(
    await miniature({ 'training_seg_01.nii.gz': await labels({ 1: 17, 2: 530 }), 'labels.txt': '' }),
  );
  const study = await only(set);
  expect([study.volume.modality, study.volume.data[1], study.volume.data[2]]).toEqual(['SEG', 17, 530]);
  expect(shown(study).masks).toEqual({ 'left hippocampus': [1] });
  expect(study.absent).toContain('right hippocampus');
});

test("label maps in no layout of owners: classes of a known set or of one's own, and absence only where all is labelled", async () => {
  const folder = await miniature({ 'ct.nii.gz': await image(), 'seg.nii.gz': await labels({ 1: 5, 2: 1 }) });
  const cases = [{ id: 'one', image: 'ct.nii.gz', labels: 'seg.nii.gz', modality: 'CT' }] as const;
  const targets = ['liver', 'spleen', 'stomach'];
  const whole = await labelMaps(folder, { name: 'totalsegmentator-v2', cases, isWholeLabelled: true, targets });
  expect(entriesOf(whole)).toEqual(['one one undefined']);
  expect(shown(await only(whole))).toEqual({ masks: { liver: [1], spleen: [2] }, boxes: {}, absent: ['stomach'] });
  const classes = [
    { name: 'lesion', value: 1, target: 'liver tumor' },
    { name: 'organ', value: 5, target: 'liver' },
    { name: 'other', value: 6, target: 'spleen' },
  ];
  const own = await labelMaps(folder, { name: 'mine', cases, classes, isWholeLabelled: false });
  expect(shown(await only(own))).toEqual({
    masks: { liver: [1], 'liver tumor': [2] },
    boxes: { 'liver tumor': [[0, 0, 2, 1, 1, 3]] },
    absent: [],
  });
  expect(await failure(labelMaps(folder, { name: 'mine', cases, isWholeLabelled: true }))).toMatch(
    'data labelsOf: expected one of',
  );
});

describe('sets that are pairs of files', () => {
  test('KiTS: kidneys hold tumors and cysts, and a cyst is never absent', async () => {
    const set = await kits(
      await miniature({
        'case_00000/imaging.nii.gz': await image(),
        'case_00000/segmentation.nii.gz': await labels({ 1: 1, 2: 2 }),
        'case_00001/imaging.nii.gz': await image(),
        'case_00001/segmentation.nii.gz': await labels({ 1: 3 }),
        'kits.json': '[]',
      }),
    );
    expect(entriesOf(set)).toEqual(['case_00000 case_00000 train', 'case_00001 case_00001 train']);
    expect(shown(await only(set))).toMatchObject({ masks: { kidneys: [1, 2], 'kidney tumor': [2] }, absent: [] });
    expect(shown(await only(set, 'case_00001'))).toMatchObject({
      masks: { kidneys: [1], 'kidney cyst': [1] },
      absent: ['kidney tumor'],
    });
  });

  test.each([
    [
      'FLARE22',
      flare22,
      'images/FLARE22_Tr_0001_0000',
      'labels/FLARE22_Tr_0001',
      13,
      'FLARE22_Tr_0001',
      'train',
      'left kidney',
    ],
    ['WORD', word, 'imagesVal/word_0001', 'labelsVal/word_0001', 12, 'word_0001', 'validate', 'adrenal glands'],
    ['SegTHOR', segThor, 'Patient_01/Patient_01', 'Patient_01/GT', 3, 'Patient_01', 'train', 'trachea'],
    ['CT-ORG', ctOrg, 'volume-20', 'labels-20', 4, 'volume-20', 'test', 'kidneys'],
    ['ATM22', atm22, 'imagesTr/ATM_001_0000', 'labelsTr/ATM_001_0000', 1, 'ATM_001_0000', 'train', 'airways'],
    [
      'PARSE',
      parse2022,
      'PA000005/image/PA000005',
      'PA000005/label/PA000005',
      1,
      'PA000005',
      'train',
      'pulmonary artery',
    ],
  ] as const)('%s', async (_, open, imagePath, labelPath, value, id, split, target) => {
    const labelFile = `${labelPath}.nii.gz`;
    const files = { [`${imagePath}.nii.gz`]: await image(), [labelFile]: await labels({ 7: value }) };
    const set = await open(await miniature(files));
    expect(entriesOf(set)).toEqual([`${id} ${id} ${split}`]);
    const study = await only(set);
    expect(study.volume.modality).toBe('CT');
    expect(shown(study).masks).toEqual({ [target]: [7] });
    const without = { [`${imagePath}.nii.gz`]: await image() };
    expect(await failure(open(await miniature(without)))).toMatch(
      `expected labels in ${labelFile}, found no such file.`,
    );
  });

  test('CT-ORG: lungs and brain may be there without a label, bones are no target', async () => {
    const set = await ctOrg(
      await miniature({ 'volume-21.nii.gz': await image(), 'labels-21.nii.gz': await labels({ 1: 5 }) }),
    );
    expect(shown(await only(set))).toEqual({ masks: {}, boxes: {}, absent: ['liver', 'bladder', 'kidneys'] });
  });
});
