import type { Box, Volume } from '@vividmed/datasets';

/** A phrase of a report and what it points at. */
export interface PagePhrase {
  /** Where it stands in the text of the report, end excluded. */
  start: number;
  end: number;
  text: string;
  /** What the taxonomy says it names; phrases of one target and side share a colour. */
  targetName?: string | undefined;
  /** 1 inside, on the grid of the volume, [D, H, W]; left out or empty when it is shown by boxes. */
  mask?: Uint8Array | undefined;
  /** In voxels of the volume, best first; truth has no score. */
  boxes: readonly { box: Box; score?: number | undefined }[];
  /** False when the image shows neither a mask nor a box for it. */
  found: boolean;
  /** Whether its region is the true one; left out when that was not measured. */
  correct?: boolean | undefined;
}

/** A report with its phrases in the order of the text. They may not overlap. */
export interface PageReport {
  text: string;
  phrases: readonly PagePhrase[];
}

/** An image that the model never saw, with what it wrote and what is true. */
export interface HeldOutCase {
  /** For example "Radiograph of phantom 9001". */
  title: string;
  volume: Volume;
  generated: PageReport;
  truth: PageReport;
}

/** A real image without truth. */
export interface RealImage {
  title: string;
  /** Where it comes from and under which licence, in one line. */
  source: string;
  volume: Volume;
  generated: PageReport;
}

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
