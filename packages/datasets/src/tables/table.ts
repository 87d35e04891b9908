import type { Columns } from './columns.js';
import { readCsvRows } from './csv.js';
import { type DatasetFolder, firstFile } from './dataset-folder.js';
import { readParquetRows } from './parquet.js';
import type { Row } from './rows.js';

/**
 * Reads columns of a table: CSV as it is or gzipped (`FILE.gz`), or Parquet with the same name. Other columns are not kept.
 *
 * @throws {VividMedError} `data`, for a missing file or column and for rows that do not parse
 */
export async function readTable<Needed extends string, Wanted extends string = never>(
  folder: DatasetFolder,
  file: string,
  columns: Columns<Needed, Wanted>,
): Promise<Row<Needed | Wanted>[]> {
  const found = await firstFile(folder, [file, `${file}.gz`, file.replace(/\.csv$/, '.parquet')]);
  return found.endsWith('.parquet') ? readParquetRows(folder, found, columns) : readCsvRows(folder, found, columns);
}

/** True when `readTable` finds this table. */
export async function hasTable(folder: DatasetFolder, file: string): Promise<boolean> {
  return (await folder.has(file)) || (await folder.has(`${file}.gz`)) || folder.has(file.replace(/\.csv$/, '.parquet'));
}
