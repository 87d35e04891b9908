import { expect, test } from 'vitest';
import { iuXray, rocoV2 } from '../../src/node.js';
import { expectRefused, type Files, miniature, png, SECRET } from './miniature.js';

const roco: Files = {
  'train_captions.csv': ['ID,Caption', 'r1,"A CT, with a mass."', 'r2,An image.'],
  'train_concepts.csv': ['ID,CUIs', 'r1,C0040405;C0000726', 'r2,C0040405;C0041618'],
  'valid_captions.csv': ['ID,Caption', 'r3,An MRI.'],
  'test_captions.csv': ['ID,Caption'],
  'train_images/r1.jpg': png(),
  'train_images/r2.jpg': png(),
  'valid/r3.jpg': png(),
};

test('ROCOv2: captions, splits, and the modality where the concepts name one', async () => {
  const dataset = await rocoV2(await miniature(roco));
  expect(dataset.entries.map(({ id, split, files: [file] }) => [id, split, file])).toEqual([
    ['r1', 'train', 'train_images/r1.jpg'],
    ['r2', 'train', 'train_images/r2.jpg'],
    ['r3', 'validate', 'valid/r3.jpg'],
  ]);
  const studies = await Promise.all(dataset.entries.map((entry) => dataset.read(entry)));
  expect(studies.map(({ caption, volume: { modality } }) => [caption, modality])).toEqual([
    ['A CT, with a mass.', 'CT'],
    ['An image.', 'OT'],
    ['An MRI.', 'OT'],
  ]);
});

test('ROCOv2: refuses empty captions and ids that are there twice, in another split too', async () => {
  await expectRefused(
    rocoV2(await miniature({ ...roco, 'train_captions.csv': ['ID,Caption', 'r1,'] })),
    'row 2',
    '"Caption"',
  );
  const twice = { ...roco, 'valid_captions.csv': ['ID,Caption', 'r1,An MRI.'] };
  await expectRefused(rocoV2(await miniature(twice)), 'rocov2: valid_captions.csv: row 2', 'second time');
});

const kaggle: Files = {
  'indiana_reports.csv': [
    'uid,MeSH,Problems,image,indication,comparison,findings,impression',
    '1,normal,normal,Xray,,,The XXXX is normal.,No disease.',
    '2,x,Cardiomegaly;Nodule;Surgical Instruments,Xray,,,,Big heart.',
  ],
  'indiana_projections.csv': ['uid,filename,projection', '1,1_a.png,Frontal', '1,1_b.png,Lateral', '2,2_a.png,Frontal'],
  'images/images_normalized/1_a.png': png(),
  'images/images_normalized/2_a.png': png(),
};

test('IU X-ray in the form of Kaggle: views, sections and problems', async () => {
  const dataset = await iuXray(await miniature(kaggle), { placeholders: 'remove' });
  const [first, second] = await Promise.all(dataset.entries.map((entry) => dataset.read(entry)));
  expect(first).toMatchObject({
    id: '1_a.png',
    plane: 'frontal',
    findings: 'The is normal.',
    impression: 'No disease.',
    present: [],
  });
  expect(second).toMatchObject({ id: '2_a.png', present: ['cardiomegaly', 'nodule'], impression: 'Big heart.' });
  expect(second).not.toHaveProperty('findings');
  expect((await iuXray(await miniature(kaggle), { views: 'all' })).entries).toHaveLength(3);
});

const xml = `<?xml version="1.0" encoding="utf-8"?><eCitation><uId id="CXR7"/>
<MedlineCitation><Article><Abstract>
<AbstractText Label="COMPARISON">None.</AbstractText>
<AbstractText Label="FINDINGS">Heart &amp; lungs are normal.</AbstractText>
<AbstractText Label="IMPRESSION"/>
</Abstract></Article></MedlineCitation>
<MeSH><major>Cardiomegaly/mild</major><automatic>Heart</automatic></MeSH>
<parentImage id="CXR7_IM-1"><figureId>F1</figureId></parentImage><parentImage id="CXR7_IM-2"/></eCitation>`;

test('IU X-ray in the form of Open-i: one entry an image, headings of the indexers', async () => {
  const dataset = await iuXray(await miniature({ 'ecgen-radiology/7.xml': xml, 'NLMCXR_png/CXR7_IM-1.png': png() }));
  expect(dataset.entries.map(({ id, patient }) => [id, patient])).toEqual([
    ['CXR7_IM-1', 'CXR7'],
    ['CXR7_IM-2', 'CXR7'],
  ]);
  const study = await dataset.read(dataset.entries[0]!);
  expect(study).toMatchObject({ findings: 'Heart & lungs are normal.', present: ['cardiomegaly'] });
  expect(study).not.toHaveProperty('impression');
});

test('IU X-ray: refuses XML that does not parse, entities that unfold, and projections of no report', async () => {
  const entity = `<!DOCTYPE x [<!ENTITY a "${SECRET}">]><eCitation><uId id="1"/><AbstractText Label="FINDINGS">&a;</AbstractText></eCitation>`;
  for (const text of [xml.slice(0, 300), `${SECRET}<`, entity])
    await expectRefused(
      iuXray(await miniature({ 'ecgen-radiology/7.xml': text })),
      'iu-xray',
      'file 1',
      'does not parse',
    );
  const odd = { ...kaggle, 'indiana_projections.csv': ['uid,filename,projection', `${SECRET},1.png,Frontal`] };
  await expectRefused(iuXray(await miniature(odd)), 'indiana_projections.csv: row 2');
  await expectRefused(iuXray(await miniature({ 'readme.txt': 'x' })), 'tar -xzf');
});
