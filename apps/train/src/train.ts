import { type CommandContext, createProgress, startEngine } from '@vividmed/command';
import { check } from '@vividmed/core';
import { readTrainConfig } from './config-file.js';
import { generateCorpus } from './data/corpus.js';
import { defaultFolder } from './run-folder.js';
import { runStage } from './stage.js';

/** `pnpm train`: one stage, from its config into its run folder. */
export async function train({ options, log, result, signal }: CommandContext): Promise<void> {
  check(
    options.config !== undefined,
    'config',
    'train: expected --config FILE, found none.',
    'For example --config configs/phantom/stage-1.json',
  );
  const config = readTrainConfig(options.config, options);
  if (options.printConfig) return result(config);
  await startEngine({ options, log });
  const folder = options.out ?? defaultFolder(options.config, config);
  const { firstSeed, numCases } = config.data;
  let bar: ReturnType<typeof createProgress> | undefined;
  const stage = await runStage(config, {
    folder,
    signal,
    corpus: async () => {
      const progress = createProgress({ label: 'phantoms', total: numCases, unit: 'patients' });
      const corpus = await generateCorpus(firstSeed, numCases, (done) => progress.update(done));
      progress.done();
      return corpus;
    },
    onStep: ({ step, total, waitSeconds }) => {
      bar ??= createProgress({ label: config.name, total: config.steps, unit: 'steps', start: step - 1 });
      const waited = waitSeconds === undefined ? '' : `, waited ${(1000 * waitSeconds).toFixed(0)} ms for data`;
      bar.update(step, `loss ${total.toFixed(2)}${waited}`);
    },
    onSkip: (message) => log(`left out ${message}`),
  });
  bar?.done();
  result({ folder, ...stage });
}
