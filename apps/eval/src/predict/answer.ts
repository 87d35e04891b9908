import { check, VividMedError } from '@vividmed/core';
import type { ImageReader } from '@vividmed/inference';
import type { EvaluationTask, PredictedPhrase, Prediction } from '../prediction.js';
import type { EvaluationSample } from '../samples/sample.js';
import { givenPhrase, writtenPhrase } from './phrases.js';

/** Tokens written at most in a task. */
export type AnswerLengths = Readonly<Record<Exclude<EvaluationTask, 'localisation'>, number>>;

export interface AnswerOptions {
  reader: ImageReader;
  lengths: AnswerLengths;
  signal?: AbortSignal;
  /** Called when a sample has its answer. */
  onAnswer?: () => void;
}

type Answers = (Prediction | undefined)[];

const headOf = ({ id, dataset, task, volume, question }: EvaluationSample) => ({
  id,
  dataset,
  task,
  modality: volume.modality,
  ...(question !== undefined && { question }),
});

/** Finds the phrases of each sample; a mask is held until it is a list of runs. */
async function locate(
  samples: readonly EvaluationSample[],
  { reader, signal, onAnswer }: AnswerOptions,
): Promise<Answers> {
  const asked = samples.flatMap(({ volume, phrases = [] }, sample) => {
    let start = 0;
    return phrases.map((phrase, k) => {
      const item = { volume, phrase, sample, k, start };
      start += phrase.length + 1;
      return item;
    });
  });
  const found = samples.map((): PredictedPhrase[] => []);
  const left = samples.map(({ phrases = [] }) => phrases.length);
  try {
    for await (const phrase of reader.locate(asked, { boxThreshold: 0, ...(signal && { signal }) })) {
      const { sample, k, start, volume } = asked[phrase.item]!;
      found[sample]![k] = givenPhrase(phrase, volume.shape, start);
      left[sample]! -= 1;
      if (left[sample] === 0) onAnswer?.();
    }
  } catch (error) {
    if (!VividMedError.isInstance(error) || error.code !== 'interrupted') throw error;
  }
  return samples.map((sample, i) => {
    const { phrases = [] } = sample;
    return left[i] === 0 ? { ...headOf(sample), prediction: phrases.join('\n'), phrases: found[i]! } : undefined;
  });
}

/** Writes the answer of each sample. */
async function write(
  samples: readonly EvaluationSample[],
  task: keyof AnswerLengths,
  { reader, lengths, signal, onAnswer }: AnswerOptions,
): Promise<Answers> {
  const items = samples.map(({ id, volume, question }) => {
    check(question !== undefined, 'data', `${id}: expected a question, found none.`);
    return { volume, question };
  });
  const grounded = task === 'groundedReport';
  const answers = samples.map(() => ({ text: '', phrases: [] as PredictedPhrase[], isWhole: false }));
  const options = { grounded, maxNewTokens: lengths[task], ...(signal && { signal }) };
  for await (const event of reader.stream(items, options)) {
    const answer = answers[event.item]!;
    if (event.type === 'token') answer.text = event.text;
    else if (event.type === 'end') {
      answer.isWhole = event.finishReason !== 'aborted';
      if (answer.isWhole) onAnswer?.();
    }
    // A phrase that was closed before its first word has no place in the text.
    else if (event.phrase.end > event.phrase.start)
      answer.phrases.push(writtenPhrase(event.phrase, items[event.item]!.volume.shape));
  }
  return samples.map((sample, i) => {
    const { text, phrases, isWhole } = answers[i]!;
    return isWhole ? { ...headOf(sample), prediction: text, ...(grounded && { phrases }) } : undefined;
  });
}

/**
 * What a model says about samples, in their order: those of one task share batches. Undefined for samples that the signal cut off.
 *
 * @throws {VividMedError} `data` for a sample that lacks its question
 */
export async function answerSamples(samples: readonly EvaluationSample[], options: AnswerOptions): Promise<Answers> {
  const answers = new Map<EvaluationSample, Prediction | undefined>();
  for (const task of new Set(samples.map((sample) => sample.task))) {
    const asked = samples.filter((sample) => sample.task === task);
    const made = task === 'localisation' ? await locate(asked, options) : await write(asked, task, options);
    asked.forEach((sample, i) => answers.set(sample, made[i]));
  }
  return samples.map((sample) => answers.get(sample));
}
