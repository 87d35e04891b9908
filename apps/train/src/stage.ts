import { existsSync, rmSync } from 'node:fs';
import { jsonLines } from '@vividmed/command';
import { check } from '@vividmed/core';
import { readJson, writeJson } from '@vividmed/core/node';
import { openModel } from '@vividmed/inference/node';
import { disposeParams, initParams, learningRateAt } from '@vividmed/nn';
import {
  initVividMed,
  presetConfig,
  vividMedSpec,
  type VividMedConfig,
  type VividMedParams,
  type WordTokenizer,
} from '@vividmed/vlm';
import type { TrainConfig } from './config.js';
import type { Corpus } from './data/corpus.js';
import { createFeed, type Feed } from './data/feed.js';
import { stageTokenizer } from './data/vocabulary.js';
import { cellHeadsSpec } from './encoders/heads.js';
import { runFiles } from './run-folder.js';
import { loadMoments, saveCheckpoint, settleFolder } from './training/checkpoint.js';
import type { TrainerOptions } from './training/options.js';
import { createTrainer, type StepLosses } from './training/step.js';
import { createStore, disposeMoments, type ParamStore, storeTree } from './training/store.js';

/** One line of `metrics.jsonl`. */
export interface StepRecord extends StepLosses {
  step: number;
  learningRate: number;
  seconds: number;
  /** How long the step waited for studies to be read; of a stage on data sets. */
  waitSeconds?: number;
}

export interface StageOptions {
  /** Folder of this run; a run that was interrupted goes on from its last checkpoint. */
  folder: string;
  /** The images to train on, made when they are needed: a finished stage needs none. */
  corpus: () => Promise<Corpus>;
  /** Called after each step with the number of steps made and what they cost. */
  onStep?: (record: StepRecord) => void;
  /** Called once with the steps that are done already when training starts. */
  onStart?: (done: number) => void;
  /** Told of a study that was left out. */
  onSkip?: (message: string) => void;
  /** Solver of the assignment and parts of the model to use instead of ours. */
  replace?: Pick<TrainerOptions, 'assign' | 'modules'>;
  /** When it fires, the step in progress ends, a checkpoint is written, and the stage returns unfinished. */
  signal?: AbortSignal;
}

export interface StageResult {
  finished: boolean;
  /** Steps made in all. */
  steps: number;
  /** Folder that holds the model. */
  model: string;
}

interface Start {
  config: VividMedConfig;
  tokenizer: WordTokenizer;
  params: VividMedParams;
  /** Folder of the checkpoint to go on from. */
  resume?: string;
}

const modelOf = ({ preset, profile, promptState }: TrainConfig['model'], vocabSize: number): VividMedConfig =>
  presetConfig(preset, { vocabSize, profile, ...(promptState && { promptState }) });

/** A new model for a config: its vocabulary and weights depend on the seed alone. */
export async function newModel(config: Pick<TrainConfig, 'model' | 'seed' | 'data'>): Promise<Start> {
  const tokenizer = await stageTokenizer(config);
  const model = modelOf(config.model, tokenizer.vocabSize);
  const params = initVividMed(model, config.seed);
  return { config: model, tokenizer, params };
}

async function startOf(config: TrainConfig, checkpoint: string): Promise<Start> {
  if (settleFolder(checkpoint)) return { ...(await openModel(checkpoint)), resume: checkpoint };
  if (config.initFrom === null) return newModel(config);
  const { checkpoint: from, metrics, finished } = runFiles(config.initFrom);
  // A folder of weights alone, such as published ones, has no metrics.
  check(
    !existsSync(metrics) || existsSync(finished),
    'checkpoint',
    `${config.initFrom}: expected a finished stage to start from, found an interrupted one.`,
    'Run its command again: it goes on where it stopped.',
  );
  settleFolder(from);
  const start = await openModel(from);
  const asked = modelOf(config.model, start.tokenizer.vocabSize);
  const differing = Object.keys(asked).filter(
    (key) =>
      JSON.stringify(asked[key as keyof typeof asked]) !== JSON.stringify(start.config[key as keyof typeof asked]),
  );
  if (differing.length > 0) disposeParams(start.params);
  check(
    differing.length === 0,
    'config',
    `${from}: expected the model that "model" of this config describes, found another ${differing.join(', ')}.`,
    'Give this stage the preset, profile and promptState of the stage that it starts from.',
  );
  return start;
}

/** The config a folder was begun with must be the one it goes on with, or its curves would lie. */
function checkSameConfig(folder: string, config: TrainConfig): void {
  const path = runFiles(folder).config;
  check(
    !existsSync(path) || JSON.stringify(readJson(path)) === JSON.stringify(config),
    'config',
    `${folder}: expected the config this run was begun with, found another one.`,
    'Choose another folder with --out, or remove this one.',
  );
}

/** Runs one stage of training (paper 3.3), or goes on with it. The result does not depend on interruptions. */
export async function runStage(config: TrainConfig, options: StageOptions): Promise<StageResult> {
  const { folder, corpus, onStep, onStart, onSkip, signal } = options;
  const files = runFiles(folder);
  checkSameConfig(folder, config);
  const start = await startOf(config, files.checkpoint);
  const heads = config.tasks.cells > 0 ? cellHeadsSpec(start.config) : undefined;
  const store: ParamStore = createStore(
    { ...vividMedSpec(start.config), ...(heads && { heads }) },
    { ...start.params, ...(heads && { heads: initParams(heads, config.seed) }) },
    config.trainable,
  );
  const trainer = createTrainer({ model: start.config, train: config, ...options.replace });
  let feed: Feed | undefined;
  const save = (): Promise<void> => saveCheckpoint(files.checkpoint, store, start.config, start.tokenizer);
  try {
    if (start.resume) await loadMoments(start.resume, store);
    const metrics = jsonLines<StepRecord>(files.metrics);
    metrics.retain(({ step }) => step <= store.updates);
    const isDone = store.updates >= config.steps;
    const { config: model, tokenizer } = start;
    const given = { config, model, tokenizer, folder, step: store.updates + 1, corpus, ...(onSkip && { onSkip }) };
    // The images are made before the clock of the steps starts.
    feed = isDone ? undefined : await createFeed(given);
    // Not before model and data are there: a start that failed leaves no folder that only the same config may use.
    writeJson(files.config, config);
    onStart?.(store.updates);
    if (!feed) return { finished: true, steps: store.updates, model: files.checkpoint };
    const { ready, parts } = feed;
    await ready();
    let next = parts(store.updates + 1);
    const schedule = { ...config.optimiser, totalSteps: config.steps, profile: start.config.profile };
    // oxlint-disable-next-line no-unmodified-loop-condition -- a signal is aborted from outside the loop
    while (store.updates < config.steps && !signal?.aborted) {
      const began = performance.now();
      const step = store.updates + 1;
      const learningRate = learningRateAt(step, schedule);
      const isLast = step === config.steps;
      if (!isLast) await ready();
      const waitSeconds = (performance.now() - began) / 1000;
      const losses = trainer.step(store, next, learningRate, () => {
        if (!isLast) next = parts(step + 1);
      });
      check(
        Number.isFinite(losses.total),
        'numeric',
        `step ${step}: expected a finite loss, found ${losses.total}.`,
        'Lower optimiser.peakLr, or go on from the last checkpoint with another seed.',
      );
      const record: StepRecord = {
        step,
        learningRate,
        seconds: (performance.now() - began) / 1000,
        ...(config.data.sources && { waitSeconds }),
        ...losses,
      };
      metrics.append(record);
      onStep?.(record);
      if (step % config.checkpointEvery === 0 && step < config.steps) await save();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await save();
    const finished = store.updates >= config.steps;
    if (finished) writeJson(files.finished, { steps: store.updates });
    else rmSync(files.finished, { force: true });
    return { finished, steps: store.updates, model: files.checkpoint };
  } finally {
    await feed?.close();
    trainer.dispose();
    disposeMoments(store);
    disposeParams(storeTree(store));
  }
}
