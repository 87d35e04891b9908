import type { HeldOutCase, RealImage } from '@vividmed/pages';

/** The loss terms that the page draws, in its order. */
export const lossNames = ['total', 'lm', 'dice', 'maskFocal', 'boxL1', 'boxGiou', 'presence', 'cells'] as const;
export type LossName = (typeof lossNames)[number];

/** Losses of one optimiser step; a term that the step did not have is 0 or not finite. */
export type LossRecord = { step: number } & Record<LossName, number>;

/** One stage of training. */
export interface PageStage {
  name: string;
  steps: number;
  seconds: number;
  records: readonly LossRecord[];
}

/** One measured figure of the model before and after training. */
export interface PageFigure {
  label: string;
  untrained: number;
  trained: number;
  /** The value to reach; left out when none was set. */
  target?: number | undefined;
  higherIsBetter: boolean;
  /** `share` is a number from 0 to 1 shown in percent. */
  format: 'share' | 'number';
  /** Written after a `number`: "mm", "s". */
  unit?: string | undefined;
}

/** Everything that the result page of a run says. */
export interface PageData {
  title: string;
  /** One or two sentences on what was trained and on what. */
  summary: string;
  run: {
    /** Engine and device that computed. */
    engine: string;
    /** Duration of the whole run. */
    seconds: number;
    seed: number;
    /** Number of parameters of the model. */
    parameters?: number | undefined;
  };
  stages: readonly PageStage[];
  figures: readonly PageFigure[];
  heldOut: readonly HeldOutCase[];
  real: readonly RealImage[];
  /** That the model is not for clinical use, in one line. */
  notice: string;
  /** What to do next. */
  commands: readonly { command: string; purpose: string }[];
}
