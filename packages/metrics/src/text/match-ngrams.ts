export interface NgramMatches {
  /** For orders 1 to n: n-grams of the candidate that the references have too, each at most as often as the best of them. */
  matched: number[];
  /** For orders 1 to n: n-grams of the candidate. */
  possible: number[];
}

/** Number of n-grams of an order in a text of that many tokens. */
export const numNgrams = (length: number, order: number): number => Math.max(0, length - order + 1);

/**
 * Clipped matches of n-grams (Papineni et al. 2002, section 2.1.1). An n-gram is known by the number of its first n - 1
 * tokens and of its last token, so that no strings are joined; the candidate's n-grams are only looked at where their
 * beginning is in a reference.
 */
export function matchNgrams(
  candidate: readonly string[],
  references: readonly (readonly string[])[],
  maxOrder: number,
): NgramMatches {
  const vocabulary = new Map<string, number>();
  const tokens = candidate.map((token) => {
    const known = vocabulary.get(token) ?? vocabulary.size;
    vocabulary.set(token, known);
    return known;
  });
  const referenceTokens = references.map((reference) => reference.map((token) => vocabulary.get(token) ?? -1));
  // The number of the n-gram that begins at each place; -1 where the candidate or every reference lacks it.
  let grams = tokens;
  let referenceGrams = referenceTokens;
  let numGrams = vocabulary.size;
  const matched: number[] = [];
  for (let order = 1; order <= maxOrder; order++) {
    if (order > 1) {
      const numbers = new Map<number, number>();
      const extend = (start: readonly number[], last: readonly number[], number: (key: number) => number): number[] => {
        const extended: number[] = [];
        for (let i = 0; i + order <= last.length; i++) {
          const [head, tail] = [start[i]!, last[i + order - 1]!];
          extended.push(head < 0 || tail < 0 ? -1 : number(head * vocabulary.size + tail));
        }
        return extended;
      };
      grams = extend(grams, tokens, (key) => {
        const known = numbers.get(key) ?? numbers.size;
        numbers.set(key, known);
        return known;
      });
      referenceGrams = referenceGrams.map((starts, r) =>
        extend(starts, referenceTokens[r]!, (key) => numbers.get(key) ?? -1),
      );
      numGrams = numbers.size;
    }
    const most = mostOften(referenceGrams, numGrams);
    const left = Int32Array.from(most);
    let matches = 0;
    for (const gram of grams) {
      if (gram >= 0 && left[gram]! > 0) {
        left[gram]! -= 1;
        matches += 1;
      }
    }
    grams = grams.map((gram) => (gram >= 0 && most[gram]! > 0 ? gram : -1));
    matched.push(matches);
  }
  return { matched, possible: matched.map((_, i) => numNgrams(candidate.length, i + 1)) };
}

/** How often the reference that has an n-gram most often has it. */
function mostOften(references: readonly (readonly number[])[], numGrams: number): Int32Array {
  const most = new Int32Array(numGrams);
  for (const grams of references) {
    const counts = references.length === 1 ? most : new Int32Array(numGrams);
    for (const gram of grams) if (gram >= 0) counts[gram]! += 1;
    if (counts !== most) counts.forEach((count, gram) => (most[gram] = Math.max(most[gram]!, count)));
  }
  return most;
}
