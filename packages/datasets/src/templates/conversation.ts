import { check, type Rng } from '@vividmed/core';
import type { Study } from '../study.js';
import { groundedReportTurn } from './grounded-report.js';
import { presenceTurn } from './presence.js';
import {
  type ConversationChances,
  conversationChances,
  type ConversationProfile,
  type ConversationStage,
} from './profile.js';
import { abnormalityTurns, captionTurn, datasetTurns, modalityTurn, planeTurn, reportTurn } from './questions.js';
import { regionsOf, type Sample, type Turn } from './sample.js';
import { isLocated, knowledgeOf } from './truth.js';

export interface ConversationOptions extends Partial<ConversationChances> {
  /** `paper` by default. */
  profile?: ConversationProfile;
}

/** What a conversation is mainly about. */
interface Subject {
  task: Sample['task'];
  turns: Turn[];
}

const subject = (task: Sample['task'], turn: Turn | undefined): Subject | undefined => turn && { task, turns: [turn] };

/** Report, caption, or the questions of the data set. */
function instructionSubject(study: Study, chances: ConversationChances, rng: Rng): Subject | undefined {
  const asked = datasetTurns(study, rng.fork('questions'));
  const questions = asked.length > 0 ? ({ task: 'visualQuestions', turns: asked } as const) : undefined;
  const main =
    subject('report', reportTurn(study, rng.fork('report'))) ??
    subject('caption', captionTurn(study, rng.fork('caption')));
  if (!main || !questions) return main ?? questions;
  return rng.fork('main').chance(chances.report) ? main : questions;
}

/** Questions beside the subject, or in its place. */
function instruct(study: Study, chances: ConversationChances, rng: Rng): Subject {
  const abnormalities = rng.fork('ask abnormalities').chance(chances.abnormality)
    ? abnormalityTurns(study, chances.maxAbnormalities, rng.fork('abnormalities'))
    : [];
  const main =
    abnormalities.length > 0 && chances.abnormalityReplacesReport ? undefined : instructionSubject(study, chances, rng);
  return { task: main?.task ?? 'visualQuestions', turns: [...(main?.turns ?? []), ...abnormalities] };
}

function groundTargets(study: Study, grounded: boolean, chances: ConversationChances, rng: Rng): Subject | undefined {
  return subject('targetPresence', presenceTurn(knowledgeOf(study), grounded, chances, rng.fork('presence')));
}

/** Whether there is a phrase that could be grounded. */
function canGround(study: Study, stage: ConversationStage): boolean {
  const { present, absent, truthOf } = knowledgeOf(study);
  const shows = present.some((target) => isLocated(truthOf(target)!));
  // Of a study that shows nothing, nothing but absent targets is asked: grounded as well, where any are known.
  return stage === 'groundedReport' || shows || (present.length === 0 && absent.length > 0);
}

/**
 * A conversation about a study, of several turns in random order: the subject of the stage, with questions on modality, plane and
 * abnormalities now and then. The same stream gives the same words.
 *
 * - `grounding`: are these targets there, and where?
 * - `instruction`: report, caption or the questions of the data set, not grounded
 * - `groundedReport`: the report with its phrases
 *
 * `undefined` where the study has nothing for the stage: no target is known, there is no report with phrases.
 *
 * @throws {VividMedError} `data` for targets that are not in the taxonomy, or both present and absent; `config` for chances outside 0
 * to 1 and limits that are not whole numbers.
 */
export function conversationOf(
  study: Study,
  stage: ConversationStage,
  rng: Rng,
  { profile = 'paper', ...changes }: ConversationOptions = {},
): Sample | undefined {
  const chances: ConversationChances = { ...conversationChances[profile][stage], ...changes };
  for (const [name, value] of Object.entries(chances)) {
    if (typeof value === 'boolean') continue;
    check(
      name.startsWith('max') ? Number.isInteger(value) && value >= 0 : value >= 0 && value <= 1,
      'config',
      () =>
        `conversationOf: expected ${name} as ${name.startsWith('max') ? 'a whole number' : 'a chance'}, found ${value}.`,
    );
  }
  const grounded = stage !== 'instruction' && rng.fork('grounded').chance(chances.grounding) && canGround(study, stage);
  const main =
    stage === 'grounding'
      ? groundTargets(study, grounded, chances, rng)
      : stage === 'groundedReport'
        ? subject('groundedReport', groundedReportTurn(study, chances, rng.fork('report')))
        : instruct(study, chances, rng);
  if (!main) return undefined;
  const turns = [...main.turns];
  const plane = rng.fork('ask plane').chance(chances.plane) ? planeTurn(study, rng.fork('plane')) : undefined;
  if (plane) turns.push(plane);
  // Where nothing else is known, the modality is.
  if (turns.length === 0 || rng.fork('ask modality').chance(chances.modality))
    turns.push(modalityTurn(study, rng.fork('modality')));
  const ordered = rng.fork('order').shuffle(turns);
  const { truthOf } = knowledgeOf(study);
  return {
    task: main.task,
    caseId: study.id,
    ...(study.plane === undefined ? {} : { plane: study.plane }),
    volume: study.volume,
    turns: ordered,
    grounded,
    // Phrases are made of what the study knows.
    regions: grounded ? regionsOf(ordered, (target, side) => truthOf(target, side)!) : [],
  };
}
