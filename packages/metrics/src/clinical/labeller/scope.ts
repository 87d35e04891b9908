import { type CueKind, type CueRule, cueRules } from './cues.js';

export interface Cue {
  kind: CueKind;
  scope: CueRule['scope'];
  start: number;
  end: number;
}

const rules = cueRules.map(({ kind, scope, phrases }) => ({
  kind,
  scope,
  pattern: new RegExp(String.raw`\b(?:${phrases.join('|')})(?![a-z])`, 'g'),
}));

/** The cues of a clause, each word in one of them at most. */
export function cuesOf(clause: string): Cue[] {
  const cues: Cue[] = [];
  let rest = clause;
  for (const { kind, scope, pattern } of rules) {
    for (const { 0: words, index } of rest.matchAll(pattern))
      cues.push({ kind, scope, start: index, end: index + words.length });
    rest = rest.replaceAll(pattern, (words) => '\u0001'.repeat(words.length));
  }
  return cues;
}

/** Words between a mention and a cue behind it after which the cue speaks of something else. */
const otherSubject = /\b(?:is|are|was|were|has|have|may|might|could|there|shows?|demonstrates?|with|but)\b/;
/** A new statement: something with a verb, then a comma or "and". */
const statementEnds = /\b(?:is|are|was|were|has|have|remains?|shows?|demonstrates?)\b.*(?:,|\band\b)/;
const newStatement = /(?:,|\band\b) (?:there|it|this|also|with)\b/;
/** After a comma these words may go on with a list ("no consolidation, large effusion, or pneumothorax"). */
const newItem =
  /(?:,|\band\b) (?:an?|the|now|trace|tiny|small|mild|minimal|minor|moderate|large|severe|marked|extensive|bilateral|left|right|bibasilar|basilar|stable|unchanged|persistent|new|increased|increasing|decreased|worsening|improving|chronic|old|healed)\b/;

/** Whether a cue before a mention still speaks of it, given the words between them and those behind the mention. */
function reaches(gap: string, behind: string, kind: CueKind): boolean {
  if (statementEnds.test(gap) || newStatement.test(gap)) return false;
  if (kind === 'uncertainty' && /\bwith\b/.test(gap)) return false;
  if (kind === 'elsewhere' && gap.includes(',')) return false;
  const item = newItem.exec(gap);
  return item === null || /\bn?or\b/.test(gap.slice(item.index) + behind);
}

/** The kinds of cues that speak of the stretch from `start` to `end` of a clause. */
export function kindsAt(clause: string, cues: readonly Cue[], start: number, end: number): Set<CueKind> {
  const kinds = new Set<CueKind>();
  for (const cue of cues) {
    const speaksAfter = cue.scope !== 'before' && cue.end <= start;
    const speaksBefore = cue.scope !== 'after' && cue.start >= end;
    if (
      (speaksAfter && reaches(clause.slice(cue.end, start), clause.slice(end), cue.kind)) ||
      (speaksBefore && !otherSubject.test(clause.slice(end, cue.start)))
    )
      kinds.add(cue.kind);
  }
  return kinds;
}
