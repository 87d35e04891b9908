import { groupBy } from './group-by.js';

/** One phrase that was asked for in one image. */
export interface PhraseDecision {
  /** Class of the phrase, its target for one. */
  label: string;
  /** What it names is in the image. */
  present: boolean;
  /** Something was shown for it; finding nothing is abstaining. */
  found: boolean;
}

/** Rates are NaN where there is nothing to count. */
export interface AbstentionScores {
  numPresent: number;
  numAbsent: number;
  /** Share of the absent for which something was shown: false positive rate. */
  falseAlarmRate: number;
  /** Share of the absent for which nothing was shown: recall of abstaining, specificity. */
  abstentionRecall: number;
  /** Share of the abstentions that were right: negative predictive value. */
  abstentionPrecision: number;
  /** Harmonic mean of precision and recall of abstaining. */
  abstentionF1: number;
  /** Share of the present for which nothing was shown. */
  missRate: number;
  /** Share of right decisions. */
  accuracy: number;
}

function scoresOf(decisions: readonly PhraseDecision[]): AbstentionScores {
  const count = (present: boolean, found: boolean): number =>
    decisions.filter((decision) => decision.present === present && decision.found === found).length;
  const [right, alarms, missed, shown] = [
    count(false, false),
    count(false, true),
    count(true, false),
    count(true, true),
  ];
  return {
    numPresent: missed + shown,
    numAbsent: right + alarms,
    falseAlarmRate: alarms / (right + alarms),
    abstentionRecall: right / (right + alarms),
    abstentionPrecision: right / (right + missed),
    abstentionF1: (2 * right) / (2 * right + alarms + missed),
    missRate: missed / (missed + shown),
    accuracy: (right + shown) / decisions.length,
  };
}

/** How well "not found" is said: of phrases whose target is absent finding nothing is right. Per class and over all. */
export function abstentionScores(decisions: readonly PhraseDecision[]): {
  overall: AbstentionScores;
  perClass: Record<string, AbstentionScores>;
} {
  const classes = [...groupBy(decisions, ({ label }) => label)].map(([label, group]) => [label, scoresOf(group)]);
  return { overall: scoresOf(decisions), perClass: Object.fromEntries(classes) };
}
