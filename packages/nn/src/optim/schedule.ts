import { check } from '@vividmed/core';

export interface ScheduleConfig {
  peakLr: number;
  warmupSteps: number;
  /** Updates in all, warm-up included. */
  totalSteps: number;
  profile?: 'paper' | 'original';
  /** Updates between two changes of the `original` staircase. */
  staircase?: number;
}

/**
 * The learning rate of update `step`, counted from 1: linear warm-up, then half a cosine to 0 at the last update.
 *
 * Profile `original` changes every 250 updates only and starts the cosine at the last warm-up update, so that the first 249
 * updates have a rate of 0 (original-implementation 4.1).
 */
export function learningRateAt(step: number, config: ScheduleConfig): number {
  const { peakLr, warmupSteps, totalSteps, profile = 'paper', staircase = 250 } = config;
  check(step >= 0 && totalSteps > 0, 'config', `learningRateAt: expected a step of at least 0 of at least 1, found ${step} of ${totalSteps}.`);
  const at = profile === 'original' ? Math.floor(step / staircase) * staircase : step;
  if (at < warmupSteps) return (peakLr * at) / warmupSteps;
  const done = Math.min((at - warmupSteps) / Math.max(1, totalSteps - warmupSteps), 1);
  return (peakLr * (1 + Math.cos(Math.PI * done))) / 2;
}
