import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '@vividmed/core';
import { disposeParams } from '@vividmed/nn';
import { initVividMed } from '@vividmed/vlm';
import { type CommandContext, createProgress, startEngine } from '@vividmed/command';
import { readTrainConfig } from '../config-file.js';
import { contactSheet } from '../data-check/contact-sheet.js';
import { type Picture, pictureOf } from '../data-check/sample.js';
import type { ModelInUse } from '@vividmed/inference';
import { openModel } from '@vividmed/inference/node';
import { writeAtomic, writeJson } from '@vividmed/core/node';
import { defaultFolder, runFiles } from '../run-folder.js';
import { scoreAnswers, scoreTargets } from './answers.js';
import { diceOfTargets, findMasks } from './masks.js';
import { readSplits, type SplitStudies } from './studies.js';
import { explainScores, type Scores, type SplitScores } from './table.js';

/** Images of a split that are drawn, with their masks as they are and as they were found. */
const numDrawn = 4;

/** What a model finds in the images of a split, and how right it is. */
function measure(
  model: ModelInUse,
  { images }: SplitStudies,
  asks: { masks: boolean; answers: boolean },
  onProgress: (done: number) => void,
): Scores & { found: Record<string, Uint8Array>[] } {
  const found = asks.masks ? findMasks(model, images, onProgress) : [];
  const masks = asks.masks ? diceOfTargets(images, found) : {};
  const answers = asks.answers ? scoreTargets(scoreAnswers(model, images, onProgress)) : {};
  return { masks, answers, found };
}

/** Some images with their masks, each followed by the same slice with what was found, in the same colours. */
const picturesOf = ({ images }: SplitStudies, found: readonly Record<string, Uint8Array>[]): Picture[] =>
  images.slice(0, numDrawn).flatMap(({ study }, i) => {
    const truth = pictureOf({ ...study, boxes: {} });
    const [from, to] = [truth.slice, truth.slice + 1].map((slice) => slice * truth.height * truth.width);
    const regions = truth.regions.map(({ name }) => ({ name, boxes: [], mask: found[i]![name]!.slice(from, to) }));
    return [truth, { ...truth, regions }];
  });

/**
 * `pnpm train data evaluate`: a finished stage on every split of its data sets, beside the same model before training. Dice of
 * masks on the grid of the model's image where presence is a task, and answers about abnormalities where questions are.
 *
 * @throws {VividMedError} config without data sets, checkpoint for a stage that is not finished
 */
export async function dataEvaluate(context: CommandContext): Promise<void> {
  const { options, log, result, signal } = context;
  check(options.config !== undefined, 'config', 'train data evaluate: expected --config FILE, found none.');
  const config = readTrainConfig(options.config, options);
  if (options.printConfig) return result(config);
  check(config.data.sources, 'config', `${options.config}: expected data.sources to evaluate on, found none.`);
  const folder = options.out ?? defaultFolder(options.config, config);
  const files = runFiles(folder);
  check(
    existsSync(files.finished),
    'checkpoint',
    `${folder}: expected a finished stage, found none.`,
    'Run pnpm train with the same --config and --out first.',
  );
  await startEngine(context);
  const trained = await openModel(files.checkpoint);
  const untrained = { ...trained, params: initVividMed(trained.config, config.seed) };
  try {
    let reading: ReturnType<typeof createProgress> | undefined;
    const splits = await readSplits(config, trained.config, folder, (done, total) => {
      reading ??= createProgress({ label: 'reading', total, unit: 'studies' });
      reading.update(done);
    });
    reading?.done();
    const { targetPresence, groundedReport, visualQuestions } = config.tasks;
    const asks = { masks: targetPresence + groundedReport > 0, answers: visualQuestions > 0 };
    const scores: SplitScores[] = [];
    for (const split of splits) {
      if (signal.aborted) return;
      const { dataset, split: name, numStudies, images } = split;
      const progress = createProgress({ label: `${dataset} ${name}`, total: 2 * images.length, unit: 'images' });
      const { found, ...own } = measure(trained, split, asks, (done) => progress.update(done));
      const { found: _, ...before } = measure(untrained, split, asks, (done) => progress.update(images.length + done));
      progress.done();
      scores.push({
        dataset,
        split: name,
        studies: numStudies,
        images: images.length,
        trained: own,
        untrained: before,
      });
      if (asks.masks) writeAtomic(join(folder, `masks-${dataset}-${name}.png`), contactSheet(picturesOf(split, found)));
    }
    writeJson(join(folder, 'evaluation.json'), scores);
    for (const score of scores) log(`\n${explainScores(score)}`);
    result({ folder, splits: scores });
  } finally {
    disposeParams(trained.params);
    disposeParams(untrained.params);
  }
}
