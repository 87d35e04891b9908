import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type CommandContext, createProgress, startEngine } from '@vividmed/command';
import { writeAtomic } from '@vividmed/core/node';
import type { EvalConfig } from './config.js';
import type { evaluationFiles } from './folder.js';
import { findModel } from './model-folder.js';
import { predictWithModel } from './predict/model-predictions.js';
import { type ForeignPredictions, readPredictions } from './predict/read-predictions.js';
import type { PredictionHeader } from './prediction.js';
import { recordReferences } from './samples/references.js';
import type { SampleSource } from './samples/sample.js';
import { collect } from './score/collect.js';

type Files = ReturnType<typeof evaluationFiles>;

/** What a file of others is of: the one task of the one set of a config. */
const foreignOf = ({ sets }: EvalConfig): ForeignPredictions | undefined => {
  const [set, ...others] = sets;
  const [task, ...more] = set?.tasks ?? [];
  return set && task && others.length === 0 && more.length === 0 ? { dataset: set.dataset, task } : undefined;
};

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** Takes over a file of predictions, and keeps the references of the samples beside it. */
async function takeOver(
  path: string,
  config: EvalConfig,
  sources: readonly SampleSource[],
  files: Files,
): Promise<void> {
  const predictions = await collect(readPredictions(path, foreignOf(config)));
  const header: PredictionHeader = {
    format: 'vividmed-predictions',
    version: 1,
    model: { digest: await digestOf(path) },
    seed: config.seed,
    config: {},
    versions: { node: process.versions.node },
  };
  writeAtomic(files.predictions, [header, ...predictions].map((line) => `${JSON.stringify(line)}\n`).join(''));
  for (const source of sources) {
    const bar = createProgress({ label: `references of ${source.dataset}`, total: source.numImages, unit: 'images' });
    for await (const { image } of recordReferences(files.references, source.samples())) bar.update(image + 1);
    bar.done();
  }
}

/**
 * Fills the files of predictions and references: with what a model says, or from a file of predictions. An interrupted run goes
 * on; false where it was interrupted again.
 */
export async function collectPredictions(
  config: EvalConfig,
  sources: readonly SampleSource[],
  files: Files,
  { options, log, signal }: Pick<CommandContext, 'options' | 'log' | 'signal'>,
): Promise<boolean> {
  if (config.predictions !== null) {
    await takeOver(config.predictions, config, sources, files);
    return !signal.aborted;
  }
  const model = findModel(config.model ?? '');
  await startEngine({ options, log });
  for (const source of sources) {
    const bar = createProgress({ label: `predictions for ${source.dataset}`, total: source.numImages, unit: 'images' });
    const { finished } = await predictWithModel({
      model,
      source,
      file: files.predictions,
      references: files.references,
      seed: config.seed,
      config: { sets: JSON.parse(JSON.stringify(config.sets)) },
      signal,
      onProgress: (images) => bar.update(images),
    });
    bar.done();
    if (!finished) return false;
  }
  return true;
}
