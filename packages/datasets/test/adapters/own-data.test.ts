import { expect, test } from 'vitest';
import { datasetNames, openDataset } from '../../src/node.js';
import { expectRefused, type Files, miniature, nifti, png, SECRET } from './miniature.js';

const lines = (...values: object[]): string => values.map((value) => JSON.stringify(value)).join('\n');
const files = (...values: object[]): Files => ({
  'annotations.jsonl': lines(...values),
  'a.png': png(),
  'b.nii.gz': nifti,
});

test('a folder: boxes, masks, texts and synonyms of targets', async () => {
  const root = await miniature({
    ...files(
      {
        image: 'a.png',
        patient: 'p',
        split: 'test',
        modality: 'DX',
        plane: 'frontal',
        leftRightAxis: 2,
        present: ['enlarged heart'],
        absent: ['pneumothorax'],
        boxes: { 'pleural effusions': [[1, 0, 4, 2]] },
        findings: 'f',
        questions: [{ question: 'q', answer: 'a' }],
      },
      {
        image: 'b.nii.gz',
        id: 'b',
        modality: 'CT',
        masks: { liver: 'liver.nii.gz' },
        boxes: { nodule: [[0, 0, 0, 1, 2, 3]] },
      },
    ),
    'liver.nii.gz': nifti,
  });
  const dataset = await openDataset('folder', root, { name: 'mine' });
  expect(dataset.name).toBe('mine');
  expect(dataset.entries[0]).toEqual({
    id: 'a.png',
    patient: 'p',
    split: 'test',
    files: ['a.png'],
    present: ['cardiomegaly', 'pleural effusion'],
    absent: ['pneumothorax'],
  });
  const [flat, deep] = await Promise.all(dataset.entries.map((entry) => dataset.read(entry)));
  expect(flat).toMatchObject({
    present: ['cardiomegaly'],
    boxes: { 'pleural effusion': [[0, 0, 1, 1, 2, 4]] },
    findings: 'f',
    questions: [{ question: 'q', answer: 'a' }],
    leftRightAxis: 2,
  });
  expect([deep!.masks['liver']![0], deep!.masks['liver']![23], deep!.boxes['nodule']]).toEqual([
    0,
    1,
    [[0, 0, 0, 1, 2, 3]],
  ]);
  expect(deep).not.toHaveProperty('caption');
});

test.each([
  ['an unknown field', [{ image: 'a.png', finding: SECRET }], ['row 1', 'the documented form']],
  [
    'an unknown target',
    [{ image: 'a.png' }, { image: 'b.nii.gz', present: [SECRET] }],
    ['row 2', 'the taxonomy does not know'],
  ],
  [
    'a target that is there and is not',
    [{ image: 'a.png', present: ['nodule'], absent: ['nodules'] }],
    ['row 1', 'one that is both'],
  ],
  ['two names of one target', [{ image: 'a.png', boxes: { nodule: [], nodules: [] } }], ['row 1', 'two names']],
  ['an id twice', [{ image: 'a.png' }, { image: 'a.png' }], ['row 2', 'second time']],
])('a folder: refuses %s', async (_, values, texts) => {
  await expectRefused(openDataset('folder', await miniature(files(...values))), 'folder: annotations.jsonl', ...texts);
});

test('a folder: refuses masks of another size and flat boxes in volumes when they are read', async () => {
  for (const [value, text] of [
    [{ image: 'a.png', masks: { liver: 'b.nii.gz' } }, 'expected masks of 1 x 4 x 8 voxels, found one of 2 x 3 x 4'],
    [{ image: 'b.nii.gz', boxes: { nodule: [[0, 0, 1, 1]] } }, 'expected boxes of 6 numbers'],
    [{ image: 'a.png', boxes: { nodule: [[5, 5, 2, 2]] } }, 'first corner before its last'],
  ] as const) {
    const dataset = await openDataset('folder', await miniature(files(value)));
    await expectRefused(dataset.read(dataset.entries[0]!), 'annotations.jsonl: row 1', text);
  }
});

const coco = {
  images: [
    { id: 1, file_name: 'a.png', width: 8, height: 4 },
    { id: 2, file_name: 'c.png', width: 8, height: 4 },
  ],
  annotations: [
    { id: 1, image_id: 1, category_id: 7, bbox: [1, 1, 3, 2], segmentation: [] },
    { id: 2, image_id: 1, category_id: 7, bbox: [0, 0, 1, 1] },
  ],
  categories: [
    { id: 7, name: 'Nodules' },
    { id: 8, name: 'pneumothorax' },
  ],
};
const cocoFiles = (changes: object = {}): Files => ({
  'annotations.json': JSON.stringify({ ...coco, ...changes }),
  'images/a.png': png(),
  'images/c.png': png(4, 4),
});

test('COCO: boxes of images, and categories without a box', async () => {
  const dataset = await openDataset('coco', await miniature(cocoFiles()), { images: 'images', split: 'train' });
  expect(await dataset.read(dataset.entries[0]!)).toMatchObject({
    boxes: {
      nodule: [
        [0, 1, 1, 1, 3, 4],
        [0, 0, 0, 1, 1, 1],
      ],
    },
    absent: ['pneumothorax'],
  });
  expect(dataset.entries[1]!.absent).toEqual(['nodule', 'pneumothorax']);
  await expectRefused(dataset.read(dataset.entries[1]!), 'image 1', 'expected an image of 4 x 8 pixels, found 4 x 4');
  const unsure = await openDataset('coco', await miniature(cocoFiles()), { isExhaustive: false });
  expect(unsure.entries[1]!.absent).toEqual([]);
});

test.each([
  ['an unknown category', { categories: [{ id: 7, name: SECRET }] }, ['category 0']],
  ['annotations of no image', { annotations: [{ image_id: 9, category_id: 7, bbox: [0, 0, 1, 1] }] }, ['annotation 0']],
  ['an id twice', { images: [coco.images[0], coco.images[0]] }, ['image 1', 'second time']],
  [
    'boxes of three numbers',
    { annotations: [{ image_id: 1, category_id: 7, bbox: [0, 0, 1] }] },
    ['annotations.0.bbox'],
  ],
])('COCO: refuses %s', async (_, changes, texts) => {
  await expectRefused(openDataset('coco', await miniature(cocoFiles(changes))), 'coco: annotations.json', ...texts);
});

test('openDataset refuses names and options that it does not know, as errors of the config', async () => {
  expect(datasetNames).toContain('vindr-cxr');
  for (const name of ['other', 'toString', '__proto__']) {
    expect((await expectRefused(openDataset(name, '.'), 'vindr-cxr')).code).toBe('config');
  }
  for (const name of datasetNames) {
    expect((await expectRefused(openDataset(name, '.', { onlyPrsent: true }), 'onlyPrsent')).code).toBe('config');
  }
});
