import { check } from '@vividmed/core';
import { lookupTarget } from '../taxonomy/lookup.js';
import { isTarget } from '../taxonomy/table.js';

/** The target that a name of one's own data set means: a target, or words that the taxonomy knows. @throws {VividMedError} `data` */
export function targetNamed(where: string, text: string): string {
  if (isTarget(text)) return text;
  const found = lookupTarget(text.toLowerCase());
  check(
    found,
    'data',
    `${where}: expected names of targets or of their synonyms, found one that the taxonomy does not know.`,
    'lookupTarget tells which words are known; taxonomy lists the targets.',
  );
  return found.target.name;
}
