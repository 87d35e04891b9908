import { check } from '@vividmed/core';

/** Columns that a table must have, and columns that it may have: their cells are empty where it has not. */
export interface Columns<Needed extends string, Wanted extends string = never> {
  needed: readonly Needed[];
  wanted?: readonly Wanted[];
}

/** Picks columns of a row by the names in its head. @throws {VividMedError} `data`, for a column that is not there. */
export function columnsOf<Needed extends string, Wanted extends string>(
  where: string,
  head: readonly string[],
  { needed, wanted = [] }: Columns<Needed, Wanted>,
): readonly (readonly [name: Needed | Wanted, index: number])[] {
  for (const name of needed) {
    check(head.includes(name), 'data', `${where}: expected the column "${name}", found ${head.length} others.`);
  }
  return [...needed, ...wanted].map((name) => [name, head.indexOf(name)] as const);
}

/** The cells of a row by column; `undefined` cells are told as a row that is too short. */
export function cellsOf<Column extends string>(
  places: readonly (readonly [name: Column, index: number])[],
  cellAt: (index: number) => string | undefined,
  where: string,
): Record<Column, string> {
  // Filled with every column of `places` right below.
  const cells = {} as Record<Column, string>;
  for (const [name, index] of places) {
    const cell = index < 0 ? '' : cellAt(index);
    check(cell !== undefined, 'data', `${where}: expected a cell in column "${name}", found a row that is too short.`);
    cells[name] = cell;
  }
  return cells;
}
