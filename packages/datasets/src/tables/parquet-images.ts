import { createHash } from 'node:crypto';
import { check } from '@vividmed/core';
import { parquetReadObjects } from 'hyparquet';
import type { DatasetEntry } from '../dataset.js';
import type { DatasetFolder } from './dataset-folder.js';
import { damaged, openParquet, type ParquetFile } from './parquet.js';

/** A part of a split. */
export interface Shard {
  file: string;
  split: NonNullable<DatasetEntry['split']>;
}

/** Bytes of the images of one row group, which are in memory at once: Hugging Face puts 100 rows into a group. */
const MAX_GROUP_BYTES = 2 ** 30;

const splits: Readonly<Record<string, Shard['split']>> = {
  train: 'train',
  validation: 'validate',
  valid: 'validate',
  val: 'validate',
  dev: 'validate',
  test: 'test',
};

/**
 * The files of a set that Hugging Face keeps as Parquet, in `data/` or the folder itself: `train-00000-of-00001.parquet`, also with a hash
 * before its end (`datasets`, `push_to_hub`). None where there are none.
 */
export async function parquetShards(folder: DatasetFolder): Promise<Shard[]> {
  const shards: Shard[] = [];
  for (const [at, parent] of [
    ['', ''],
    ['data', 'data/'],
  ] as const) {
    for (const name of (await folder.list(at)).files) {
      const word = /^([a-z]+)-\d{5}-of-\d{5}(?:-[0-9a-f]+)?\.parquet$/.exec(name)?.[1];
      const split = word === undefined ? undefined : splits[word];
      if (split !== undefined) shards.push({ file: `${parent}${name}`, split });
    }
  }
  return shards;
}

/**
 * The bytes of the image in a row, counted from 0: a file, in the column `image` of a `{bytes, path}` (`datasets.Image`). Of its row group
 * only this column is read, and it is not kept.
 *
 * @throws {VividMedError} `data`, for a missing column, rows without an image and groups of more than 1 GiB
 */
export async function imageInRow(folder: DatasetFolder, file: string, row: number): Promise<Uint8Array> {
  const shard = await openParquet(folder, file);
  const [image] = await imagesIn(shard, row, row + 1);
  check(image, 'data', `${shard.table}: row ${row + 1}: expected an image in column "image", found none.`);
  return image;
}

/** A digest of the image of each row, equal for equal images. One row group is read at a time. @throws {VividMedError} `data` */
export async function imageDigests(folder: DatasetFolder, file: string): Promise<string[]> {
  const shard = await openParquet(folder, file);
  const digests: string[] = [];
  for (const { num_rows } of shard.metadata.row_groups) {
    for (const image of await imagesIn(shard, digests.length, digests.length + Number(num_rows))) {
      const where = `${shard.table}: row ${digests.length + 1}`;
      check(image, 'data', `${where}: expected an image in column "image", found none.`);
      digests.push(createHash('sha256').update(image).digest('hex').slice(0, 16));
    }
  }
  return digests;
}

async function imagesIn(
  { table, source, metadata, head }: ParquetFile,
  rowStart: number,
  rowEnd: number,
): Promise<(Uint8Array | undefined)[]> {
  check(head.includes('image'), 'data', `${table}: expected the column "image", found ${head.length} others.`);
  let first = 0;
  for (const { num_rows, columns } of metadata.row_groups) {
    const [from, to] = [first, (first += Number(num_rows))];
    if (to <= rowStart || from >= rowEnd) continue;
    const size = columns
      .filter(({ meta_data }) => meta_data?.path_in_schema[0] === 'image')
      .reduce((total, { meta_data }) => total + Number(meta_data?.total_uncompressed_size ?? 0), 0);
    check(
      size <= MAX_GROUP_BYTES,
      'data',
      `${table}: expected row groups with at most ${MAX_GROUP_BYTES} bytes of images, found ${size}.`,
    );
  }
  const options = { columns: ['image'], rowStart, rowEnd, utf8: false, useOffsetIndex: true };
  const rows = await parquetReadObjects({ file: source, metadata, ...options }).catch((error: unknown) =>
    damaged(table, error),
  );
  return rows.map((row) => {
    const image: unknown = row['image'];
    const bytes = typeof image === 'object' && image !== null && 'bytes' in image ? image.bytes : image;
    return bytes instanceof Uint8Array && bytes.length > 0 ? bytes : undefined;
  });
}
