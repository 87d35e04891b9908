import { check, type Rng } from '@vividmed/core';
import {
  type ConversationOptions,
  conversationOf,
  type ConversationStage,
  type Sample,
  type Study,
  type Task,
} from '@vividmed/datasets';
import type { ConversationWeights } from '../config.js';
import { drawTask } from './draw.js';

/** What a task of a config asks of a study. */
const conversations: Record<Task, { stage: ConversationStage; options?: ConversationOptions }> = {
  targetPresence: { stage: 'grounding' },
  visualQuestions: { stage: 'instruction', options: { abnormality: 1, abnormalityReplacesReport: true, report: 0 } },
  report: { stage: 'instruction', options: { abnormality: 0, report: 1 } },
  groundedReport: { stage: 'groundedReport' },
};

/**
 * A conversation about a study of a data set: of a task drawn by its weight, or, where the study has nothing for it, of another that the
 * config has.
 *
 * @throws {VividMedError} `data` for a study that has nothing for any of them
 */
export function studyConversation(
  weights: ConversationWeights,
  study: Study,
  rng: Rng,
  profile: NonNullable<ConversationOptions['profile']>,
): Sample {
  const left: Partial<Record<Task, number>> = { ...weights };
  const stream = rng.fork('task');
  while (Object.values(left).some((weight) => weight > 0)) {
    const task = drawTask(left as ConversationWeights, stream);
    const { stage, options } = conversations[task];
    const sample = conversationOf(study, stage, rng.fork('template'), { profile, ...options });
    if (sample) return sample;
    left[task] = 0;
  }
  const tasks = Object.entries(weights).flatMap(([task, weight]) => (weight > 0 ? [task] : []));
  check(
    false,
    'data',
    `${study.id}: expected a study with something for ${tasks.join(' or ')}, found one that knows of none.`,
    'Give the data set tasks that it has something for: reports need findings or an impression, presence needs labels.',
  );
}
