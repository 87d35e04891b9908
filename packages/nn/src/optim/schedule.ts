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
 * Profile `original` changes every 250 updates only, so that the first 249 have a rate of 0, and its cosine is cut off before
 * it reaches 0, since the warm-up is not taken off its length (conf/phase-vg of the published code).
 */
export function learningRateAt(step: number, config: ScheduleConfig): number {
  const { peakLr, warmupSteps, totalSteps, profile = 'paper', staircase = 250 } = config;
  check(
    step >= 0 && totalSteps > 0,
    'config',
    `learningRateAt: expected a step of at least 0 of at least 1, found ${step} of ${totalSteps}.`,
  );
  const at = profile === 'original' ? Math.floor(step / staircase) * staircase : step;
  if (at < warmupSteps) return (peakLr * at) / warmupSteps;
  const length = profile === 'original' ? totalSteps : totalSteps - warmupSteps;
  const done = Math.min((at - warmupSteps) / Math.max(1, length), 1);
  return (peakLr * (1 + Math.cos(Math.PI * done))) / 2;
}
