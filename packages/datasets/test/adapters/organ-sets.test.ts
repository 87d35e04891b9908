import { describe, expect, test } from 'vitest';
import { amos22, atm22, btcv, btcvCervix, kits, lits, msd } from '../../src/node.js';
import { affine, image, labels, miniature, shape, stacked } from './label-files.js';
import { entriesOf, failure, only, shown } from './reading.js';

describe('AMOS22', () => {
  const files = async () => ({
    'imagesTr/amos_0500.nii.gz': await image(),
    'labelsTr/amos_0500.nii.gz': await labels({ 3: 6, 5: 15 }),
    'imagesVa/amos_0507.nii.gz': await image(7),
    'labelsVa/amos_0507.nii.gz': await labels({ 0: 1 }),
    'imagesTs/amos_0002.nii.gz': await image(),
    'dataset.json': '{}',
  });

  test('its splits, modalities by number, masks and what is absent', async () => {
    const set = await amos22(await miniature(await files()));
    expect(entriesOf(set)).toEqual(['amos_0500 amos_0500 train', 'amos_0507 amos_0507 validate']);
    const ct = await only(set);
    expect([ct.volume.modality, ct.volume.data[1], ct.volume.shape, ct.leftRightAxis]).toEqual(['CT', -999, shape, 2]);
    expect(ct.volume.affine).toEqual(affine);
    expect(shown(ct).masks).toEqual({ liver: [3], 'prostate or uterus': [5] });
    expect(ct.absent).toHaveLength(13);
    expect(ct.absent).toContain('spleen');
    const mr = await only(set, 'amos_0507');
    expect([mr.volume.modality, mr.volume.data[1]]).toEqual(['MR', 8]);
  });

  test('targets that were not asked for are unknown', async () => {
    const set = await amos22(await miniature(await files()), { targets: ['spleen', 'liver'] });
    expect(shown(await only(set))).toEqual({ masks: { liver: [3] }, boxes: {}, absent: ['spleen'] });
  });

  test('images without labels, another grid, an unknown value and a damaged file are told by set, file and field', async () => {
    const path = 'labelsTr/amos_0500.nii.gz';
    const { [path]: _, ...without } = await files();
    expect(await failure(amos22(await miniature(without)))).toBe(
      'data amos22: imagesTr/amos_0500.nii.gz: expected labels in labelsTr/amos_0500.nii.gz, found no such file.',
    );
    const read = async (bytes: Uint8Array) =>
      only(await amos22(await miniature({ ...(await files()), [path]: bytes })));
    expect(await failure(read(await labels({}, { shape: [2, 3, 5] })))).toBe(
      `data amos22: ${path}: expected labels of 2 x 3 x 4 voxels as the image has, found 2 x 3 x 5.`,
    );
    const moved = affine.map((value, i) => (i === 11 ? value + 3 : value));
    expect(await failure(read(await labels({}, { affine: moved })))).toMatch(
      `data amos22: ${path}: expected labels on the grid`,
    );
    expect(await failure(read(await labels({ 2: 16 })))).toBe(
      `data amos22: ${path}: expected the values of 15 classes, found 16.`,
    );
    expect(await failure(read((await labels({})).subarray(0, 60)))).toMatch(new RegExp(`^data amos22: ${path}: `));
    expect(await failure(read(new Uint8Array()))).toMatch(new RegExp(`^data amos22: ${path}: readLabelMap: `));
  });
});

test('an empty folder, a file and nothing are told apart', async () => {
  const folder = await miniature({ 'a.txt': 'a' });
  expect(await failure(kits(folder))).toBe(
    'data kits: expected images with labels in the layout of the owners, found none.',
  );
  expect(await failure(kits(`${folder}/a.txt`))).toBe(
    'data kits: expected the folder of the data set, found a file at this path.',
  );
  expect(await failure(kits(`${folder}/b`))).toBe(
    'data kits: expected the folder of the data set, found nothing at this path.',
  );
});

test('an entry of another data set is refused', async () => {
  const set = await atm22(
    await miniature({ 'imagesTr/a.nii.gz': await image(), 'labelsTr/a.nii.gz': await labels({ 1: 1 }) }),
  );
  expect(await failure(set.read({ id: 'b', patient: 'b', files: [] }))).toBe(
    'data atm22: expected an entry of this data set, found "b".',
  );
});

describe('MSD', () => {
  const task = (names: readonly string[], modality: readonly string[]): string =>
    JSON.stringify({
      name: 'ANY',
      modality: Object.fromEntries(modality.entries()),
      labels: Object.fromEntries(['background', ...names].entries()),
      training: [{ image: '../../elsewhere.nii.gz', label: './labelsTr/a.nii.gz' }],
    });

  test('the classes of dataset.json tell the task; an organ holds its tumors, each with a box', async () => {
    const set = await msd(
      await miniature({
        'dataset.json': task(['pancreas', 'cancer'], ['CT']),
        'imagesTr/pancreas_001.nii.gz': await image(),
        'imagesTr/._pancreas_001.nii.gz': 'a file of a Mac',
        'labelsTr/pancreas_001.nii.gz': await labels({ 4: 1, 5: 2, 23: 2 }),
      }),
    );
    expect(set.name).toBe('msd-07-pancreas');
    expect(entriesOf(set)).toEqual(['pancreas_001 pancreas_001 train']);
    expect(shown(await only(set))).toEqual({
      masks: { pancreas: [4, 5, 23], 'pancreas tumor': [5, 23] },
      boxes: {
        'pancreas tumor': [
          [0, 1, 1, 0 + 1, 2, 2],
          [1, 2, 3, 2, 3, 4],
        ],
      },
      absent: [],
    });
  });

  test('each sequence of a file with several is an entry of the same patient', async () => {
    const set = await msd(
      await miniature({
        'dataset.json': task(['edema', 'non-enhancing tumor', 'enhancing tumour'], ['FLAIR', 'T1w', 't1gd', 'T2w']),
        'imagesTr/BRATS_001.nii.gz': await stacked([0, 100, 200, 300]),
        'labelsTr/BRATS_001.nii.gz': await labels({ 1: 1, 2: 2, 3: 3 }),
      }),
    );
    expect(entriesOf(set).map((text) => text.split(' ').slice(0, 2))).toEqual([
      ['BRATS_001:FLAIR', 'BRATS_001'],
      ['BRATS_001:T1w', 'BRATS_001'],
      ['BRATS_001:t1gd', 'BRATS_001'],
      ['BRATS_001:T2w', 'BRATS_001'],
    ]);
    const study = await only(set, 'BRATS_001:t1gd');
    expect([study.volume.modality, study.volume.data[3]]).toEqual(['MR', 203]);
    expect(shown(study).masks).toEqual({
      'peritumoral edema': [1],
      'tumor core': [2],
      'enhancing tumor': [3],
      'brain tumor': [2, 3],
    });
    expect(shown(study).boxes).toEqual({ 'brain tumor': [[0, 0, 2, 1, 1, 4]] });
  });

  test.each([
    ['{', 'msd: dataset.json: expected JSON of an object, found other text.'],
    ['{"labels": {"a": "b"}}', 'msd: dataset.json, labels: expected texts by number, found something else.'],
    ['{"labels": {"0": "background"}}', 'msd: dataset.json, modality: expected texts by number, found something else.'],
    [
      task(['cancer', 'liver'], ['CT']),
      'msd: dataset.json, labels: expected the classes of one of the ten tasks, found background, cancer, liver.',
    ],
  ])('dataset.json %#', async (text, message) => {
    expect(await failure(msd(await miniature({ 'dataset.json': text })))).toBe(`data ${message}`);
  });

  test('without dataset.json', async () => {
    expect(await failure(msd(await miniature({ a: '' })))).toBe(
      'data msd: dataset.json: expected a file that may be read, found none.',
    );
  });
});

test('BTCV pairs img with label, and Image with Mask', async () => {
  const abdomen = await btcv(
    await miniature({
      'RawData/Training/img/img0001.nii.gz': await image(),
      'RawData/Training/label/label0001.nii.gz': await labels({ 1: 10 }),
      'RawData/Testing/img/img0061.nii.gz': await image(),
    }),
  );
  expect(entriesOf(abdomen)).toEqual(['0001 0001 train']);
  expect(shown(await only(abdomen)).masks).toEqual({ 'portal and splenic veins': [1] });
  const cervix = await btcvCervix(
    await miniature({
      'RawData/Training/img/0507688-Image.nii.gz': await image(),
      'RawData/Training/label/0507688-Mask.nii.gz': await labels({ 1: 2 }),
    }),
  );
  expect(shown(await only(cervix))).toEqual({
    masks: { uterus: [1] },
    boxes: {},
    absent: ['bladder', 'rectum', 'small bowel'],
  });
});

test('LiTS in batches: 2 comes before 10, and the wrong headers of 48 to 52 are passed over', async () => {
  const moved = affine.map((value, i) => (i === 11 ? value + 9 : value));
  const set = await lits(
    await miniature({
      'Training Batch 1/volume-10.nii': await image(),
      'Training Batch 1/segmentation-10.nii': await labels({ 1: 1 }),
      'Training Batch 1/volume-2.nii': await image(),
      'Training Batch 1/segmentation-2.nii': await labels({ 1: 1 }, { affine: moved }),
      'Training Batch 2/volume-48.nii': await image(),
      'Training Batch 2/segmentation-48.nii': await labels({ 1: 1, 2: 2 }, { affine: moved }),
    }),
  );
  expect(set.entries.map(({ id }) => id)).toEqual(['volume-2', 'volume-10', 'volume-48']);
  expect(shown(await only(set, 'volume-10'))).toEqual({ masks: { liver: [1] }, boxes: {}, absent: ['liver tumor'] });
  expect(shown(await only(set, 'volume-48')).masks).toEqual({ liver: [1, 2], 'liver tumor': [2] });
  expect(await failure(only(set, 'volume-2'))).toMatch(
    'lits: Training Batch 1/segmentation-2.nii: expected labels on the grid',
  );
});
