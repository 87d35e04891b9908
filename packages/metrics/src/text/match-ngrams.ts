export interface NgramMatches {
  /** For orders 1 to n: n-grams of the candidate that the references have too, each at most as often as the best of them. */
  matched: number[];
  /** For orders 1 to n: n-grams of the candidate. */
  possible: number[];
}

/** Number of n-grams of an order in a text of that many tokens. */
export const numNgrams = (length: number, order: number): number => Math.max(0, length - order + 1);

/** Keys, whole numbers from 0 on, and the numbers 0, 1, … that they have in the order they came: a hash table. */
class Numbering {
  private readonly keys: Float64Array;
  private readonly numbers: Int32Array;
  private count = 0;

  /** Room for so many keys. */
  constructor(capacity: number) {
    let size = 4;
    while (size < 2 * capacity) size *= 2;
    this.keys = new Float64Array(size);
    this.numbers = new Int32Array(size);
  }

  clear(): void {
    this.keys.fill(-1);
    this.count = 0;
  }

  /** The number of a key, which gets one if it `isNew`, and -1 otherwise. */
  of(key: number, isNew: boolean): number {
    const { keys, numbers } = this;
    const mask = keys.length - 1;
    let at = (Math.imul(key, 0x9e3779b1) >>> 8) & mask;
    while (keys[at] !== key) {
      if (keys[at] === -1) {
        if (!isNew) return -1;
        keys[at] = key;
        numbers[at] = this.count;
        this.count += 1;
        break;
      }
      at = (at + 1) & mask;
    }
    return numbers[at]!;
  }
}

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
  const tokens = new Int32Array(candidate.length);
  for (let i = 0; i < candidate.length; i++) {
    const known = vocabulary.get(candidate[i]!);
    tokens[i] = known ?? vocabulary.size;
    if (known === undefined) vocabulary.set(candidate[i]!, vocabulary.size);
  }
  const referenceTokens = references.map((reference) => {
    const numbers = new Int32Array(reference.length);
    for (let i = 0; i < reference.length; i++) numbers[i] = vocabulary.get(reference[i]!) ?? -1;
    return numbers;
  });
  // The number of the n-gram that begins at each place; -1 where the candidate or every reference lacks it.
  const grams = tokens.slice();
  const referenceGrams = referenceTokens.map((each) => each.slice());
  const numbering = new Numbering(candidate.length);
  const matched: number[] = [];
  const possible: number[] = [];
  for (let order = 1; order <= maxOrder; order++) {
    possible.push(numNgrams(candidate.length, order));
    // What is not in a reference does not begin anything that is.
    if (order > 1 && matched[order - 2] === 0) {
      matched.push(0);
      continue;
    }
    if (order > 1) {
      numbering.clear();
      extend(grams, tokens, order, vocabulary.size, numbering, true);
      for (let r = 0; r < references.length; r++) {
        extend(referenceGrams[r]!, referenceTokens[r]!, order, vocabulary.size, numbering, false);
      }
    }
    matched.push(takeMatches(grams, order, mostOften(referenceGrams, order, candidate.length)));
  }
  return { matched, possible };
}

/** Makes the numbers of n-grams of an order from those of the order before, in place. */
function extend(
  grams: Int32Array,
  tokens: Int32Array,
  order: number,
  numTokens: number,
  numbering: Numbering,
  isNew: boolean,
): void {
  for (let i = 0; i + order <= tokens.length; i++) {
    const start = grams[i]!;
    const last = tokens[i + order - 1]!;
    grams[i] = start < 0 || last < 0 ? -1 : numbering.of(start * numTokens + last, isNew);
  }
}

/** How often the reference that has an n-gram most often has it. */
function mostOften(references: readonly Int32Array[], order: number, numGrams: number): Int32Array {
  const most = new Int32Array(numGrams);
  for (const grams of references) {
    const counts = references.length === 1 ? most : new Int32Array(numGrams);
    for (let i = 0; i + order <= grams.length; i++) {
      const gram = grams[i]!;
      if (gram >= 0) counts[gram]! += 1;
    }
    if (counts !== most) for (let i = 0; i < numGrams; i++) most[i] = Math.max(most[i]!, counts[i]!);
  }
  return most;
}

/** Counts the candidate's n-grams that a reference has, as often as `most` says, and marks the others in `grams`. */
function takeMatches(grams: Int32Array, order: number, most: Int32Array): number {
  let matches = 0;
  const left = most.slice();
  for (let i = 0; i + order <= grams.length; i++) {
    const gram = grams[i]!;
    if (gram < 0 || most[gram] === 0) grams[i] = -1;
    else if (left[gram]! > 0) {
      left[gram]! -= 1;
      matches += 1;
    }
  }
  return matches;
}
