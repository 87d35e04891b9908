import { check, VividMedError } from '@vividmed/core';
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { cellsOf, type Columns, columnsOf } from './columns.js';
import type { DatasetFolder } from './dataset-folder.js';
import type { Row } from './rows.js';

/** What hyparquet unfolds by itself; pandas and Hugging Face write Snappy unless told otherwise. */
const CODECS: ReadonlySet<string> = new Set(['UNCOMPRESSED', 'SNAPPY']);

/** A Parquet file whose list of contents is read, and nothing else of it. */
export interface ParquetFile {
  /** Data set and file, for errors. */
  table: string;
  source: AsyncBuffer;
  metadata: FileMetaData;
  /** Names of the columns. */
  head: readonly string[];
}

/** @throws {VividMedError} `data`, for a missing file and one that does not parse; `unsupported`, for other compressions than Snappy */
export async function openParquet(folder: DatasetFolder, file: string): Promise<ParquetFile> {
  const table = `${folder.name}: ${file}`;
  const source = await folder.open(file).catch((error: unknown) => damaged(table, error));
  const metadata = await parquetMetadataAsync(source).catch((error: unknown) => damaged(table, error));
  for (const { columns } of metadata.row_groups) {
    for (const { meta_data } of columns) {
      check(
        meta_data !== undefined && CODECS.has(meta_data.codec),
        'unsupported',
        `${table}: expected columns compressed with Snappy or not at all, found others.`,
      );
    }
  }
  return { table, source, metadata, head: parquetSchema(metadata).children.map(({ element }) => element.name) };
}

/** Tells that a file does not parse, or what our own errors say. */
export function damaged(table: string, error: unknown): never {
  if (VividMedError.isInstance(error)) throw error;
  throw new VividMedError('data', `${table}: expected a Parquet file, found one that does not parse.`);
}

/** Reads columns of a Parquet file as texts: null becomes an empty cell. Rows count from 1. @throws {VividMedError} `data` */
export async function readParquetRows<Needed extends string, Wanted extends string>(
  folder: DatasetFolder,
  file: string,
  columns: Columns<Needed, Wanted>,
): Promise<Row<Needed | Wanted>[]> {
  const { table, source, metadata, head } = await openParquet(folder, file);
  const places = columnsOf(table, head, columns);
  const names = places.filter(([, index]) => index >= 0).map(([name]) => name);
  const objects = await parquetReadObjects({ file: source, metadata, columns: [...names] }).catch((error: unknown) =>
    damaged(table, error),
  );
  return objects.map((object, i) => {
    const where = `${table}: row ${i + 1}`;
    return { where, cells: cellsOf(places, (index) => textOf(object[head[index]!]), where) };
  });
}

/** Times and nested values have no form that a CSV would agree on; lists of texts become JSON. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
