/** What words around a mention do to it. */
export type CueKind =
  /** Nothing: they look like a negation and are none ("no change in"). */
  | 'neutral'
  /** They say it is no finding of this image ("history of"). */
  | 'elsewhere'
  /** They leave it open although they hold a negation ("cannot be excluded"). */
  | 'undecided'
  | 'negation'
  | 'uncertainty';

export interface CueRule {
  kind: CueKind;
  /** What the cue speaks of: the words after it, those before it, or both. */
  scope: 'after' | 'before' | 'both';
  /** Regular expressions, as in the lexicons. */
  phrases: readonly string[];
}

const be = '(?:is|are|was|were|be|been|has been|have been|had been|remains?|would be)';
const change =
  '(?:changes?|changed|increases?|increased|decreases?|decreased|improvement|improved|progression|progressed|worsening|worsened|resolution|resolved|clearing|cleared|removed)';
const much =
  '(?:(?:significant|significantly|interval|substantial|substantially|appreciable|appreciably|relevant|definite|great|much|major|yet|completely|fully|entirely|further|gross) )*';
const notice =
  '(?:seen|identified|present|evident|visuali[sz]ed|demonstrated|noted|detected|appreciated|apparent|suspected|observed|found|shown|visible|depicted)';
/** What may follow a verdict on what stands before it; a noun may not ("is likely atelectasis" speaks of the atelectasis). */
const closed = '(?= ?$| ?,| (?:given|in|on|at|due|based|and|since|but|by|from|with|within)\\b)';

/** In this order: words that one rule has taken are not read by a later one. */
export const cueRules: readonly CueRule[] = [
  {
    kind: 'neutral',
    scope: 'after',
    phrases: [
      `(?:no|without|not|never) ${much}${change}(?: (?:in|of))?`,
      'not only',
      '(?:no|without) doubt',
      'not without',
      'no (?:absence|lack) of',
      '(?:partial|partially|partly|incomplete|incompletely|near|nearly|almost|largely|mostly)(?: complete| completely)? (?:resolution of|resolved|clearing of|cleared|resolution|clearing)',
      'fail(?:s|ed|ing)? to (?:resolve|clear)',
      'cannot be denied',
    ],
  },
  { kind: 'elsewhere', scope: 'after', phrases: ['(?:family |known |prior |past |clinical )*history of', 'hx of'] },
  {
    kind: 'undecided',
    scope: 'before',
    phrases: [
      '(?:cannot|can not|could not|can t) be (?:\\w+ )?(?:excluded|ruled out|discounted)',
      `(?:${be} )?not (?:\\w+ )?(?:excluded|ruled out)`,
    ],
  },
  {
    kind: 'undecided',
    scope: 'after',
    phrases: ['(?:cannot|can not|could not|does not|do not|can t|not) (?:\\w+ )?(?:exclude|rule out)'],
  },
  {
    kind: 'undecided',
    scope: 'both',
    phrases: [`(?:${be} )?(?:difficult|hard|impossible) to (?:\\w+ )?(?:exclude|rule out)`],
  },
  {
    kind: 'negation',
    scope: 'before',
    phrases: [
      `(?:${be} )?(?:not|no longer) (?:\\w+ )?${notice}`,
      `${be} (?:\\w+ )?(?:absent|excluded|ruled out|removed|withdrawn|explanted)`,
      '(?:has|have|had|is|are) (?:(?:now|since|completely|fully|entirely|essentially|also) )*(?:resolved|cleared|disappeared)',
      `(?:resolved|cleared|removed|removal|absent)${closed}`,
    ],
  },
  {
    kind: 'uncertainty',
    scope: 'before',
    phrases: [
      `(?:${be} (?:a )?)(?:\\w+ )?(?:possible|probable|likely|unlikely|suspected|questioned|questionable|considered|equivocal|uncertain|possibility|concern|consideration)${closed}`,
      '(?:may|might|could) be (?:present|seen|considered|there|evident)',
      'should be (?:considered|suspected)',
      '(?:in|within) the differential',
      '(?:likely|possible|probable|possibly|questionable)$',
    ],
  },
  { kind: 'uncertainty', scope: 'both', phrases: ['versus|vs', `(?:${be} )?favou?red(?: over)?`, 'if any'] },
  {
    kind: 'negation',
    scope: 'after',
    phrases: [
      'no',
      'not',
      'without',
      'neither',
      'nor',
      'never',
      'none of',
      'negative for',
      '(?:free|clear) of',
      '(?:absence|lack) of',
      'absent',
      'den(?:y|ies|ied)',
      'rather than',
      '(?:resolution|clearing|removal) of',
      'resolved',
      'excludes|ruled out|rules out',
    ],
  },
  {
    kind: 'uncertainty',
    scope: 'after',
    phrases: [
      'may|might|could',
      'possib(?:le|ly)|possibilit(?:y|ies) of',
      'probabl[ey]',
      '(?:un)?likely',
      'perhaps',
      'suspected|suspicious for|suspicion (?:of|for)',
      'concern(?:ing)? (?:for|of)',
      'worrisome for',
      'question(?:s|abl[ey])?(?: of)?|query',
      'equivocal',
      'suggest(?:s|ing|ive of|ion of)?',
      'consider(?:ation of|ations include)?',
      'potential(?:ly)?',
      'presumed|presumably',
      'differential(?: diagnosis)?(?: considerations?)? (?:includes?|is)',
      'rule out|exclude|r o',
      '(?:evaluate|evaluation|assess|assessment|workup) (?:for|of)',
    ],
  },
];
