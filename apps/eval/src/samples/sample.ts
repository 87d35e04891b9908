import type { Volume } from '@vividmed/datasets';
import type { EvaluationTask } from '../prediction.js';
import type { Reference } from '../reference.js';

/** What a model is asked about one image, and what is true of it. */
export interface EvaluationSample {
  /** Unique in its data set. */
  id: string;
  dataset: string;
  task: EvaluationTask;
  volume: Volume;
  /** In every task but localisation. */
  question?: string;
  /** In localisation: names of targets, there or known to be absent. */
  phrases?: readonly string[];
  reference: Reference;
  /** Index of its image in the source. */
  image: number;
}

/** Samples of a data set, image by image, so that what is asked about one image stands together. */
export interface SampleSource {
  dataset: string;
  /** Images in all. */
  numImages: number;
  /** An image need not be read when `isDone` holds for all that could be asked about it. */
  samples(isDone?: (id: string) => boolean): AsyncIterable<EvaluationSample>;
}

/** The id of a sample: that of its study for a report, as other programs name their predictions, else with the task behind it. */
export const sampleId = (study: string, task: EvaluationTask, index?: number): string =>
  task === 'report' ? study : [study, task, ...(index === undefined ? [] : [index])].join('/');
