import { createRng, type Rng } from '@vividmed/core';
import {
  type Case,
  epochOrder,
  groundedReport,
  reportWriting,
  type Sample,
  targetPresence,
  type Task,
  visualQuestions,
} from '@vividmed/datasets';
import type { Plan } from '@vividmed/patch-embed';
import type { ConversationWeights, TrainConfig } from '../config.js';
import type { Corpus } from './corpus.js';

const templates: Record<Task, (subject: Case, rng: Rng) => Sample> = {
  targetPresence,
  visualQuestions,
  report: reportWriting,
  groundedReport,
};

/** Draws a key with the chance that its weight gives it. */
export function drawTask(weights: ConversationWeights, rng: Rng): Task {
  const entries = Object.entries(weights) as [Task, number][];
  let left = rng.uniform() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [task, weight] of entries) {
    left -= weight;
    if (left < 0) return task;
  }
  return entries.findLast(([, weight]) => weight > 0)![0];
}

/** The weights of the tasks in a step. */
export const tasksOf = (
  { firstTasks, tasks }: Pick<TrainConfig, 'firstTasks' | 'tasks'>,
  step: number,
): ConversationWeights => (firstTasks && step <= firstTasks.steps ? firstTasks.tasks : tasks);

/** A drawn sample with the stream that augments it. */
export interface Drawn {
  sample: Sample;
  rng: Rng;
  /** How its image is read, where that is settled; else it is planned, and its patch depth varied. */
  plan?: Plan;
}

/** A case with the stream that draws from it. */
export interface DrawnCase {
  subject: Case;
  rng: Rng;
}

/**
 * Draws the cases of a step, as groups of equally shaped images: radiographs with single CT slices in the place of some of them,
 * then CTs. A function of the config's seed and the step alone, whatever was drawn before.
 */
export function createCaseDraw(config: TrainConfig, corpus: Corpus): (step: number) => DrawnCase[][] {
  const { radiographShare, sliceShare } = config.data;
  const { radiographs, slices, cts } = corpus;
  const numFlat = Math.round(config.batchSize * radiographShare);
  const flat = (rng: Rng): readonly Case[] => (rng.fork('slice').chance(sliceShare) ? slices : radiographs);
  const parts = [
    { name: 'radiographs', numPatients: radiographs.length, casesOf: flat, count: numFlat },
    { name: 'cts', numPatients: cts.length, casesOf: () => cts, count: config.batchSize - numFlat },
  ].filter(({ count }) => count > 0);
  const orders = parts.map(({ name, numPatients }) => epochOrder(config.seed, name, numPatients));
  return (step) =>
    parts.map(({ name, casesOf, count }, part) =>
      Array.from({ length: count }, (_, i) => {
        const rng = createRng(config.seed).fork(`${name} ${step} ${i}`);
        return { subject: casesOf(rng)[orders[part]!(step * count + i)] as Case, rng };
      }),
    );
}

/** Draws the samples of a step, the first being 1: conversations about the cases that `createCaseDraw` draws. */
export function createDraw(config: TrainConfig, corpus: Corpus): (step: number) => Drawn[][] {
  const draw = createCaseDraw(config, corpus);
  return (step) => {
    const weights = tasksOf(config, step);
    return draw(step).map((cases) =>
      cases.map(({ subject, rng }) => ({
        sample: templates[drawTask(weights, rng.fork('task'))](subject, rng.fork('template')),
        rng,
      })),
    );
  };
}
