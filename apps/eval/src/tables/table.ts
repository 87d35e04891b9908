import type { Interval } from '@vividmed/metrics';

/** A figure, or why there is none. */
export type Cell =
  | { value: number; interval?: Pick<Interval, 'low' | 'high' | 'level'>; n?: number }
  | { missing: string };

/** A system whose figures stand in one column. */
export interface Column {
  key: string;
  label: string;
  /** `paper`: as published; `ours`: computed here. */
  source: 'paper' | 'ours';
}

export interface Row {
  /** Data set that every figure of the row is of: figures of different rows do not compare. */
  dataset: string;
  label: string;
  better: 'higher' | 'lower';
  /** Decimals that are shown. */
  decimals: number;
  /** What the label hides: that a published column is not what it is called, or how ours differ. */
  note?: string;
  /** What is computed here, by column. */
  definitions?: Readonly<Record<string, string>>;
  cells: Readonly<Record<string, Cell>>;
}

export interface Table {
  id: string;
  title: string;
  /** Where the published figures stand, and what the table shows. */
  caption: string;
  columns: readonly Column[];
  rows: readonly Row[];
}

/** A figure as tables write it. */
export function formatCell(cell: Cell | undefined, decimals: number): string {
  if (!cell || 'missing' in cell || !Number.isFinite(cell.value)) return '–';
  const { value, interval } = cell;
  if (!interval || Number.isNaN(interval.low)) return value.toFixed(decimals);
  return `${value.toFixed(decimals)} (${interval.low.toFixed(decimals)} to ${interval.high.toFixed(decimals)})`;
}

/** The metric of a row with the direction in which it is better. */
export const rowLabel = ({ label, better }: Row): string => `${label} ${better === 'higher' ? '↑' : '↓'}`;

/** The notes of a table, numbered in the order of the rows; equal notes share a number. */
export function numberNotes({ rows, columns }: Table): { notes: string[]; numbersOf: (row: Row) => readonly number[] } {
  const notes: string[] = [];
  const numberOf = (note: string): number => {
    const at = notes.indexOf(note);
    return at >= 0 ? at + 1 : notes.push(note);
  };
  const found = new Map(
    rows.map((row) => {
      const missing = columns.flatMap(({ key }) => {
        const cell = row.cells[key];
        return cell && 'missing' in cell ? [`No figure: ${cell.missing}.`] : [];
      });
      return [row, [...new Set([...(row.note ? [row.note] : []), ...missing].map(numberOf))]] as const;
    }),
  );
  return { notes, numbersOf: (row) => found.get(row) ?? [] };
}
