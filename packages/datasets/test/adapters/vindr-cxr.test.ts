import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { labelsOf } from '../../src/index.js';
import { vinDrCxr } from '../../src/node.js';
import { expectRefused, type Files, miniature, png, SECRET } from './miniature.js';

const classes = labelsOf('vindr-cxr').map(({ name }) => name);
const trainClasses = classes.filter((name) => name !== 'Other disease');
const testClasses = classes.filter((name) => name !== 'Other diseases');
const head = 'image_id,rad_id,class_name,x_min,y_min,x_max,y_max';
const votes = (names: readonly string[], ticked: readonly string[]): string =>
  names.map((name) => (ticked.includes(name) ? 1 : 0)).join();

/** Image a: two readers agree on a nodule, one sees an effusion. Image b: nothing. Image c, of the test set: cardiomegaly. */
const physioNet: Files = {
  'annotations/annotations_train.csv': [
    head,
    'a,R1,Nodule/Mass,1,0,5,4',
    'a,R2,Nodule/Mass,2,0,6,4',
    'a,R3,Pleural effusion,6,2,8,4',
    'a,R3,Other lesion,0,0,1,1',
    'b,R1,No finding,,,,',
  ],
  'annotations/annotations_test.csv': ['image_id,class_name,x_min,y_min,x_max,y_max', 'c,Cardiomegaly,0,1,8,3'],
  'annotations/image_labels_train.csv': [
    ['image_id', 'rad_id', ...trainClasses].join(),
    `a,R1,${votes(trainClasses, ['Nodule/Mass'])}`,
    `a,R2,${votes(trainClasses, ['Nodule/Mass', 'Tuberculosis'])}`,
    `a,R3,${votes(trainClasses, ['Pleural effusion', 'Other lesion'])}`,
    ...['R1', 'R2', 'R3'].map((reader) => `b,${reader},${votes(trainClasses, ['No finding'])}`),
  ],
  'annotations/image_labels_test.csv': [
    ['image_id', ...testClasses].join(),
    `c,${votes(testClasses, ['Cardiomegaly'])}`,
  ],
  'train/a.dicom': png(),
  'train/b.dicom': png(),
  'test/c.dicom': png(),
};

test('merges three readers, keeps their agreement, and knows what none of them saw', async () => {
  const dataset = await vinDrCxr(await miniature(physioNet));
  expect(dataset.entries.map(({ id, patient, split, files }) => [id, patient, split, files])).toEqual([
    ['a', 'a', 'train', ['train/a.dicom']],
    ['b', 'b', 'train', ['train/b.dicom']],
    ['c', 'c', 'test', ['test/c.dicom']],
  ]);
  const [a, b, c] = await Promise.all(dataset.entries.map((entry) => dataset.read(entry)));
  expect(a!.boxes).toEqual({ 'nodule or mass': [[0, 0, 1.5, 1, 4, 5.5]], 'pleural effusion': [[0, 2, 6, 1, 4, 8]] });
  expect(a!.present).toEqual(['tuberculosis']);
  expect(a!.absent).toContain('pneumothorax');
  expect(a!.absent).not.toContain('nodule or mass');
  expect(a).toMatchObject({ plane: 'frontal', leftRightAxis: 2, volume: { shape: [1, 4, 8] } });
  const agreement = dataset.agreementOf(dataset.entries[0]!);
  expect(agreement['nodule or mass']![0]!.agreement).toBeCloseTo(2 / 3);
  expect(agreement['pleural effusion']![0]!.agreement).toBeCloseTo(1 / 3);
  expect([b!.boxes, b!.present]).toEqual([{}, []]);
  const targets = new Set(labelsOf('vindr-cxr').flatMap(({ target }) => target ?? []));
  expect(new Set(b!.absent)).toEqual(targets);
  expect(c!.boxes).toEqual({ cardiomegaly: [[0, 1, 0, 1, 3, 8]] });
  expect(dataset.agreementOf(dataset.entries[2]!)['cardiomegaly']![0]!.agreement).toBe(1);
});

test('what too few readers saw is neither present nor absent', async () => {
  const dataset = await vinDrCxr(await miniature(physioNet), { minReaders: 2 });
  const study = await dataset.read(dataset.entries[0]!);
  expect(Object.keys(study.boxes)).toEqual(['nodule or mass']);
  expect(study.present).toEqual([]);
  for (const target of ['pleural effusion', 'tuberculosis']) expect(study.absent).not.toContain(target);
});

test('reads DICOM as PhysioNet ships it', async () => {
  const file = createRequire(import.meta.url).resolve('cwil-data/package.json');
  const slice = await readFile(file.replace('package.json', 'testImages/CTImage.dcm'));
  const dataset = await vinDrCxr(await miniature({ ...physioNet, 'train/a.dicom': slice }));
  expect((await dataset.read(dataset.entries[0]!)).volume.shape).toEqual([1, 512, 512]);
});

test('reads the PNG form of Kaggle, whose boxes are of the image before it was shrunk', async () => {
  const kaggle = await miniature({
    'train.csv': [
      'image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max',
      'a,ILD,5,R8,8,4,40,20',
      'a,No finding,14,R9,,,,',
      'b,No finding,14,R9,,,,',
    ],
    'train_meta.csv': ['image_id,dim0,dim1', 'a,40,80', 'b,40,80'],
    'train/a.png': png(),
    'train/b.png': png(),
  });
  const dataset = await vinDrCxr(kaggle);
  const study = await dataset.read(dataset.entries[0]!);
  expect(study.boxes['interstitial lung disease']![0]!.map((x) => Math.round(x * 1e6) / 1e6)).toEqual([
    0, 0.4, 0.8, 1, 2, 4,
  ]);
  // Rib fractures are no class of this form.
  expect(study.absent).toContain('pneumothorax');
  expect(study.absent).not.toContain('rib fracture');
});

test.each([
  [
    'a missing table',
    { 'annotations/annotations_test.csv': undefined },
    ['annotations/annotations_test.csv', 'found none'],
  ],
  [
    'a missing column',
    { 'annotations/annotations_train.csv': [head.replace('x_max', 'xmax')] },
    ['annotations_train.csv', '"x_max"'],
  ],
  [
    'an unknown class',
    { 'annotations/annotations_train.csv': [head, `a,R1,${SECRET},0,0,1,1`] },
    ['annotations_train.csv: row 2', '"class_name"'],
  ],
  [
    'a number that is none',
    { 'annotations/annotations_train.csv': [head, `a,R1,ILD,${SECRET},0,1,1`] },
    ['row 2', '"x_min"'],
  ],
  [
    'a box upside down',
    { 'annotations/annotations_train.csv': [head, 'a,R1,ILD,5,0,1,1'] },
    ['row 2', 'x_min below x_max'],
  ],
  [
    'a box of an image that nobody labelled',
    { 'annotations/annotations_train.csv': [head, 'z,R1,ILD,0,0,1,1'] },
    ['row 2', 'image_labels_train.csv'],
  ],
  ['a row that is too short', { 'annotations/annotations_train.csv': [head, 'a,R1,ILD,0'] }, ['row 2', 'too short']],
  [
    'quotes that do not close',
    { 'annotations/annotations_train.csv': [head, `a,"${SECRET},ILD,0,0,1,1`] },
    ['row 2', 'CSV_QUOTE_NOT_CLOSED'],
  ],
  ['an empty table', { 'annotations/annotations_train.csv': '' }, ['annotations_train.csv', 'empty file']],
])('refuses %s, and says where', async (_, changes, texts) => {
  const files = Object.fromEntries(
    Object.entries({ ...physioNet, ...changes }).filter(([, content]) => content !== undefined),
  );
  await expectRefused(vinDrCxr(await miniature(files as Files)), 'vindr-cxr', ...texts);
});

test('an image that is missing, damaged or smaller than its boxes is told by its row when it is read', async () => {
  const { 'train/a.dicom': _, ...without } = physioNet;
  for (const files of [
    without,
    { ...physioNet, 'train/a.dicom': png().subarray(0, 60) },
    { ...physioNet, 'train/a.dicom': png(1, 1) },
  ]) {
    const dataset = await vinDrCxr(await miniature(files));
    await expectRefused(dataset.read(dataset.entries[0]!), 'image_labels_train.csv: row 2');
  }
  const present = await vinDrCxr(await miniature(without), { onlyPresent: true });
  expect(present.entries.map(({ id }) => id)).toEqual(['b', 'c']);
});

test('refuses a folder that is not there, options that are none, and entries of another data set', async () => {
  await expectRefused(vinDrCxr(`/nowhere/${SECRET}`), 'vindr-cxr');
  const root = await miniature(physioNet);
  expect((await expectRefused(vinDrCxr(root, { minReaders: 0 }), 'minReaders')).code).toBe('config');
  const dataset = await vinDrCxr(root);
  await expectRefused(dataset.read({ id: SECRET, patient: '', files: [] }), 'expected an entry of this data set');
});
