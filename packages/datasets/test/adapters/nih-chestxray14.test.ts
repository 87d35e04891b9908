import { gzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { nihChestXray14 } from '../../src/node.js';
import { expectRefused, type Files, miniature, png, SECRET } from './miniature.js';

// As the file of 2017 writes it: names in brackets are cut by their commas, and a comma ends each row.
const head =
  'Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,' +
  'OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],';
const files: Files = {
  'Data_Entry_2017.csv': [
    head,
    '1_000.png,Effusion|Mass,0,1,58,M,PA,2048,1024,0.1,0.2,',
    '1_001.png,No Finding,1,1,58,M,AP,2048,1024,0.1,0.2,',
    '2_000.png,Hernia,0,2,81,F,PA,1024,1024,0.1,0.1,',
  ],
  'BBox_List_2017.csv': [
    'Image Index,Finding Label,Bbox [x,y,w,h],,,',
    '1_000.png,Mass,256,512,128,256,,,',
    '2_000.png,Infiltrate,0,0,1024,1024,,,',
  ],
  'train_val_list.txt': ['1_000.png', '1_001.png', ''],
  'test_list.txt': ['2_000.png'],
  'images_001/images/1_000.png': png(16, 16),
  'images_001/images/1_001.png': png(16, 16),
  'images_002/2_000.png': png(16, 16),
};

test('reads findings, boxes on the grid of the image, splits, patients and spacing', async () => {
  const dataset = await nihChestXray14(await miniature(files));
  expect(dataset.entries.map(({ id, patient, split, files: [file] }) => [id, patient, split, file])).toEqual([
    ['1_000.png', '1', 'train', 'images_001/images/1_000.png'],
    ['1_001.png', '1', 'train', 'images_001/images/1_001.png'],
    ['2_000.png', '2', 'test', 'images_002/2_000.png'],
  ]);
  const [first, second, third] = await Promise.all(dataset.entries.map((entry) => dataset.read(entry)));
  expect(first!.boxes).toEqual({ mass: [[0, 8, 4, 1, 12, 6]] });
  expect(first!.present).toEqual(['pleural effusion']);
  expect(first!.absent).toContain('hernia');
  expect(first!.absent).not.toContain('mass');
  // 1024 rows of 0.2 mm and 2048 columns of 0.1 mm in 16 pixels.
  expect(first!.volume.spacingMm.map((mm) => Math.round(mm * 1e6) / 1e6)).toEqual([1, 12.8, 12.8]);
  expect([second!.present, second!.absent.length]).toEqual([[], 14]);
  expect(third!.boxes).toEqual({ infiltration: [[0, 0, 0, 1, 16, 16]] });
  expect(third!.absent).not.toContain('infiltration');
});

test('reads tables that are gzipped', async () => {
  const { 'Data_Entry_2017.csv': table, ...rest } = files;
  const packed = gzipSync(new TextEncoder().encode([table].flat().join('\r\n')));
  const dataset = await nihChestXray14(await miniature({ ...rest, 'Data_Entry_2017.csv.gz': packed }));
  expect(dataset.entries).toHaveLength(3);
  const cut = await miniature({ ...rest, 'Data_Entry_2017.csv.gz': packed.subarray(0, 60) });
  await expectRefused(nihChestXray14(cut), 'Data_Entry_2017.csv.gz', 'does not unfold');
});

test.each([
  [
    'an unknown finding',
    { 'Data_Entry_2017.csv': [head, `1_000.png,Mass|${SECRET},0,1,,,,,,,,`, '2_000.png,Mass,0,1,,,,,,,,'] },
    ['row 2', '"Finding Labels"'],
  ],
  [
    'an image twice',
    { 'Data_Entry_2017.csv': [head, '1.png,Mass,0,1,,,,,,,,', '1.png,Mass,0,1,,,,,,,,'] },
    ['row 3', 'second time'],
  ],
  ['an image in both lists', { 'test_list.txt': ['1_000.png'] }, ['test_list.txt: row 1']],
  [
    'a box of no image',
    { 'BBox_List_2017.csv': ['Image Index,Finding Label,Bbox [x,y,w,h]', `${SECRET},Mass,1,1,1,1`] },
    ['BBox_List_2017.csv: row 2'],
  ],
])('refuses %s, and says where', async (_, changes, texts) => {
  await expectRefused(nihChestXray14(await miniature({ ...files, ...changes })), 'nih-chestxray14', ...texts);
});

test('refuses a box outside its image', async () => {
  const changed = {
    ...files,
    'BBox_List_2017.csv': ['Image Index,Finding Label,Bbox [x,y,w,h]', '1_000.png,Mass,2000,1,1,1'],
  };
  const dataset = await nihChestXray14(await miniature(changed));
  await expectRefused(dataset.read(dataset.entries[0]!), 'BBox_List_2017.csv: row 2');
});
