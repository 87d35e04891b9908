import type { Study } from '../study.js';

/** Texts shorter than this many words are said of many patients: "No acute findings." */
const fewestWords = 12;

/**
 * What a report says, so that copies with other spaces, case and marks are equal: its words, in one case. Undefined for a study
 * without a report long enough to be one patient's.
 */
export function reportKey({
  findings,
  impression,
  caption,
}: Pick<Study, 'findings' | 'impression' | 'caption'>): string | undefined {
  const text = [findings, impression, caption].filter((part) => part !== undefined).join(' ');
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length < fewestWords ? undefined : words.join(' ');
}
