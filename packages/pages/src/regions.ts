import type { PagePhrase, PageReport } from './data.js';

/** A phrase that was found, with its place in the colours and numbers of its case. */
export interface Region {
  phrase: PagePhrase;
  /** Index of the phrase in its report. */
  index: number;
  /** Number of what it names, counted from 1; decides the colour. */
  number: number;
  /** True for the first found phrase of its number in the report: that one is drawn when nothing is chosen. */
  isFirst: boolean;
}

/** What a phrase names, with the side if it says one: phrases with the same key share number and colour. */
export function keyOf({ text, targetName }: PagePhrase): string {
  const name = (targetName ?? text).toLowerCase();
  const side = /\b(left|right)\b/.exec(text.toLowerCase())?.[1];
  return side === undefined || name.includes(side) ? name : `${side} ${name}`;
}

/** Numbers of what the reports of one case name, in the order of first mention. */
export function numberTargets(reports: readonly PageReport[]): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const phrase of reports.flatMap(({ phrases }) => phrases)) {
    const key = keyOf(phrase);
    if (!numbers.has(key)) numbers.set(key, numbers.size + 1);
  }
  return numbers;
}

/** The regions of a report. */
export function regionsOf(report: PageReport, numbers: ReadonlyMap<string, number>): Region[] {
  const seen = new Set<number>();
  return report.phrases.flatMap((phrase, index) => {
    if (!phrase.found) return [];
    const number = numbers.get(keyOf(phrase)) ?? 1;
    const isFirst = !seen.has(number);
    seen.add(number);
    return [{ phrase, index, number, isFirst }];
  });
}
