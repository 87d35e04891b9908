import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { check, VividMedError } from '@vividmed/core';
import { CsvError, parse } from 'csv-parse';
import { cellsOf, type Columns, columnsOf } from './columns.js';
import type { DatasetFolder } from './dataset-folder.js';
import type { Row } from './rows.js';

/** Bounds of a table, against files that unfold without end: the largest of the sets has 377110 rows. */
const MAX_ROWS = 2 ** 23;
/** Characters of one row, quotes that never close included; reports have some thousands. */
const MAX_ROW_LENGTH = 2 ** 22;

/** Reads columns of a CSV file, gzipped or not, row by row. @throws {VividMedError} `data` */
export async function readCsvRows<Needed extends string, Wanted extends string>(
  folder: DatasetFolder,
  file: string,
  columns: Columns<Needed, Wanted>,
): Promise<Row<Needed | Wanted>[]> {
  const table = `${folder.name}: ${file}`;
  const parser = parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_LENGTH,
  });
  // The error of any part ends the loop below, which tells it.
  const ignore = (): void => {};
  if (file.endsWith('.gz')) pipeline(folder.stream(file), createGunzip(), parser, ignore);
  else pipeline(folder.stream(file), parser, ignore);
  const rows: Row<Needed | Wanted>[] = [];
  let places: ReturnType<typeof columnsOf<Needed, Wanted>> | undefined;
  try {
    for await (const record of parser) {
      // Without `columns` and `cast`, csv-parse gives each row as an array of texts.
      const texts = record as string[];
      if (places === undefined) {
        const head = texts.map((name) => name.trim());
        places = columnsOf(table, head, columns);
        continue;
      }
      const where = `${table}: row ${rows.length + 2}`;
      check(rows.length < MAX_ROWS, 'data', `${table}: expected at most ${MAX_ROWS} rows, found more.`);
      rows.push({ where, cells: cellsOf(places, (index) => texts[index], where) });
    }
  } catch (error) {
    if (VividMedError.isInstance(error)) throw error;
    // The messages of the parser repeat cells.
    const reason = error instanceof CsvError ? error.code : 'a file that does not unfold';
    throw new VividMedError('data', `${table}: row ${rows.length + 2}: expected a row of CSV, found ${reason}.`);
  }
  check(places !== undefined, 'data', `${table}: expected a row with the names of columns, found an empty file.`);
  return rows;
}
