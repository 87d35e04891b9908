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
