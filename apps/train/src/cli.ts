import { type Command, runCommand } from '@vividmed/command';
import { dataCheck } from './data-check/data-check.js';
import { dataEvaluate } from './data-evaluate/evaluate.js';
import { train } from './train.js';

/** Commands about the data sets of a stage, by the word after `data`. */
const dataCommands: Readonly<Record<string, Command>> = {
  check: {
    usage:
      'pnpm train data check --config FILE\n\nSays what the data sets of a stage hold, and draws some of their images.',
    run: dataCheck,
  },
  evaluate: {
    usage:
      'pnpm train data evaluate --config FILE\n\nMeasures a finished stage on every split of its data sets, beside the untrained model.',
    run: dataEvaluate,
  },
};
const trainCommand: Command = {
  usage:
    'pnpm train --config FILE\npnpm train data check --config FILE\npnpm train data evaluate --config FILE\n\nRuns one stage of training, or goes on with it where it stopped; or looks at its data sets.',
  run: train,
};

const argv = process.argv.slice(2);
const [first, second = ''] = argv;
const dataCommand = first === 'data' && Object.hasOwn(dataCommands, second) ? dataCommands[second] : undefined;
process.exitCode = await (dataCommand ? runCommand(argv.slice(2), dataCommand) : runCommand(argv, trainCommand));
