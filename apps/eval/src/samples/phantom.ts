import { createRng } from '@vividmed/core';
import {
  abnormalityQuestion,
  type Case,
  generatePhantom,
  modalityQuestion,
  planeQuestion,
  type PhantomOptions,
  reportQuestions,
  type Study,
  studyOf,
} from '@vividmed/datasets';
import type { EvaluationTask } from '../prediction.js';
import type { EvaluationSample, SampleSource } from './sample.js';
import { studySamples } from './study-samples.js';

export interface PhantomSourceOptions {
  tasks: readonly EvaluationTask[];
  /** Seed of the first patient; 1000001 by default, where the quickstart holds out its patients. */
  firstSeed?: number;
  /** Patients; each gives an image of every view. */
  numCases: number;
  /** `radiograph` and `ct` by default. */
  views?: readonly ('radiograph' | 'ct' | 'slice')[];
  /** Sizes of the images; by default those that the phantom configs train on. */
  sizes?: Required<PhantomOptions>;
  /** Seed of the questions; 0 by default, as in the quickstart. */
  seed?: number;
}

const trainedSizes: Required<PhantomOptions> = {
  ctShape: [24, 48, 64],
  radiographSize: [96, 96],
  sliceSize: [96, 96],
};

/** Modality, plane and two findings, as the quickstart asks. */
function questionsOf(subject: Case, seed: number): NonNullable<Study['questions']> {
  const rng = createRng(seed).fork(subject.id);
  const first = abnormalityQuestion(subject, rng);
  const second = abnormalityQuestion(subject, rng, new Set(first.target ? [first.target] : []));
  return [modalityQuestion(subject, rng), planeQuestion(subject, rng), first, second];
}

/** The wording for evaluation in the place of a drawn one. */
function inFixedWords(sample: EvaluationSample): EvaluationSample {
  if (sample.task !== 'report' && sample.task !== 'groundedReport') return sample;
  const [question] = reportQuestions;
  return { ...sample, question, reference: { ...sample.reference, question } };
}

/** Samples of drawn chests that no stage was trained on. The same seeds give the same samples. */
export function phantomSource({
  tasks,
  firstSeed = 1_000_001,
  numCases,
  views = ['radiograph', 'ct'],
  sizes = trainedSizes,
  seed = 0,
}: PhantomSourceOptions): SampleSource {
  async function* samples(isDone: (id: string) => boolean = () => false): AsyncGenerator<EvaluationSample> {
    for (let i = 0; i < numCases; i++) {
      const phantom = generatePhantom(firstSeed + i, sizes);
      for (const [v, view] of views.entries()) {
        const subject = phantom[view];
        const study: Study = { ...studyOf(subject), questions: questionsOf(subject, seed) };
        const patient = `phantom-${firstSeed + i}`;
        const options = { dataset: 'phantom', tasks, seed, patient, image: i * views.length + v } as const;
        for (const sample of studySamples(study, options)) if (!isDone(sample.id)) yield inFixedWords(sample);
      }
      // Progress shows and signals arrive between two patients.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return { dataset: 'phantom', numImages: numCases * views.length, samples };
}
