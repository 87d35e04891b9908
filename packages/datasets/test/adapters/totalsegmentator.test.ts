import { expect, test } from 'vitest';
import { labelsOf } from '../../src/index.js';
import { totalSegmentatorMr, totalSegmentatorV1, totalSegmentatorV2 } from '../../src/node.js';
import { affine, image, labels, miniature, voxelsOf } from './label-files.js';
import { failure } from './reading.js';

/** A case with a file for each class, empty but for those given. */
async function filesOf(name: string, id: string, shown: Readonly<Record<string, Uint8Array>>) {
  const empty = await labels({});
  const classes = labelsOf(name).map((label) => [
    `${id}/segmentations/${label.name}.nii.gz`,
    shown[label.name] ?? empty,
  ]);
  return { [`${id}/ct.nii.gz`]: await image(), ...(Object.fromEntries(classes) as Record<string, Uint8Array>) };
}

const meta = (...rows: string[]): string =>
  `\uFEFFimage_id;age;gender;institute;study_type;split\r\n${rows.join('\r\n')}\r\n`;

test('version 2: splits of meta.csv, masks of files, cysts of both sides as one target, and what is empty is absent', async () => {
  const folder = await miniature({
    'meta.csv': meta('s0000;64;m;C;ct neck-thorax;train', 's0010;64;f;C;ct;val'),
    ...(await filesOf('totalsegmentator-v2', 's0010', {})),
    ...(await filesOf('totalsegmentator-v2', 's0000', {
      liver: await labels({ 3: 1 }),
      kidney_cyst_left: await labels({ 0: 1 }),
      kidney_cyst_right: await labels({ 23: 255 }),
    })),
  });
  const set = await totalSegmentatorV2(folder);
  expect(set.entries.map(({ id, patient, split, files }) => [id, patient, split, files.length])).toEqual([
    ['s0000', 's0000', 'train', 118],
    ['s0010', 's0010', 'validate', 118],
  ]);
  const study = await set.read(set.entries[0]!);
  expect([study.volume.modality, study.volume.data[0]]).toEqual(['CT', -1000]);
  expect(Object.keys(study.masks).sort()).toEqual(['kidney cyst', 'liver']);
  expect(voxelsOf(study.masks['kidney cyst'])).toEqual([0, 23]);
  expect(study.boxes).toEqual({
    'kidney cyst': [
      [0, 0, 0, 1, 1, 1],
      [1, 2, 3, 2, 3, 4],
    ],
  });
  expect(study.absent).toHaveLength(114);
  const empty = await set.read(set.entries[1]!);
  expect([Object.keys(empty.masks), empty.absent.length]).toEqual([[], 116]);
});

test('version 1 has its own classes, and works without meta.csv', async () => {
  const files = await filesOf('totalsegmentator-v1', 's0011', { face: await labels({ 1: 1 }) });
  const set = await totalSegmentatorV1(await miniature(files));
  expect(set.entries.map(({ id, split }) => [id, split])).toEqual([['s0011', undefined]]);
  const study = await set.read(set.entries[0]!);
  expect([Object.keys(study.masks), study.absent.length]).toEqual([['face'], 103]);
});

test('the MR set has an image called mri, and classes of its own', async () => {
  const files = await filesOf('totalsegmentator-mr', 's0001', {
    lung_left: await labels({ 1: 1 }),
    tibia: await labels({ 2: 1 }),
    sartorius_left: await labels({ 3: 1 }),
  });
  const set = await totalSegmentatorMr(
    await miniature({ ...files, 's0001/mri.nii.gz': await image(5), 'meta.csv': 'image_id;age\ns0001;40\n' }),
  );
  const study = await set.read(set.entries[0]!);
  expect([study.volume.modality, study.volume.data[0]]).toEqual(['MR', 5]);
  expect(Object.keys(study.masks).sort()).toEqual(['left lung', 'tibiae']);
  expect(study.absent).toHaveLength(46);
});

test('only the files of the targets that were asked for are opened', async () => {
  const files = { 's0000/ct.nii.gz': await image(), 's0000/segmentations/liver.nii.gz': await labels({ 3: 1 }) };
  const set = await totalSegmentatorV2(await miniature(files), { targets: ['liver'] });
  const study = await set.read(set.entries[0]!);
  expect([Object.keys(study.masks), study.absent]).toEqual([['liver'], []]);
});

test('a missing image, a missing class, another grid and a wrong meta.csv are told by set, file and field', async () => {
  const v2 = 'totalsegmentator-v2';
  const files = await filesOf(v2, 's0000', {});
  const { 's0000/ct.nii.gz': _, ...imageless } = files;
  expect(await failure(totalSegmentatorV2(await miniature(imageless)))).toBe(
    `data ${v2}: s0000: expected ct.nii.gz, found no such file.`,
  );
  const spleen = 's0000/segmentations/spleen.nii.gz';
  const read = async (change: Record<string, Uint8Array>, without?: string) => {
    const all: Record<string, Uint8Array> = { ...files, ...change };
    if (without !== undefined) delete all[without];
    const set = await totalSegmentatorV2(await miniature(all));
    return failure(set.read(set.entries[0]!));
  };
  expect(await read({}, spleen)).toBe(`data ${v2}: ${spleen}: expected a file that may be read, found none.`);
  const moved = affine.map((value, i) => (i === 3 ? value + 1 : value));
  expect(await read({ [spleen]: await labels({}, { affine: moved }) })).toBe(
    `data ${v2}: ${spleen}: expected labels on the grid of the image, found them up to 1.00 voxels away.`,
  );
  expect(await read({ [spleen]: new Uint8Array([1, 2, 3]) })).toMatch(`data ${v2}: ${spleen}: readLabelMap: `);
  const withMeta = async (text: string) => failure(totalSegmentatorV2(await miniature({ ...files, 'meta.csv': text })));
  expect(await withMeta('image_id,split\n')).toBe(
    `data ${v2}: meta.csv: expected a column image_id, found image_id,split.`,
  );
  expect(await withMeta(meta('s0000;64;m;C;ct;trainn'))).toBe(
    `data ${v2}: meta.csv, row 2, split: expected train, val or test, found "trainn".`,
  );
});
