import { check, VividMedError } from '@vividmed/core';
import { SaxesParser } from 'saxes';

/** An outline in one slice: pixels (column, row) counted from the upper left, from 0, in the order of the outline. */
export interface Outline {
  sopInstanceUid: string;
  /** False for a hole. */
  isIncluded: boolean;
  points: readonly (readonly [x: number, y: number])[];
}

/** A nodule as one reader outlined it. A nodule below 3 mm is one outline of one point. */
export interface ReaderNodule {
  reader: number;
  outlines: readonly Outline[];
}

export interface Readings {
  seriesInstanceUid: string;
  nodules: readonly ReaderNodule[];
}

/** An outline that is being read; `x` waits for its `y`. */
interface Draft {
  sopInstanceUid: string;
  isIncluded: boolean;
  points: [number, number][];
  x?: number;
}

/**
 * Reads the second, unblinded readings of a CT (LIDC XML documentation, 2009): `LidcReadMessage`, a `readingSession` a reader, in it
 * `unblindedReadNodule` with a `roi` a slice. What readers took for no nodule (`nonNodule`) is passed over.
 *
 * @throws {VividMedError} `data`
 */
export function parseReadings(where: string, xml: string): Readings {
  let seriesInstanceUid = '';
  let reader = -1;
  let outlines: Outline[] | undefined;
  let draft: Draft | undefined;
  let text = '';
  const nodules: ReaderNodule[] = [];
  const pixel = (name: string): number => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : -1;
    check(
      value >= 0,
      'data',
      `${where}: expected a whole number in ${name} of outline ${nodules.length + 1}, found another text.`,
    );
    return value;
  };
  const closed: Record<string, () => void> = {
    SeriesInstanceUid: () => (seriesInstanceUid = text.trim()),
    imageSOP_UID: () => draft && (draft.sopInstanceUid = text.trim()),
    inclusion: () => draft && (draft.isIncluded = text.trim().toUpperCase() !== 'FALSE'),
    xCoord: () => draft && (draft.x = pixel('xCoord')),
    yCoord: () => {
      if (draft?.x === undefined) return;
      draft.points.push([draft.x, pixel('yCoord')]);
      delete draft.x;
    },
    roi: () => {
      if (draft && outlines) outlines.push(draft);
      draft = undefined;
    },
    unblindedReadNodule: () => {
      if (outlines && outlines.length > 0) nodules.push({ reader, outlines });
      outlines = undefined;
    },
  };
  const parser = new SaxesParser();
  parser.on('opentag', ({ name }) => {
    text = '';
    if (name === 'readingSession') reader++;
    if (name === 'unblindedReadNodule') outlines = [];
    if (name === 'roi' && outlines) draft = { sopInstanceUid: '', isIncluded: true, points: [] };
  });
  parser.on('text', (more) => (text += more));
  parser.on('closetag', ({ name }) => closed[name]?.());
  parser.on('error', () => {
    throw new VividMedError('data', `${where}: expected XML, found text that is none at line ${parser.line}.`);
  });
  parser.write(xml).close();
  return { seriesInstanceUid, nodules };
}
