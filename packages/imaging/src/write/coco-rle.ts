/** A mask as COCO has it: runs of outside and inside in turn, down the columns from the first one on, as text. */
export interface CocoRle {
  /** Height and width. */
  size: readonly [number, number];
  counts: string;
}

/** Lengths of the runs of 0 and of others in turn, column by column, from 0 on. */
export function runLengths(mask: ArrayLike<number>, height: number, width: number): number[] {
  const runs: number[] = [];
  let isInside = false;
  let run = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if ((mask[y * width + x] !== 0) !== isInside) {
        runs.push(run);
        run = 0;
        isInside = !isInside;
      }
      run++;
    }
  }
  return [...runs, run];
}

/** Bits that a letter of the text carries, beside one that says that more follow, and the letter of 0. */
const BITS = 5;
const MORE = 1 << BITS;
const ZERO = '0'.charCodeAt(0);

/**
 * Runs as the compressed text of the COCO API: from the fourth on the difference to the run before the last, in letters of
 * five bits, lowest first, with the sign in the highest bit of the last (`rleToString` of cocodataset/cocoapi).
 */
function compressRuns(runs: readonly number[]): string {
  let text = '';
  runs.forEach((run, i) => {
    let rest = i > 2 ? run - (runs[i - 2] as number) : run;
    for (let isLast = false; !isLast;) {
      const bits = rest & (MORE - 1);
      rest >>= BITS;
      const isNegative = (bits & (MORE >> 1)) !== 0;
      isLast = rest === (isNegative ? -1 : 0);
      text += String.fromCharCode(ZERO + bits + (isLast ? 0 : MORE));
    }
  });
  return text;
}

/** A mask [H,W], other than 0 is inside, as run lengths of COCO. */
export const cocoRle = (mask: ArrayLike<number>, height: number, width: number): CocoRle => ({
  size: [height, width],
  counts: compressRuns(runLengths(mask, height, width)),
});
