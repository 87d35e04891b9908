import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyAssignments, type CommandContext, createProgress, jsonLines, startEngine } from '@vividmed/command';
import { readJson, writeAtomic, writeJson } from '@vividmed/core/node';
import { explainModelInput, type ModelInUse } from '@vividmed/inference';
import { openModel } from '@vividmed/inference/node';
import { countParams, disposeParams } from '@vividmed/nn';
import { reportQuestions } from '@vividmed/datasets';
import { renderFigure } from '@vividmed/pages';
import { vividMedSpec } from '@vividmed/vlm';
import { readTrainConfig } from '../config-file.js';
import type { TrainConfig } from '../config.js';
import { type Corpus, generateCorpus } from '../data/corpus.js';
import { compiledReader } from '../reader.js';
import { type LossRecord, type PageData, type PageStage, renderPage } from '../page/index.js';
import { runFiles } from '../run-folder.js';
import { newModel, runStage, type StepRecord } from '../stage.js';
import { parseQuickstartConfig, type QuickstartConfig } from './config.js';
import { type Evaluation, evaluate, shownCases } from './evaluate.js';
import { figuresOf, figuresText, isReached } from './figures.js';
import { generatedReport, heldOutCase } from './page-data.js';
import { readRealImage, realFiles } from './real-images.js';
import { remembered } from './remembered.js';

const notice = 'A demonstration on drawn images. Not for clinical use.';

function readQuickstartConfig(options: CommandContext['options']): QuickstartConfig {
  const path = options.config ?? 'configs/quickstart.json';
  const value = applyAssignments(readJson(path, 'config'), options.set) as Record<string, unknown>;
  return parseQuickstartConfig(options.seed === undefined ? value : { ...value, seed: options.seed }, path);
}

/** Phantoms with a progress bar, made when first needed and kept. */
function lazyCorpus(label: string, firstSeed: number, numCases: number): () => Promise<Corpus> {
  let made: Promise<Corpus> | undefined;
  const make = async (): Promise<Corpus> => {
    const bar = createProgress({ label, total: numCases, unit: 'patients' });
    const corpus = await generateCorpus(firstSeed, numCases, (done) => bar.update(done));
    bar.done();
    return corpus;
  };
  return () => (made ??= make());
}

/** The phantoms that a config trains on; configs that name the same ones share them. */
function lazyCorpora(): (config: TrainConfig) => () => Promise<Corpus> {
  const made = new Map<string, () => Promise<Corpus>>();
  return ({ data: { firstSeed, numCases } }) => {
    const key = `${firstSeed} ${numCases}`;
    const corpus = made.get(key) ?? lazyCorpus('training phantoms', firstSeed, numCases);
    made.set(key, corpus);
    return corpus;
  };
}

const disposeModel = ({ params }: ModelInUse): void => disposeParams(params);

/** Measures a model with a progress bar. */
async function measure(label: string, model: ModelInUse, held: Corpus, seed: number): Promise<Evaluation> {
  const bar = createProgress({
    label,
    total: 2 * (held.radiographs.length + held.cts.length),
    unit: 'images',
  });
  const evaluation = await evaluate(model, held, seed, (done) => bar.update(done));
  bar.done();
  return evaluation;
}

/** Trains every stage, each from the one before. Returns the folder of the last, or nothing when interrupted. */
async function trainStages(
  configs: readonly TrainConfig[],
  folderOf: (i: number) => string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const corpusOf = lazyCorpora();
  for (const [i, config] of configs.entries()) {
    let bar: ReturnType<typeof createProgress> | undefined;
    const { finished } = await runStage(config, {
      folder: folderOf(i),
      corpus: corpusOf(config),
      signal,
      onStart: (done) => {
        if (done < config.steps)
          bar = createProgress({ label: config.name, total: config.steps, unit: 'steps', start: done });
      },
      onStep: ({ step, total }) => bar?.update(step, `loss ${total.toFixed(2)}`),
    });
    bar?.done();
    if (!finished) return undefined;
  }
  return folderOf(configs.length - 1);
}

function pageStages(configs: readonly TrainConfig[], folderOf: (i: number) => string): PageStage[] {
  return configs.map(({ name }, i) => {
    const records = jsonLines<StepRecord>(runFiles(folderOf(i)).metrics).read();
    return {
      name,
      steps: records.length,
      seconds: records.reduce((sum, { seconds }) => sum + seconds, 0),
      records: records as readonly LossRecord[],
    };
  });
}

/** `pnpm quickstart`: training, measurement and the result page, in `runs/quickstart` unless told otherwise. */
export async function quickstart({ options, log, result, signal }: CommandContext): Promise<void> {
  const config = readQuickstartConfig(options);
  const folder = options.out ?? 'runs/quickstart';
  const folderOf = (i: number): string => join(folder, `stage-${i + 1}`);
  const stages = config.stages.map((path, i): TrainConfig => {
    const stage = readTrainConfig(path, { set: config.set, seed: config.seed });
    return { ...stage, initFrom: i === 0 ? null : folderOf(i - 1) };
  });
  if (options.printConfig) return result({ ...config, stages });
  const began = performance.now();
  const engine = await startEngine({ options, log });

  const first = stages[0]!;
  const { firstSeed, numCases } = config.heldOut;
  const held = lazyCorpus('held-out phantoms', firstSeed, numCases);
  const clock = join(folder, 'seconds.json');
  const before = existsSync(clock) ? (readJson(clock) as { seconds: number }).seconds : 0;
  const secondsSoFar = (): number => before + (performance.now() - began) / 1000;
  const last = await trainStages(stages, folderOf, signal);
  writeJson(clock, { seconds: secondsSoFar() });
  if (last === undefined) return;

  const measured = { seed: config.seed, firstSeed, numCases, stages };
  const untrained = await remembered(join(folder, 'untrained.json'), measured, async () => {
    const model = await newModel(first);
    const evaluation = await measure('untrained model', model, await held(), config.seed);
    disposeModel(model);
    return evaluation;
  });
  if (signal.aborted) return;
  const model = await openModel(runFiles(last).checkpoint);
  const trained = await remembered(join(folder, 'trained.json'), measured, async () =>
    measure('trained model', model, await held(), config.seed),
  );
  if (signal.aborted) return;

  const shown = shownCases(await held(), config.heldOut.shown, config.seed);
  const files = realFiles();
  const real = await Promise.all(files.map(readRealImage));
  const reader = compiledReader(model);
  const ask = { grounded: true, signal };
  const question = reportQuestions[0];
  const readings = await reader.read(
    [...shown.map(({ volume }) => volume), ...real].map((volume) => ({ volume, question })),
    ask,
  );
  reader.dispose();
  disposeModel(model);
  const explained = real.map((volume) => explainModelInput(volume, model.config));

  const figures = figuresOf(untrained, trained, config.targets);
  const seconds = secondsSoFar();
  const page: PageData = {
    title: 'VividMed quickstart',
    summary: `A ${first.model.preset} model trained in ${stages.length} stages on ${Math.max(...stages.map(({ data }) => data.numCases))} drawn patients, measured on ${config.heldOut.numCases} others.`,
    run: {
      engine: `${engine.name}, ${engine.threads} threads`,
      seconds,
      seed: config.seed,
      parameters: countParams(vividMedSpec(model.config)),
    },
    stages: pageStages(stages, folderOf),
    figures,
    heldOut: shown.map((subject, i) => heldOutCase(subject, readings[i]!)),
    real: files.map(({ title, source }, i) => ({
      title,
      source,
      volume: real[i]!,
      generated: generatedReport(readings[shown.length + i]!),
    })),
    notice,
    commands: [
      { command: 'pnpm train --config configs/phantom/encoders.json', purpose: 'train stage by stage, from the first' },
      { command: 'pnpm quickstart --out runs/again --seed 1', purpose: 'the same with another seed' },
    ],
  };
  writeAtomic(join(folder, 'index.html'), renderPage(page));
  if (page.heldOut[0]) writeAtomic(join(folder, 'grounded-result.svg'), renderFigure(page.heldOut[0], { notice }));
  writeAtomic(runFiles(folder).weights, readFileSync(runFiles(last).checkpointWeights));
  const summary = {
    engine: engine.name,
    threads: engine.threads,
    seed: config.seed,
    seconds,
    stages: page.stages.map(({ name, steps, seconds: took }) => ({ name, steps, seconds: took })),
    figures,
    untrained,
    trained,
    weights: runFiles(folder).weights,
    notice,
  };
  writeJson(join(folder, 'summary.json'), summary);
  log(`\n${figuresText(figures)}\n`);
  const missed = figures.filter((figure) => !isReached(figure));
  if (missed.length > 0) log(`Short of its target: ${missed.map(({ label }) => label).join('; ')}.`);
  for (const [i, file] of files.entries())
    log(`${file.title}: ${readings[shown.length + i]!.text}\n${explained[i]!}\n`);
  log(`Open ${join(folder, 'index.html')}. ${notice}`);
  result({ folder, seconds, figures });
}
