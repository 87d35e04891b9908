import { check } from '@vividmed/core';
import type { Label } from '../taxonomy/labels/label.js';

/** One row of a table, with the columns that were asked for. Its values stay out of errors: they are about patients. */
export interface Row<Column extends string> {
  /** Data set, file and number of the row, for errors. Rows count as spreadsheets show them: the head of a CSV is row 1. */
  where: string;
  cells: Readonly<Record<Column, string>>;
}

/** A cell that must hold text. @throws {VividMedError} `data`, when it is empty. */
export function textIn<Column extends string>({ where, cells }: Row<Column>, column: Column): string {
  const text = cells[column].trim();
  check(text !== '', 'data', `${where}: expected a text in column "${column}", found none.`);
  return text;
}

/** A cell as a finite number. @throws {VividMedError} `data` */
export function numberIn<Column extends string>({ where, cells }: Row<Column>, column: Column): number {
  const text = cells[column].trim();
  const value = text === '' ? Number.NaN : Number(text);
  check(
    Number.isFinite(value),
    'data',
    `${where}: expected a number in column "${column}", found ${text === '' ? 'none' : 'something else'}.`,
  );
  return value;
}

/** Numbers in brackets or not, such as `[0.7, 0.7]`. @throws {VividMedError} `data`, unless there are `count`. */
export function numbersIn<Column extends string>(row: Row<Column>, column: Column, count: number): number[] {
  const parts = row.cells[column].replaceAll(/[[\]()\s'"]/g, '').split(',');
  const values = parts.map((part) => (part === '' ? Number.NaN : Number(part)));
  check(
    values.length === count && values.every(Number.isFinite),
    'data',
    `${row.where}: expected ${count} numbers in column "${column}", found ${values.filter(Number.isFinite).length}.`,
  );
  return values;
}

/** What a text is, in a table of names. @throws {VividMedError} `data`, for another name; the name is not repeated. */
export function oneOf<T>(where: string, column: string, text: string, table: Readonly<Record<string, T>>): T {
  const names = Object.keys(table);
  // What the prototype has is no entry.
  const value = Object.hasOwn(table, text) ? table[text] : undefined;
  check(
    value !== undefined,
    'data',
    `${where}: expected one of ${names.length} names in column "${column}" (${names.slice(0, 3).join(', ')}…), found another.`,
  );
  return value;
}

/** The class that a cell names. @throws {VividMedError} `data`, for a name that is no class of the data set. */
export function labelIn<Column extends string>(row: Row<Column>, column: Column, labels: readonly Label[]): Label {
  const text = row.cells[column].trim();
  const label = labels.find(({ name }) => name === text);
  check(
    label,
    'data',
    `${row.where}: expected one of the ${labels.length} classes of the data set in column "${column}", found another name.`,
  );
  return label;
}

/** Rows by what a column holds, in the order of the file. */
export function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** Rows by what a column holds. @throws {VividMedError} `data`, when two rows hold the same. */
export function indexBy<Column extends string>(
  rows: readonly Row<Column>[],
  column: NoInfer<Column>,
): Map<string, Row<Column>> {
  const index = new Map<string, Row<Column>>();
  for (const row of rows) {
    const key = textIn(row, column);
    check(!index.has(key), 'data', `${row.where}: expected each "${column}" once, found one for the second time.`);
    index.set(key, row);
  }
  return index;
}
