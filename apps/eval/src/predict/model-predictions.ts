import { createRequire } from 'node:module';
import { jit } from '@vividmed/engine';
import { createReader } from '@vividmed/inference';
import { modelDigest, openModel } from '@vividmed/inference/node';
import { disposeParams } from '@vividmed/nn';
import type { PredictionHeader } from '../prediction.js';
import type { SampleSource } from '../samples/sample.js';
import type { AnswerLengths } from './answer.js';
import { predict, type PredictResult } from './predict.js';

/** Images that are held and kept encoded at once: two batches of one shape, or one of each of two. */
const windowImages = 32;
/** Half a gigabyte of voxels; a longer volume stands alone. */
const windowVoxels = 2 ** 27;
// Graphs differ in the lengths of caches and in the sizes of batches.
const maxGraphs = 16;

const defaultLengths: AnswerLengths = { vqa: 32, report: 256, groundedReport: 320 };

export interface ModelPredictionsOptions {
  /** Folder of the model. */
  model: string;
  source: SampleSource;
  file: string;
  references?: string;
  /** Tokens written at most in each task. */
  lengths?: Partial<AnswerLengths>;
  seed: number;
  /** Whatever else of a config changes samples or predictions; a file goes on only with the same. */
  config: PredictionHeader['config'];
  signal?: AbortSignal;
  onProgress?: (images: number) => void;
}

const versionOf = (name: string): string =>
  (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;

/** Writes the predictions of the model of a folder, on the engine in use. @throws {VividMedError} as `openModel` and `predict` */
export async function predictWithModel(options: ModelPredictionsOptions): Promise<PredictResult> {
  const { model: folder, lengths: given, seed, config, ...rest } = options;
  const lengths = { ...defaultLengths, ...given };
  const digest = await modelDigest(folder);
  const model = await openModel(folder);
  const reader = createReader(model, { compile: (fn) => jit(fn, { maxGraphs }), keepImages: windowImages });
  const header: PredictionHeader = {
    format: 'vividmed-predictions',
    version: 1,
    model: { digest },
    seed,
    config: { ...config, lengths },
    versions: { node: process.versions.node, inference: versionOf('@vividmed/inference') },
  };
  try {
    return await predict({ ...rest, reader, header, lengths, windowImages, windowVoxels });
  } finally {
    reader.dispose();
    disposeParams(model.params);
  }
}
