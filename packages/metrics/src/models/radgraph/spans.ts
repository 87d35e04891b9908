/** First and last word of a span, both inside. */
export type Span = readonly [start: number, end: number];

/** Every span of at most `maxWidth` words, by its start and then its end. */
export function enumerateSpans(numWords: number, maxWidth: number): Span[] {
  return Array.from({ length: numWords }, (_, start) =>
    Array.from({ length: Math.min(maxWidth, numWords - start) }, (__, width): Span => [start, start + width]),
  ).flat();
}

/** Indices of the `count` largest scores, in ascending order; of equal scores the first are taken. */
export function topIndices(scores: ArrayLike<number>, count: number): number[] {
  return Array.from(scores, (_, i) => i)
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);
}

/** Pieces of one word among all pieces of a report: `count` of them from `first` on. */
export interface PieceRange {
  first: number;
  count: number;
}

/** The mean state of the pieces of each word, [W, C]; zeros for a word without pieces. `states` is [P, C]. */
export function wordStates(states: Float32Array, ranges: readonly PieceRange[], width: number): Float32Array {
  const out = new Float32Array(ranges.length * width);
  ranges.forEach(({ first, count }, word) => {
    for (let piece = first; piece < first + count; piece++) {
      for (let c = 0; c < width; c++) out[word * width + c]! += states[piece * width + c]! / count;
    }
  });
  return out;
}
