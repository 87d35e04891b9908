/**
 * What stands for an n-gram precision of 0. `none`: 0. `epsilon`: 0.1 matches (NLTK's method 1). `add-one`: one match and one
 * n-gram more for each order above 1, also where there are matches (method 2; Lin and Och 2004). `geometric`: 1/2, 1/4, … of a
 * match for the first, second, … order without one (method 3; NIST). `length`: the same, times the logarithm of the length
 * over 5 (method 4; Chen and Cherry 2014, as NLTK 3.8 computes it, which leaves these orders out for a text of one token).
 */
export type Smoothing = 'none' | 'epsilon' | 'add-one' | 'geometric' | 'length';

/** Precisions of orders 1 to n from counts of n-grams, of which there is one at least of each order. */
export function smoothPrecisions(
  matched: readonly number[],
  possible: readonly number[],
  length: number,
  smoothing: Smoothing,
): number[] {
  let numZeros = 0;
  return matched.map((matches, i) => {
    const all = possible[i]!;
    if (smoothing === 'add-one') return i === 0 ? matches / all : (matches + 1) / (all + 1);
    if (matches > 0) return matches / all;
    if (smoothing === 'epsilon') return 0.1 / all;
    if (smoothing === 'none') return 0;
    if (smoothing === 'length' && length <= 1) return 1;
    numZeros += 1;
    const factor = smoothing === 'geometric' ? 1 : Math.log(length) / 5;
    return factor / 2 ** numZeros / all;
  });
}
