/** How reports name one finding. Phrases are regular expressions of lower-case text without hyphens; a space is one space. */
export interface LexiconEntry<L extends string> {
  label: L;
  /** Words that name the finding. */
  mentions: readonly string[];
  /** Words that say it is not there without naming it. */
  normal?: readonly string[];
  /** Words that leave it open. */
  borderline?: readonly string[];
}

export type Lexicon<L extends string> = readonly LexiconEntry<L>[];
