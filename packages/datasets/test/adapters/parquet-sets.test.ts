import { ByteWriter, parquetWrite, type SchemaElement } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { rocoV2, slake, vqaRad } from '../../src/node.js';
import { openFolder } from '../../src/tables/dataset-folder.js';
import { imageInRow } from '../../src/tables/parquet-images.js';
import { zipOf } from '../files/packing.js';
import { expectRefused, miniature, png, SECRET } from './miniature.js';

type Row = Readonly<Record<string, string | Uint8Array | undefined>>;

/** A shard as `datasets` of Hugging Face writes it: an image is `{bytes, path}`, and a row group holds few of them. */
function shard(rows: readonly Row[], columns: readonly string[], rowGroupSize = 2): Uint8Array {
  const schema: SchemaElement[] = [
    { name: 'root', num_children: columns.length + 1 },
    { name: 'image', repetition_type: 'OPTIONAL', num_children: 2 },
    { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
    { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    ...columns.map((name): SchemaElement => ({
      name,
      type: 'BYTE_ARRAY',
      converted_type: 'UTF8',
      repetition_type: 'OPTIONAL',
    })),
  ];
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    schema,
    rowGroupSize,
    columnData: [
      { name: 'image', data: rows.map(({ image }) => (image ? { bytes: image, path: null } : null)) },
      ...columns.map((name) => ({ name, data: rows.map((row) => row[name] ?? null) })),
    ],
  });
  return new Uint8Array(writer.getBuffer());
}

const [one, two, three] = [png(2, 2), png(3, 2), png(4, 4)];

test('VQA-RAD from Parquet: questions by image, found by its bytes in both splits and every row group', async () => {
  const train = shard(
    [
      { image: one, question: 'a?', answer: '1' },
      { image: two, question: 'b?', answer: '2' },
      { image: three, question: 'c?', answer: '3' },
      { image: one, question: 'd?', answer: '4' },
    ],
    ['question', 'answer'],
  );
  const files = {
    'data/train-00000-of-00001-eb8844602202be60.parquet': train,
    'data/test-00000-of-00001.parquet': shard([{ image: one, question: 'e?', answer: 'yes' }], ['question', 'answer']),
    'README.md': 'a card',
  };
  for (const path of [await miniature(files), `${await miniature({ 'hf.zip': zipOf(files) })}/hf.zip`]) {
    const set = await vqaRad(path);
    expect(set.entries.map(({ split }) => split)).toEqual(['test', 'train', 'train', 'train']);
    const [asked, first, second, third] = await Promise.all(set.entries.map((entry) => set.read(entry)));
    expect(asked!.questions).toEqual([{ question: 'e?', answer: 'yes' }]);
    expect(first!.questions!.map(({ question }) => question)).toEqual(['a?', 'd?']);
    expect([asked, first, second, third].map((study) => study!.volume.shape)).toEqual([
      [1, 2, 2],
      [1, 2, 2],
      [1, 2, 3],
      [1, 4, 4],
    ]);
    expect(set.entries[0]!.patient).toBe(set.entries[1]!.patient);
    expect(new Set(set.entries.map(({ patient }) => patient)).size).toBe(3);
  }
});

test('SLAKE from Parquet: its language and modality where the rows say them', async () => {
  const rows = [
    { image: one, question: 'where?', answer: 'left', q_lang: 'en', modality: 'CT' },
    { image: one, question: '?', answer: '左', q_lang: 'zh', modality: 'CT' },
  ];
  const full = await slake(
    await miniature({ 'train-00000-of-00001.parquet': shard(rows, ['question', 'answer', 'q_lang', 'modality']) }),
  );
  const study = await full.read(full.entries[0]!);
  expect([study.volume.modality, study.questions]).toEqual(['CT', [{ question: 'where?', answer: 'left' }]]);
  const bare = await slake(
    await miniature({ 'validation-00000-of-00001.parquet': shard(rows, ['question', 'answer']) }),
  );
  const other = await bare.read(bare.entries[0]!);
  expect([bare.entries[0]!.split, other.volume.modality, other.questions!.length]).toEqual(['validate', 'OT', 2]);
});

test('ROCOv2 from Parquet: rows are entries by their id, with the modality of their concepts', async () => {
  const rows = [
    { image: one, image_id: 'ROCOv2_1', caption: 'An MRI.', cui: '["C0024485","C0000001"]' },
    { image: two, image_id: 'ROCOv2_2', caption: 'An image.', cui: '[]' },
    { image: three, image_id: 'ROCOv2_3', caption: 'Another.' },
  ];
  const columns = ['image_id', 'caption', 'cui'];
  const set = await rocoV2(await miniature({ 'data/train-00003-of-00027.parquet': shard(rows, columns) }));
  expect(set.entries.map(({ id, split }) => `${id} ${split}`)).toEqual(rows.map(({ image_id }) => `${image_id} train`));
  const studies = await Promise.all(set.entries.map((entry) => set.read(entry)));
  expect(studies.map(({ caption, volume }) => [caption, volume.modality, volume.shape[2]])).toEqual([
    ['An MRI.', 'MR', 2],
    ['An image.', 'OT', 3],
    ['Another.', 'OT', 4],
  ]);
  const twice = await miniature({ 'data/test-00000-of-00001.parquet': shard([rows[0]!, rows[0]!], columns) });
  await expectRefused(rocoV2(twice), 'rocov2: data/test-00000-of-00001.parquet: row 2', 'second time');
});

test('rows without an image, images that are none, other columns and damaged shards are told by file and row', async () => {
  const file = 'data/train-00000-of-00001.parquet';
  const open = async (bytes: Uint8Array) => vqaRad(await miniature({ [file]: bytes }));
  const asked = { question: 'a?', answer: SECRET };
  const gap = shard([{ image: one, ...asked }, asked, { image: new Uint8Array(), ...asked }], ['question', 'answer']);
  await expectRefused(open(gap), `vqa-rad: ${file}: row 2`, 'expected an image in column "image"');
  const folder = await openFolder('set', await miniature({ [file]: gap }));
  expect(await imageInRow(folder, file, 0)).toEqual(one);
  for (const row of [1, 2]) await expectRefused(imageInRow(folder, file, row), `set: ${file}: row ${row + 1}`);
  const text = await open(shard([{ image: new TextEncoder().encode(SECRET), ...asked }], ['question', 'answer']));
  await expectRefused(text.read(text.entries[0]!), `vqa-rad: ${file}: row 1: the image of this row`);
  await expectRefused(
    open(shard([{ image: one, question: 'a?' }], ['question'])),
    file,
    'expected the column "answer"',
  );
  const whole = shard([{ image: one, ...asked }], ['question', 'answer']);
  await expectRefused(open(whole.subarray(0, -3)), file, 'does not parse');
  const damaged = whole.slice();
  damaged.fill(0xff, 4, 40);
  await expectRefused(open(damaged), file, 'does not parse');
});
