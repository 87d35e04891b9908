import { expect, test } from 'vitest';
import { annotateRadiographs } from '../scripts/annotate-radiographs.js';
import { openDataset } from '../src/node.js';
import { expectRefused, miniature, png } from './adapters/miniature.js';

const tables = {
  'labels.csv': [
    'image,patient,age,findings',
    'a.png,1,50,Effusion|Mass',
    'b.png,2,60,No Finding',
    ...[3, 4, 5, 6].map((patient) => `p${patient}.png,${patient},40,Pneumonia`),
    'c.png,6,41,Nodule',
  ],
  'boxes.csv': ['image,finding,x0,y0,x1,y1', 'a.png,Mass,1,0,4.5,2', 'b.png,Infiltrate,0,0,2,2'],
  'images/a.png': png(),
  'images/b.png': png(),
};

test('two tables become a data set: findings, boxes, and every fifth patient aside', async () => {
  const out = `${await miniature({})}/set`;
  expect(await annotateRadiographs(await miniature(tables), out)).toEqual({ images: 7, patients: 6 });
  const { entries, read } = await openDataset('folder', out);
  expect(entries.map(({ id, patient, split }) => `${id} ${patient} ${split}`)).toEqual([
    'a.png 1 test',
    'b.png 2 train',
    'p3.png 3 train',
    'p4.png 4 train',
    'p5.png 5 train',
    'p6.png 6 test',
    'c.png 6 test',
  ]);
  const study = await read(entries[0]!);
  expect(study).toMatchObject({
    plane: 'frontal',
    volume: { shape: [1, 4, 8], modality: 'CR' },
    boxes: { mass: [[0, 0, 1, 1, 2, 4.5]] },
    present: ['pleural effusion'],
  });
  expect(study.absent).toContain('pneumothorax');
  expect(study.absent).not.toContain('mass');
  // A box says that a finding is there, whatever the labels say; a synonym of the table of boxes is the same finding.
  expect(entries[1]!.present).toEqual(['infiltration']);
});

test('a finding of another name, and a table without its columns, are refused', async () => {
  const run = async (changes: object) =>
    annotateRadiographs(await miniature({ ...tables, ...changes }), await miniature({}));
  await expectRefused(run({ 'labels.csv': ['image,patient,findings', 'a.png,1,Flu'] }), 'row 2', 'column "findings"');
  await expectRefused(run({ 'boxes.csv': ['image,finding', 'a.png,Mass'] }), 'x0');
});
