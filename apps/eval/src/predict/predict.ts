import type { ImageReader } from '@vividmed/inference';
import type { PredictionHeader } from '../prediction.js';
import { recordReferences } from '../samples/references.js';
import type { SampleSource } from '../samples/sample.js';
import { answerSamples, type AnswerLengths } from './answer.js';
import { openPredictionFile } from './prediction-file.js';
import { windowsOf } from './windows.js';

export interface PredictOptions {
  /** It should keep the encodings of as many images as a window has. */
  reader: ImageReader;
  source: SampleSource;
  /** File of predictions; one that is there is gone on with. */
  file: string;
  header: PredictionHeader;
  /** File that keeps the references of the samples. */
  references?: string;
  lengths: AnswerLengths;
  /** Images whose samples are answered together. */
  windowImages: number;
  /** Voxels of the images of a window, unless one image alone has more: what bounds memory. */
  windowVoxels: number;
  /** When it fires, answers that are whole are kept, and the same call goes on from there. */
  signal?: AbortSignal;
  /** Called with the images that are done, those of earlier runs included. */
  onProgress?: (images: number) => void;
}

export interface PredictResult {
  finished: boolean;
  /** Samples answered in this run. */
  numAnswered: number;
}

/**
 * Writes what a model says about the samples of a source into a file, a line a sample. An interrupted run goes on with the samples
 * that are not there yet; memory is bounded by one window.
 *
 * @throws {VividMedError} `config` for a file that another model, seed or config began
 */
export async function predict(options: PredictOptions): Promise<PredictResult> {
  const { reader, source, file, header, references, lengths, signal, onProgress } = options;
  const predictions = await openPredictionFile(file, header);
  const asked = source.samples((id) => predictions.has(source.dataset, id));
  const samples = references === undefined ? asked : recordReferences(references, asked);
  let numAnswered = 0;
  for await (const window of windowsOf(samples, options)) {
    if (signal?.aborted) return { finished: false, numAnswered };
    const first = window[0]!.image;
    const last = window.at(-1)!.image + 1;
    let numInWindow = 0;
    const onAnswer = (): void => {
      numInWindow++;
      onProgress?.(first + Math.floor(((last - first) * numInWindow) / window.length));
    };
    const answers = await answerSamples(window, { reader, lengths, onAnswer, ...(signal && { signal }) });
    for (const answer of answers) if (answer) predictions.append(answer);
    numAnswered += numInWindow;
    if (numInWindow < window.length) return { finished: false, numAnswered };
  }
  onProgress?.(source.numImages);
  return { finished: true, numAnswered };
}
