import { describe, expect, test } from 'vitest';
import {
  atlas2,
  brats2023Men,
  brats2023Met,
  brats2023Ped,
  brats2023Ssa,
  busi,
  ctPelvic1K,
  ctSpine1K,
  hanSeg,
  isles22,
  lnq2023,
  mrSpineSeg,
  pengwin,
  prostate158,
  segA2023,
  segRap2023,
} from '../../src/node.js';
import { zipOf } from '../files/packing.js';
import { image, labels, miniature } from './label-files.js';
import { metaImage, nrrd } from './header-files.js';
import { png } from './miniature.js';
import { entriesOf, failure, only, shown } from './reading.js';

test('CTPelvic1K: images with the masks of their number, named with it or without; lumbar vertebrae are no target', async () => {
  const set = await ctPelvic1K(
    await miniature({
      'CTPelvic1K_dataset6_data/dataset6_CLINIC_0001_data.nii.gz': await image(),
      'CTPelvic1K_dataset6_Anonymized_mask/dataset6_CLINIC_0001_mask_4label.nii.gz': await labels({ 1: 1, 2: 2, 3: 4 }),
      'CTPelvic1K_dataset7_data/dataset7_CLINIC_metal_0000_data.nii.gz': await image(),
      'CTPelvic1K_dataset7_mask/CLINIC_metal_0000_mask_4label.nii.gz': await labels({ 5: 3 }),
      'CTPelvic1K_dataset4_mask_mappingback/dataset4_case_00014_mask_4label.nii.gz': await labels({}),
    }),
  );
  expect(entriesOf(set).map((text) => text.split(' ')[0])).toEqual([
    'dataset6_CLINIC_0001',
    'dataset7_CLINIC_metal_0000',
  ]);
  expect(shown(await only(set))).toEqual({
    masks: { sacrum: [1], 'right hip bone': [2] },
    boxes: {},
    absent: ['left hip bone'],
  });
  expect(shown(await only(set, 'dataset7_CLINIC_metal_0000')).masks).toEqual({ 'left hip bone': [5] });
  const without = await miniature({
    'CTPelvic1K_dataset6_data/dataset6_a_data.nii.gz': await image(),
    'CTPelvic1K_dataset6_mask/b': '',
  });
  expect(await failure(ctPelvic1K(without))).toBe(
    'data ctpelvic1k: CTPelvic1K_dataset6_data/dataset6_a_data.nii.gz: expected labels in CTPelvic1K_dataset6_mask/dataset6_a_mask_4label.nii.gz, found no such file.',
  );
});

test('CTSpine1K: the folders of its four sources, and no vertebra that is absent', async () => {
  const files = {
    'volumes/COLONOG/a.nii.gz': await image(),
    'labels/COLONOG/a_seg.nii.gz': await labels({ 1: 20, 2: 25 }),
    'volumes/COVID-19/b.nii.gz': await image(),
    'labels/COVID-19/b_seg.nii.gz': await labels({ 1: 1 }),
  };
  const below = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`rawdata/${name}`, bytes]));
  for (const folder of [files, below]) {
    const set = await ctSpine1K(await miniature(folder));
    expect(set.entries.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(shown(await only(set))).toEqual({
      masks: { 'l1 vertebra': [1], 'l6 vertebra': [2] },
      boxes: {},
      absent: [],
    });
    expect(shown(await only(set, 'b')).masks).toEqual({ 'c1 vertebra': [1] });
  }
});

test('PENGWIN: a bone is all of its fragments, in MetaImage', async () => {
  const set = await pengwin(
    await miniature({
      'PENGWIN_CT_train_images_part1/001.mha': metaImage([0, 0, 0, 0]),
      'PENGWIN_CT_train_images_part2/051.mha': metaImage([0, 0, 0, 0]),
      'PENGWIN_CT_train_labels/001.mha': metaImage([1, 11, 20, 30]),
      'PENGWIN_CT_train_labels/051.mha': metaImage([0, 2, 10, 0]),
    }),
  );
  expect(entriesOf(set)).toEqual(['001 001 train', '051 051 train']);
  expect(shown(await only(set))).toEqual({
    masks: { sacrum: [0], 'left hip bone': [1, 2], 'right hip bone': [3] },
    boxes: {},
    absent: [],
  });
  expect(shown(await only(set, '051'))).toEqual({
    masks: { sacrum: [1, 2] },
    boxes: {},
    absent: ['left hip bone', 'right hip bone'],
  });
});

test('MRSpineSeg: vertebrae count up from the sacrum, then discs', async () => {
  const set = await mrSpineSeg(
    await miniature({
      'train/MR/Case1.nii.gz': await image(),
      'train/Mask/mask_case1.nii.gz': await labels({ 0: 1, 1: 2, 2: 10, 3: 11, 4: 19 }),
    }),
  );
  expect(entriesOf(set)).toEqual(['case1 case1 train']);
  const study = await only(set);
  expect([study.volume.modality, study.absent]).toEqual(['MR', []]);
  expect(shown(study).masks).toEqual({
    sacrum: [0],
    'l5 vertebra': [1],
    't9 vertebra': [2],
    'l5-s1 disc': [3],
    't9-t10 disc': [4],
  });
});

test('Prostate158: three images of a patient, cancer from a file of its own, unknown where the table names none', async () => {
  const head = 'ID,t2,adc,dwi,t2_anatomy_reader1,t2_tumor_reader1,adc_tumor_reader1';
  const row = (id: string, tumor: string, adcTumor: string): string =>
    `${id},train/${id}/t2.nii.gz,train/${id}/adc.nii.gz,,train/${id}/t2_anatomy_reader1.nii.gz,${tumor},${adcTumor}`;
  const set = await prostate158(
    await miniature({
      'train.csv': [head, row('020', 'train/020/t2_tumor_reader1.nii.gz', 'train/020/empty.nii.gz')],
      'valid.csv': [head, row('021', '', '')],
      'train/020/t2.nii.gz': await image(),
      'train/020/adc.nii.gz': await image(7),
      'train/020/t2_anatomy_reader1.nii.gz': await labels({ 1: 1, 2: 2 }),
      'train/020/t2_tumor_reader1.nii.gz': await labels({ 2: 3 }),
      'train/020/empty.nii.gz': await labels({}),
      'train/021/t2.nii.gz': await image(),
      'train/021/adc.nii.gz': await image(),
      'train/021/t2_anatomy_reader1.nii.gz': await labels({ 1: 2 }, { shape: [2, 3, 5] }),
    }),
  );
  expect(entriesOf(set)).toEqual([
    '020:t2 020 train',
    '020:adc 020 train',
    '021:t2 021 validate',
    '021:adc 021 validate',
  ]);
  const zones = { 'prostate transition zone': [1], 'prostate peripheral zone': [2] };
  expect(shown(await only(set))).toEqual({
    masks: { ...zones, 'prostate tumor': [2] },
    boxes: { 'prostate tumor': [[0, 0, 2, 1, 1, 3]] },
    absent: [],
  });
  const adc = await only(set, '020:adc');
  expect([adc.volume.data[0], shown(adc)]).toEqual([7, { masks: zones, boxes: {}, absent: ['prostate tumor'] }]);
  expect(await failure(only(set, '021:t2'))).toBe(
    'data prostate158: train/021/t2_anatomy_reader1.nii.gz: expected labels of 2 x 3 x 4 voxels as the image has, found 2 x 3 x 5.',
  );
});

test('BUSI: a box for each mask, tumors that touch too, and none in normal images; an archive as it comes', async () => {
  const mask = (...at: number[]): Uint8Array => {
    const values = new Uint8Array(32);
    for (const i of at) values[i] = 255;
    return png(8, 4, values);
  };
  const files = {
    'Dataset_BUSI_with_GT/benign/benign (1).png': png(),
    'Dataset_BUSI_with_GT/benign/benign (1)_mask.png': mask(0, 1),
    'Dataset_BUSI_with_GT/benign/benign (1)_mask_1.png': mask(2, 10),
    'Dataset_BUSI_with_GT/malignant/malignant (10).png': png(),
    'Dataset_BUSI_with_GT/malignant/malignant (10)_mask.png': png(4, 4),
    'Dataset_BUSI_with_GT/normal/normal (1).png': png(),
    'Dataset_BUSI_with_GT/normal/normal (1)_mask.png': mask(),
  };
  const folder = await miniature({ ...files, 'BUSI.zip': zipOf(files) });
  for (const path of [folder, `${folder}/Dataset_BUSI_with_GT`, `${folder}/BUSI.zip`]) {
    const set = await busi(path);
    expect(set.entries.map(({ id }) => id)).toEqual(['benign (1)', 'malignant (10)', 'normal (1)']);
    const study = await only(set);
    expect(study.volume.modality).toBe('US');
    expect(shown(study)).toEqual({
      masks: { 'breast tumor': [0, 1, 2, 10] },
      boxes: {
        'breast tumor': [
          [0, 0, 2, 1, 2, 3],
          [0, 0, 0, 1, 1, 2],
        ],
      },
      absent: [],
    });
    expect(shown(await only(set, 'normal (1)'))).toEqual({ masks: {}, boxes: {}, absent: ['breast tumor'] });
    expect(await failure(only(set, 'malignant (10)'))).toMatch(
      'expected masks of 1 x 4 x 8 voxels, found one of 1 x 4 x 4.',
    );
  }
  const without = await miniature({ 'benign/benign (1).png': png() });
  expect(await failure(busi(without))).toBe(
    'data busi: benign/benign (1).png: expected benign (1)_mask.png, found no such file.',
  );
});

test.each([
  ['MEN', brats2023Men, 'BraTS-MEN-Train'],
  ['MET', brats2023Met, 'ASNR-MICCAI-BraTS2023-MET-Challenge-TrainingData'],
  ['PED', brats2023Ped, 'ASNR-MICCAI-BraTS2023-PED-Challenge-TrainingData'],
  ['SSA', brats2023Ssa, 'ASNR-MICCAI-BraTS2023-SSA-Challenge-TrainingData_V2'],
] as const)('BraTS 2023 %s: its cases and no others', async (code, open, folder) => {
  const name = `BraTS-${code}-00004-001`;
  const own = `${folder}/${name}/${name}`;
  const files = { [`${own}-seg.nii.gz`]: await labels({ 1: 3, 2: 1 }), [`${folder}/BraTS-GLI-00001-000/a`]: '' };
  for (const sequence of ['t1n', 't1c', 't2w', 't2f']) files[`${own}-${sequence}.nii.gz`] = await image();
  const set = await open(await miniature(files));
  expect(set.name).toBe(`brats-2023-${code.toLowerCase()}`);
  expect(entriesOf(set)[0]).toBe(`${name}-t1n BraTS-${code}-00004 train`);
  expect(shown(await only(set)).masks).toEqual({ 'enhancing tumor': [1], 'tumor core': [2], 'brain tumor': [1, 2] });
});

describe('sets of the head and the neck', () => {
  test('HaN-Seg: one file an organ, as NRRD; those without a file are unknown', async () => {
    const own = 'set_1/case_01/case_01';
    const files = {
      [`${own}_IMG_CT.nrrd`]: nrrd([-1000, 0, 40, 300]),
      [`${own}_IMG_MR_T1.nrrd`]: nrrd([1, 2, 3, 4]),
      [`${own}_OAR_Cochlea_L.seg.nrrd`]: nrrd([0, 1, 0, 0]),
      [`${own}_OAR_Bone_Mandible.seg.nrrd`]: nrrd([0, 0, 1, 1]),
      [`${own}_OAR_Lips.seg.nrrd`]: nrrd([0, 0, 0, 0]),
      'set_1/OAR_data.csv': 'a',
    };
    const set = await hanSeg(await miniature(files));
    expect(entriesOf(set)).toEqual(['case_01 case_01 train']);
    const study = await only(set);
    expect([study.volume.modality, study.volume.data[3]]).toEqual(['CT', 300]);
    expect(shown(study)).toEqual({ masks: { 'left cochlea': [1], mandible: [2, 3] }, boxes: {}, absent: [] });
    const one = await hanSeg(await miniature(files), { targets: ['mandible'] });
    expect(one.entries[0]!.files).toEqual([`${own}_IMG_CT.nrrd`, `${own}_OAR_Bone_Mandible.seg.nrrd`]);
    const { [`${own}_IMG_CT.nrrd`]: _, ...without } = files;
    expect(await failure(hanSeg(await miniature(without)))).toBe(
      'data han-seg: set_1/case_01: expected case_01_IMG_CT.nrrd, found no such file.',
    );
  });

  test('SegRap2023: both images of a patient, corrected labels where they are there, halves of the mandible as one', async () => {
    const own = 'SegRap2023_Training_Set_120cases/segrap_0000';
    const files = {
      [`${own}/image.nii.gz`]: await image(),
      [`${own}/image_contrast.nii.gz`]: await image(9),
      [`${own}/Mandible_L.nii.gz`]: await labels({ 1: 1 }),
      [`${own}/Mandible_R.nii.gz`]: await labels({ 2: 1 }),
      [`${own}/TemporalLobe_R.nii.gz`]: await labels({ 3: 1, 4: 1 }),
      [`${own}/Hippocampus_R.nii.gz`]: await labels({ 4: 1 }),
      [`${own}/GTVp.nii.gz`]: await labels({ 5: 1 }),
    };
    const set = await segRap2023(await miniature(files));
    expect(entriesOf(set)).toEqual([
      'segrap_0000:image segrap_0000 train',
      'segrap_0000:image_contrast segrap_0000 train',
    ]);
    const study = await only(set, 'segrap_0000:image_contrast');
    expect([study.volume.data[0], shown(study)]).toEqual([
      9,
      {
        masks: { mandible: [1, 2], 'right temporal lobe': [3, 4], 'right hippocampus': [4] },
        boxes: {},
        absent: [],
      },
    ]);
    const updated = 'SegRap2023_Training_Set_120cases_Update_Labels/segrap_0000/Brain.nii.gz';
    const newer = await segRap2023(await miniature({ ...files, [updated]: await labels({ 7: 1 }) }));
    expect(shown(await only(newer)).masks).toEqual({ brain: [7] });
  });
});

describe('sets of one lesion or vessel', () => {
  test('ISLES 2022: both sequences of a session with its mask', async () => {
    const scan = 'sub-strokecase0001_ses-0001';
    const [images, masks] = ['sub-strokecase0001/ses-0001/dwi', 'derivatives/sub-strokecase0001/ses-0001'];
    const files = {
      [`${images}/${scan}_dwi.nii.gz`]: await image(),
      [`${images}/${scan}_adc.nii.gz`]: await image(3),
      [`${masks}/${scan}_msk.nii.gz`]: await labels({ 1: 1, 23: 1 }),
      'derivatives/sub-strokecase0002/ses-0001/a.json': '{}',
    };
    const set = await isles22(await miniature(files));
    expect(entriesOf(set)).toEqual([`${scan}_dwi sub-strokecase0001 train`, `${scan}_adc sub-strokecase0001 train`]);
    const study = await only(set, `${scan}_adc`);
    expect([study.volume.data[0], study.boxes['stroke lesion']!.length]).toEqual([3, 2]);
    const { [`${images}/${scan}_adc.nii.gz`]: _, ...without } = files;
    expect(await failure(isles22(await miniature(without)))).toBe(
      `data isles22: ${images}: expected ${scan}_adc.nii.gz, found no such file.`,
    );
  });

  test('ATLAS R2.0: the mask of each image beside it', async () => {
    const own = 'Training/R001/sub-r001s001/ses-1/anat/sub-r001s001_ses-1_space-MNI152NLin2009aSym';
    const set = await atlas2(
      await miniature({
        [`${own}_T1w.nii.gz`]: await image(),
        [`${own}_label-L_desc-T1lesion_mask.nii.gz`]: await labels({}),
      }),
    );
    expect(entriesOf(set)).toEqual(['sub-r001s001_ses-1 sub-r001s001 train']);
    expect(shown(await only(set))).toEqual({ masks: {}, boxes: {}, absent: ['stroke lesion'] });
  });

  test('LNQ 2023 and SEG.A. 2023, as NRRD: nodes that are not drawn are unknown', async () => {
    const nodes = await lnq2023(
      await miniature({
        'train/lnq2023-train-0001-ct.nrrd': nrrd([1, 2, 3]),
        'train/lnq2023-train-0001-seg.nrrd': nrrd([0, 0, 0]),
      }),
    );
    expect(entriesOf(nodes)).toEqual(['lnq2023-train-0001 lnq2023-train-0001 train']);
    expect(shown(await only(nodes))).toEqual({ masks: {}, boxes: {}, absent: [] });
    const aorta = await segA2023(
      await miniature({ 'Dongyang/D1/D1.nrrd': nrrd([1, 2, 3]), 'Dongyang/D1/D1.seg.nrrd': nrrd([0, 1, 1]) }),
    );
    expect(shown(await only(aorta)).masks).toEqual({ 'aorta with its branches': [1, 2] });
  });
});
