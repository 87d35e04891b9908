import { splitWhiteSpace } from './white-space.js';

const entities: readonly (readonly [string, string])[] = [
  ['&quot;', '"'],
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
];

/**
 * Words and marks of a text by rule 13a of the mteval script (NIST), which sacreBLEU and Hugging Face's BLEU use: marks
 * stand alone, but points and commas between digits and hyphens that follow no digit. Letter case stays.
 */
export function tokenize13a(text: string): string[] {
  const plain = entities.reduce(
    (line, [entity, mark]) => line.replaceAll(entity, mark),
    text.replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' '),
  );
  return splitWhiteSpace(
    ` ${plain} `
      .replaceAll(/[!-&(-+/:-@[-`{-~]/g, ' $& ')
      .replaceAll(/([^0-9])([.,])/g, '$1 $2 ')
      .replaceAll(/([.,])([^0-9])/g, ' $1 $2')
      .replaceAll(/([0-9])-/g, '$1 - '),
  );
}
