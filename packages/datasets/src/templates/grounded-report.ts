import type { Rng } from '@vividmed/core';
import { isPhrase, joinText, type Segment } from '../report/segment.js';
import type { Study } from '../study.js';
import { targetOf } from '../taxonomy/table.js';
import { word } from './grammar.js';
import type { Turn } from './sample.js';
import { isLocated, knowledgeOf } from './truth.js';
import { report as wordings } from './wordings.js';

/** Most phrases of a report that are grounded, by the kind of their target; those beyond are text. */
export interface PhraseLimits {
  maxMaskPhrases: number;
  maxBoxPhrases: number;
}

/**
 * A report with those of its phrases that the study can show, or knows to be absent. A phrase whose place is not known, or that
 * the study contradicts, is text. `undefined` where there is no report with phrases.
 */
export function groundedReportTurn(study: Study, limits: PhraseLimits, rng: Rng): Turn | undefined {
  const { report } = study;
  if (!report) return undefined;
  const knowledge = knowledgeOf(study);
  const isKnown = (part: Segment): boolean => {
    if (!isPhrase(part)) return false;
    const truth = knowledge.truthOf(part.target, part.side);
    return truth !== undefined && truth.present === part.present && (!truth.present || isLocated(truth));
  };
  const places = rng.shuffle(report.flatMap((part, i) => (isKnown(part) ? [{ part, i }] : [])));
  const ofKind = (kind: string): number[] =>
    places.filter(({ part }) => isPhrase(part) && targetOf(part.target).kind === kind).map(({ i }) => i);
  const kept = new Set([
    ...ofKind('mask').slice(0, limits.maxMaskPhrases),
    ...ofKind('boxes').slice(0, limits.maxBoxPhrases),
  ]);
  const answer = report.map((part, i): Segment => (isPhrase(part) && !kept.has(i) ? { text: part.phrase } : part));
  return { question: word(rng.pick(wordings), rng), answer: joinText(answer) };
}
