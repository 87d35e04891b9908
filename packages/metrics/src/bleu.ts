import { check } from '@vividmed/core';

/** Words and marks of a text in lower case. */
const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];

function countNgrams(tokens: readonly string[], order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + order <= tokens.length; i++) {
    const gram = tokens.slice(i, i + order).join(' ');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

/**
 * Corpus BLEU (Papineni et al. 2002) with one reference a text: the geometric mean of the clipped n-gram precisions of the
 * whole corpus up to `maxOrder`, times the brevity penalty; in [0, 1], without smoothing.
 */
export function bleu(predicted: readonly string[], references: readonly string[], maxOrder = 4): number {
  check(
    predicted.length === references.length,
    'shape',
    `bleu: expected as many predictions as references, found ${predicted.length} and ${references.length}.`,
  );
  const matched = Array.from({ length: maxOrder }, () => 0);
  const possible = Array.from({ length: maxOrder }, () => 0);
  let [length, referenceLength] = [0, 0];
  predicted.forEach((text, i) => {
    const candidate = words(text);
    const reference = words(references[i]!);
    length += candidate.length;
    referenceLength += reference.length;
    for (let order = 1; order <= maxOrder; order++) {
      const known = countNgrams(reference, order);
      for (const [gram, count] of countNgrams(candidate, order)) {
        matched[order - 1]! += Math.min(count, known.get(gram) ?? 0);
        possible[order - 1]! += count;
      }
    }
  });
  if (matched.some((count) => count === 0)) return 0;
  const precision = matched.reduce((sum, count, i) => sum + Math.log(count / possible[i]!), 0) / maxOrder;
  const brevity = length >= referenceLength ? 0 : 1 - referenceLength / length;
  return Math.exp(precision + brevity);
}
