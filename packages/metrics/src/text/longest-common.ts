/** Table of the lengths of longest common subsequences of every beginning of two texts, rows of `b.length + 1`. */
function commonLengths(a: readonly string[], b: readonly string[]): Int32Array {
  const width = b.length + 1;
  const table = new Int32Array((a.length + 1) * width);
  for (let i = 1; i <= a.length; i++) {
    const token = a[i - 1]!;
    for (let j = 1; j <= b.length; j++) {
      const at = i * width + j;
      table[at] = token === b[j - 1] ? table[at - width - 1]! + 1 : Math.max(table[at - width]!, table[at - 1]!);
    }
  }
  return table;
}

/** Length of the longest common subsequence of two texts, in memory for one row. */
export function longestCommonLength(a: readonly string[], b: readonly string[]): number {
  const numbers = new Map<string, number>();
  for (const token of b) if (!numbers.has(token)) numbers.set(token, numbers.size);
  const columns = new Int32Array(b.length);
  for (let j = 0; j < b.length; j++) columns[j] = numbers.get(b[j]!)!;
  const row = new Int32Array(b.length + 1);
  for (const token of a) {
    const number = numbers.get(token);
    if (number === undefined) continue;
    let diagonal = 0;
    for (let j = 1; j <= columns.length; j++) {
      const above = row[j]!;
      if (columns[j - 1] === number) row[j] = diagonal + 1;
      else if (row[j - 1]! > above) row[j] = row[j - 1]!;
      diagonal = above;
    }
  }
  return row[b.length]!;
}

/**
 * Places in `a` of one longest common subsequence with `b`, last first. Where there are several it is the one that Google's
 * rouge_score finds, going back from the ends and along `b` only where that is longer.
 */
export function commonPlaces(a: readonly string[], b: readonly string[]): number[] {
  const table = commonLengths(a, b);
  const width = b.length + 1;
  const places: number[] = [];
  let [i, j] = [a.length, b.length];
  while (i > 0 && j > 0) {
    if (a[i - 1] === b[j - 1]) {
      places.push(i - 1);
      i -= 1;
      j -= 1;
    } else if (table[i * width + j - 1]! > table[(i - 1) * width + j]!) j -= 1;
    else i -= 1;
  }
  return places;
}
