import { expect, test } from 'vitest';
import { slake, vqaMed2019, vqaRad } from '../../src/node.js';
import { zipOf } from '../files/packing.js';
import { expectRefused, type Files, miniature, png, SECRET } from './miniature.js';

const radFile = 'VQA_RAD Dataset Public.json';
const rad = (item: object): object => ({
  image_name: 'a.jpg',
  question: 'Is it?',
  answer: 'Yes',
  phrase_type: 'freeform',
  ...item,
});
const radFiles = (items: unknown): Files => ({ [radFile]: JSON.stringify(items), 'VQA_RAD Image Folder/a.jpg': png() });

test('VQA-RAD: the questions of an image in each split, the last image too', async () => {
  const items = [
    rad({}),
    rad({ answer: 3, answer_type: 'OPEN ', phrase_type: 'para' }),
    rad({ phrase_type: 'test_freeform' }),
    rad({ image_name: 'b.jpg' }),
  ];
  const dataset = await vqaRad(await miniature({ ...radFiles(items), 'VQA_RAD Image Folder/b.jpg': png() }));
  expect(dataset.entries.map(({ id, patient, split }) => [id, patient, split])).toEqual([
    ['a.jpg/train', 'a.jpg', 'train'],
    ['a.jpg/test', 'a.jpg', 'test'],
    ['b.jpg/train', 'b.jpg', 'train'],
  ]);
  const study = await dataset.read(dataset.entries[0]!);
  expect(study.questions).toEqual([
    { question: 'Is it?', answer: 'Yes' },
    { question: 'Is it?', answer: '3', kind: 'open' },
  ]);
});

test.each([
  ['items of another form', [rad({}), rad({ question: undefined })], ['1.question', 'type string']],
  ['an empty answer', [rad({ answer: ' ' })], ['item 0', 'an empty one']],
  ['no list', SECRET, ['the whole']],
])('VQA-RAD: refuses %s', async (_, items, texts) => {
  await expectRefused(vqaRad(await miniature(radFiles(items))), 'vqa-rad', radFile, ...texts);
});

test('refuses text that is no JSON, and images outside the folder', async () => {
  await expectRefused(vqaRad(await miniature({ [radFile]: `{"${SECRET}` })), 'does not parse');
  const outside = await vqaRad(await miniature(radFiles([rad({ image_name: `../../../${SECRET}.jpg` })])));
  await expectRefused(outside.read(outside.entries[0]!), 'found one outside');
});

const asked = (item: object): object => ({
  img_name: 'xmlab1/source.jpg',
  question: 'Where?',
  answer: 'Left',
  q_lang: 'en',
  modality: 'X-Ray',
  qid: 1,
  ...item,
});
const slakeFiles: Files = {
  'train.json': JSON.stringify([
    asked({ answer_type: 'OPEN' }),
    asked({ q_lang: 'zh', question: '?' }),
    asked({ question: 'What?' }),
  ]),
  'validate.json': JSON.stringify([asked({ img_name: 'xmlab2/source.jpg', modality: 'MRI' })]),
  'test.json': '[]',
  'imgs/xmlab1/source.jpg': png(),
  'imgs/xmlab1/detection.json': JSON.stringify([{ Cardiomegaly: [1, 1, 4, 2] }, { 'Not a target': [0, 0, 1, 1] }]),
  'imgs/xmlab2/source.jpg': png(),
};

test('SLAKE: English questions, modality, and the boxes that the taxonomy knows', async () => {
  const dataset = await slake(await miniature(slakeFiles));
  const [first, second] = await Promise.all(dataset.entries.map((entry) => dataset.read(entry)));
  expect(first!.questions!.map(({ question, kind }) => [question, kind])).toEqual([
    ['Where?', 'open'],
    ['What?', undefined],
  ]);
  expect(first!.boxes).toEqual({ cardiomegaly: [[0, 1, 1, 1, 3, 5]] });
  expect([first!.volume.modality, second!.volume.modality, second!.boxes]).toEqual(['DX', 'MR', {}]);
  expect(dataset.entries[1]!.split).toBe('validate');
  const chinese = await slake(await miniature(slakeFiles), { language: 'zh' });
  expect(chinese.entries).toHaveLength(1);
});

test('SLAKE: refuses unknown modalities, boxes outside the image and missing files', async () => {
  const odd = { ...slakeFiles, 'test.json': JSON.stringify([asked({ modality: SECRET })]) };
  await expectRefused(slake(await miniature(odd)), 'slake', 'test.json: item 0', '"modality"');
  const outside = { ...slakeFiles, 'imgs/xmlab1/detection.json': '[{"Cardiomegaly": [100, 1, 4, 2]}]' };
  const dataset = await slake(await miniature(outside));
  await expectRefused(dataset.read(dataset.entries[0]!), 'train.json: item 0', 'detection.json');
  const { 'train.json': _, ...without } = slakeFiles;
  await expectRefused(slake(await miniature(without)), 'slake', 'train.json', 'found none');
});

const training = 'ImageClef-2019-VQA-Med-Training';
const medFiles: Files = {
  [`${training}/All_QA_Pairs_train.txt`]: ['s1|what plane?|axial', 's1|what is abnormal?|mass\r', ''],
  [`${training}/QAPairsByCategory/C1_Modality_train.txt`]: [],
  [`${training}/QAPairsByCategory/C2_Plane_train.txt`]: ['s1|what plane?|axial'],
  [`${training}/Train_images/s1.jpg`]: png(),
  'ImageClef-2019-VQA-Med-Validation/All_QA_Pairs_val.txt': ['s2|what plane?|sagittal'],
  'ImageClef-2019-VQA-Med-Validation/QAPairsByCategory/C2_Plane_val.txt': ['s2|what plane?|sagittal'],
  'VQAMed2019Test/VQAMed2019_Test_Questions_w_Ref_Answers.txt': [
    's3|abnormality|what is it?|(septic) emboli#abscess',
    's3|plane|what plane?|coronal',
  ],
};

test('VQA-Med 2019: three splits, the first of several answers, and categories', async () => {
  const root = await miniature(medFiles);
  const dataset = await vqaMed2019(root);
  expect(dataset.entries.map(({ id, files: [file] }) => [id, file])).toEqual([
    ['s1/train', `${training}/Train_images/s1.jpg`],
    ['s2/validate', 'ImageClef-2019-VQA-Med-Validation/Val_images/s2.jpg'],
    ['s3/test', 'VQAMed2019Test/VQAMed2019_Test_Images/s3.jpg'],
  ]);
  expect((await dataset.read(dataset.entries[0]!)).questions).toEqual([
    { question: 'what plane?', answer: 'axial' },
    { question: 'what is abnormal?', answer: 'mass' },
  ]);
  const withTest = await miniature({ ...medFiles, 'VQAMed2019Test/VQAMed2019_Test_Images/s3.jpg': png() });
  const all = await vqaMed2019(withTest);
  expect((await all.read(all.entries[2]!)).questions![0]!.answer).toBe('septic emboli');
  const planes = await vqaMed2019(withTest, { categories: ['plane'] });
  expect((await planes.read(planes.entries[0]!)).questions).toEqual([{ question: 'what plane?', answer: 'axial' }]);
  expect((await planes.read(planes.entries[2]!)).questions).toEqual([{ question: 'what plane?', answer: 'coronal' }]);
});

test('VQA-Med 2019: refuses lines of another form and categories without a file', async () => {
  const short = { ...medFiles, [`${training}/All_QA_Pairs_train.txt`]: ['s1|what?|x', `s1|${SECRET}`] };
  await expectRefused(vqaMed2019(await miniature(short)), 'vqa-med-2019', 'All_QA_Pairs_train.txt: row 2', 'found 2');
  await expectRefused(vqaMed2019(await miniature(medFiles), { categories: ['organ'] }), 'category organ');
});

test('SLAKE: masks by the names of mask.txt, from an archive of images as it comes', async () => {
  const grey = Uint8Array.from({ length: 32 }, (_, i) => (i === 3 ? 1 : i === 5 ? 12 : i === 7 ? 30 : 0));
  // Its owners keep three equal channels.
  const colours = Uint8Array.from({ length: 96 }, (_, i) => grey[Math.floor(i / 3)]!);
  const packed = {
    'imgs/xmlab1/source.jpg': png(),
    'imgs/xmlab1/mask.png': png(8, 4, colours),
    'imgs/xmlab1/detection.json': '[{"Liver": [1, 1, 4, 2]}]',
    'imgs/xmlab2/source.jpg': png(),
    'imgs/xmlab2/mask.png': png(),
  };
  const { 'train.json': train, 'validate.json': validate, 'test.json': testing } = slakeFiles;
  const files = { 'train.json': train!, 'validate.json': validate!, 'test.json': testing!, 'imgs.zip': zipOf(packed) };
  const names = { 'mask.txt': ['1:Liver', '12 : Left Kidney', '30:Nothing known', ''] };
  const dataset = await slake(await miniature({ ...files, ...names }));
  const [first, second] = await Promise.all(dataset.entries.map((entry) => dataset.read(entry)));
  expect([first!.masks, first!.boxes].map(Object.keys)).toEqual([['liver', 'left kidney'], ['liver']]);
  expect([first!.masks['liver']!.indexOf(1), first!.masks['left kidney']!.indexOf(1)]).toEqual([3, 5]);
  // A picture, whose values are no classes.
  expect(second!.masks).toEqual({});
  const without = await slake(await miniature(files));
  expect((await without.read(without.entries[0]!)).masks).toEqual({});
  await expectRefused(slake(await miniature({ ...files, 'mask.txt': `1:Liver\n${SECRET}` })), 'slake: mask.txt: row 2');
  const small = zipOf({ ...packed, 'imgs/xmlab1/mask.png': png(2, 2, Uint8Array.of(0, 1, 1, 0)) });
  const odd = await slake(await miniature({ ...files, ...names, 'imgs.zip': small }));
  await expectRefused(odd.read(odd.entries[0]!), 'slake: imgs/xmlab1/mask.png', 'expected 4 x 8 pixels');
});
