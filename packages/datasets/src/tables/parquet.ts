import { VividMedError } from '@vividmed/core';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { cellsOf, type Columns, columnsOf } from './columns.js';
import type { DatasetFolder } from './dataset-folder.js';
import type { Row } from './rows.js';

/** Reads columns of a Parquet file as texts: null becomes an empty cell. Rows count from 1. @throws {VividMedError} `data` */
export async function readParquetRows<Needed extends string, Wanted extends string>(
  folder: DatasetFolder,
  file: string,
  columns: Columns<Needed, Wanted>,
): Promise<Row<Needed | Wanted>[]> {
  const table = `${folder.name}: ${file}`;
  const damaged = (): never => {
    throw new VividMedError('data', `${table}: expected a Parquet file, found one that does not parse.`);
  };
  const source = await asyncBufferFromFile(folder.path(file)).catch(damaged);
  const metadata = await parquetMetadataAsync(source).catch(damaged);
  const head = parquetSchema(metadata).children.map(({ element }) => element.name);
  const places = columnsOf(table, head, columns);
  const names = places.filter(([, index]) => index >= 0).map(([name]) => name);
  const objects = await parquetReadObjects({ file: source, metadata, columns: [...names] }).catch(damaged);
  return objects.map((object, i) => {
    const where = `${table}: row ${i + 1}`;
    return { where, cells: cellsOf(places, (index) => textOf(object[head[index]!]), where) };
  });
}

/** Times and nested values have no form that a CSV would agree on; the sets that are read have none. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
