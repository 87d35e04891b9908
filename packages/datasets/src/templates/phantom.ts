import type { Rng } from '@vividmed/core';
import type { Case } from '../phantom/generate.js';
import { reportSegments } from '../report/report.js';
import { absent, listNames, type Phrase, present, type Segment, textOf } from '../report/segment.js';
import { type FindingName, type PhantomTarget, phantomTaxonomy } from '../taxonomy/phantom.js';
import type { Side } from '../taxonomy/target.js';
import {
  abnormalityQuestion,
  modalityQuestion,
  planeQuestion,
  type Question,
  whichQuestion,
} from './phantom-questions.js';
import { isShown, phantomSample } from './phantom-truth.js';
import { presenceAnswer } from './presence.js';
import type { Sample, Turn } from './sample.js';

export interface PresenceOptions {
  /** Most targets asked for that are in the image; 4 by default. */
  maxPresent?: number;
  /** Most targets asked for that are not; 3 by default. */
  maxAbsent?: number;
  /** Chance that phrases are grounded; 0.95 by default. */
  grounding?: number;
  /** Chance that the absent targets of a grounded conversation are negative phrases; 0.2 in the published code. */
  negativeGrounding?: number;
}

const openings = [
  'Which of these can be seen in the image: {}?',
  'Check the image for {}.',
  'Are these in the image: {}?',
  'For each of these, say if the image shows it: {}.',
  'Look for {} in this image.',
];
const singles = [
  'Is {} in the image?',
  'Does the image show {}?',
  'Can {} be seen in the image?',
  'Check the image for {}.',
];

/** A name for a target; findings are asked for by side now and then. */
function ask(subject: Case, target: PhantomTarget, rng: Rng): Phrase {
  const base = rng.chance(0.7) ? target.name : rng.pick([target.name, ...target.synonyms]);
  const side: Side | undefined = target.sided && rng.chance(0.35) ? rng.pick(['left', 'right'] as const) : undefined;
  const name = side === undefined ? base : `${side} ${base}`;
  const make = isShown(subject, target.name, side) ? present : absent;
  return make(name, target.name, side);
}

/**
 * Stage 1: are these targets there, and where? Present and absent targets are mixed, the answer repeats each with yes or no.
 *
 * Differs: the published code grounds absent targets in a fifth of the conversations; half do here, since a conversation about
 * a phantom asks for fewer targets.
 */
export function targetPresence(subject: Case, rng: Rng, options: PresenceOptions = {}): Sample {
  const { maxPresent = 4, maxAbsent = 3, grounding = 0.95, negativeGrounding = 0.5 } = options;
  const asked = rng.shuffle(phantomTaxonomy).map((target) => ask(subject, target, rng));
  const findings = asked.filter(
    ({ target, present: there }) => there && subject.boxes[target as FindingName] !== undefined,
  );
  const anatomy = asked.filter(
    ({ present: there, target }) => there && subject.boxes[target as FindingName] === undefined,
  );
  // Findings first: there are few in each image.
  const room = Math.max(1, Math.floor(maxPresent / 2));
  const chosen = findings.slice(0, rng.int(Math.min(room, findings.length) + 1) || Math.min(1, findings.length));
  const more = anatomy.slice(0, rng.int(Math.max(1, maxPresent - chosen.length) + 1));
  const missing = asked.filter(({ present: there }) => !there).slice(0, rng.int(maxAbsent + 1));
  const all = rng.shuffle([...chosen, ...more, ...missing]);
  const phrases = all.length > 0 ? all : asked.slice(0, 1);
  const names = phrases.map(({ phrase }) => phrase);
  const question = rng.pick(names.length === 1 ? singles : openings).replace('{}', listNames(names));
  const grounded = rng.chance(grounding);
  const negatives = rng.chance(negativeGrounding);
  const answer = presenceAnswer(phrases, negatives);
  return phantomSample('targetPresence', subject, [{ question, answer }], grounded);
}

/** Stage 2: questions on modality and plane now and then, and on two to six findings, in random order, not grounded. */
export function visualQuestions(subject: Case, rng: Rng): Sample {
  const questions: Question[] = [];
  if (rng.chance(0.3)) questions.push(modalityQuestion(subject, rng));
  if (rng.chance(0.2)) questions.push(planeQuestion(subject, rng));
  const asked = new Set<FindingName>();
  const numAsked = 2 + rng.int(5);
  while (asked.size < numAsked) {
    const question = abnormalityQuestion(subject, rng, asked);
    asked.add(question.target as FindingName);
    questions.push(question);
  }
  if (rng.chance(0.3)) questions.push(whichQuestion(subject, rng));
  const turns = rng.shuffle(questions).map(({ question, answer }): Turn => ({ question, answer: [{ text: answer }] }));
  return phantomSample('visualQuestions', subject, turns, false);
}

/** Requests for a report; the first is the fixed wording for evaluation. */
export const reportQuestions = [
  'Write a report of this image.',
  'Please report this study.',
  'Describe the findings and give an impression.',
  'What does the image show? Write a full report.',
  'Give the findings and the impression of this image.',
  'Draft a radiology report for this scan.',
] as const;

/** Stage 2: findings and impression as plain text. */
export function reportWriting(subject: Case, rng: Rng): Sample {
  const answer: Segment[] = [{ text: textOf(reportSegments(subject.report)) }];
  return phantomSample('report', subject, [{ question: rng.pick(reportQuestions), answer }], false);
}

/** Stage 3: the same report with its phrases, those of absent findings as negative phrases. */
export function groundedReport(subject: Case, rng: Rng): Sample {
  const answer = reportSegments(subject.report);
  return phantomSample('groundedReport', subject, [{ question: rng.pick(reportQuestions), answer }], true);
}
