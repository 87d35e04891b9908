import type { Dataset, DatasetEntry } from '@vividmed/datasets';
import type { EvaluationTask } from '../prediction.js';
import { type EvaluationSample, sampleId, type SampleSource } from './sample.js';
import { type AbsentTargets, studySamples } from './study-samples.js';

export interface DatasetSourceOptions {
  tasks: readonly EvaluationTask[];
  /** Split of its owners that is measured; null takes every study. */
  split: 'train' | 'validate' | 'test' | null;
  /** Studies at most, the first ones; all by default. */
  limit?: number;
  absentTargets?: AbsentTargets;
  /** Words of the questions of reports; 0 by default. */
  seed?: number;
}

/** Whether a study belongs to a split; one whose owners made no split is for training. */
const isInSplit = ({ split = 'train' }: DatasetEntry, wanted: DatasetSourceOptions['split']): boolean =>
  wanted === null || split === wanted;

/**
 * Samples of a data set, a study read at a time and forgotten after it. What the data set has no answer to is not asked: a study
 * without a report gives no sample of a report.
 */
export function datasetSource(dataset: Dataset, options: DatasetSourceOptions): SampleSource {
  const { tasks, split, limit = Number.POSITIVE_INFINITY, absentTargets, seed } = options;
  const { name } = dataset;
  const entries = dataset.entries.filter((entry) => isInSplit(entry, split)).slice(0, limit);
  async function* samples(isDone: (id: string) => boolean = () => false): AsyncGenerator<EvaluationSample> {
    for (const [image, entry] of entries.entries()) {
      // How many questions an image has is not known before it is read.
      const isRead = !tasks.includes('vqa') && tasks.every((task) => isDone(sampleId(entry.id, task)));
      if (isRead) continue;
      const study = await dataset.read(entry);
      const made = studySamples(study, {
        dataset: name,
        tasks,
        image,
        patient: entry.patient,
        ...(absentTargets && { absentTargets }),
        ...(seed !== undefined && { seed }),
      });
      for (const sample of made) if (!isDone(sample.id)) yield sample;
    }
  }
  return { dataset: name, numImages: entries.length, samples };
}
