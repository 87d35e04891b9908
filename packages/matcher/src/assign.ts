import { check } from '@vividmed/core';
import munkres from 'munkres-js';

/** Solves an assignment: cost [rows][columns] -> pairs [row, column], one for each of the shorter side, by row. */
export type Assign = (cost: readonly (readonly number[])[]) => [row: number, column: number][];

/** @throws {VividMedError} `shape` for rows of different lengths; `numeric` naming an entry that is not finite. */
function checkCost(cost: readonly (readonly number[])[], where: string): void {
  const columns = cost[0]?.length ?? 0;
  cost.forEach((row, i) => {
    check(row.length === columns, 'shape', `${where}: expected ${columns} columns in row ${i}, found ${row.length}.`);
    row.forEach((value, j) =>
      check(Number.isFinite(value), 'numeric', `${where}: expected a finite cost at [${i}, ${j}], found ${value}.`),
    );
  });
}

/** Hungarian method of munkres-js (Munkres 1957). */
export const munkresAssign: Assign = (cost) => {
  checkCost(cost, 'munkresAssign');
  if (cost.length === 0 || cost[0]!.length === 0) return [];
  return munkres(cost.map((row) => [...row])).sort(([a], [b]) => a - b);
};

/**
 * Shortest augmenting paths (Jonker and Volgenant 1987; the form of Crouse 2016): the same totals as `munkresAssign` in
 * O(n^2 m), for hundreds of queries.
 */
export const jonkerVolgenantAssign: Assign = (cost) => {
  checkCost(cost, 'jonkerVolgenantAssign');
  if (cost.length === 0 || cost[0]!.length === 0) return [];
  const wide = cost.length <= cost[0]!.length;
  const rows = wide ? cost.length : cost[0]!.length;
  const columns = wide ? cost[0]!.length : cost.length;
  const at = (row: number, column: number): number => (wide ? cost[row]![column]! : cost[column]![row]!);
  const rowPrice = new Float64Array(rows);
  const columnPrice = new Float64Array(columns);
  const rowOf = new Int32Array(columns).fill(-1);
  const columnOf = new Int32Array(rows).fill(-1);
  for (let start = 0; start < rows; start++) {
    const distance = new Float64Array(columns).fill(Infinity);
    const previous = new Int32Array(columns).fill(-1);
    const reached = new Uint8Array(columns);
    const visited: number[] = [];
    let row = start;
    let least = 0;
    let end = -1;
    while (end < 0) {
      visited.push(row);
      let next = -1;
      for (let column = 0; column < columns; column++) {
        if (reached[column]) continue;
        const along = least + at(row, column) - rowPrice[row]! - columnPrice[column]!;
        if (along < distance[column]!) {
          distance[column] = along;
          previous[column] = row;
        }
        if (next < 0 || distance[column]! < distance[next]!) next = column;
      }
      least = distance[next]!;
      reached[next] = 1;
      if (rowOf[next]! < 0) end = next;
      else row = rowOf[next]!;
    }
    rowPrice[start]! += least;
    for (const seen of visited) {
      if (seen !== start) rowPrice[seen]! += least - distance[columnOf[seen]!]!;
    }
    for (let column = 0; column < columns; column++) {
      if (reached[column]) columnPrice[column]! -= least - distance[column]!;
    }
    for (let column = end, from = -1; from !== start;) {
      from = previous[column]!;
      rowOf[column] = from;
      [columnOf[from], column] = [column, columnOf[from]!];
    }
  }
  const pairs = Array.from(columnOf, (column, row): [number, number] => (wide ? [row, column] : [column, row]));
  return pairs.sort(([a], [b]) => a - b);
};
