import { runCommand } from '@vividmed/command';
import { dataCheck } from './data-check/data-check.js';
import { train } from './train.js';

const argv = process.argv.slice(2);
const isDataCheck = argv[0] === 'data' && argv[1] === 'check';
process.exitCode = await (isDataCheck
  ? runCommand(argv.slice(2), {
      usage:
        'pnpm train data check --config FILE\n\nSays what the data sets of a stage hold, and draws some of their images.',
      run: dataCheck,
    })
  : runCommand(argv, {
      usage:
        'pnpm train --config FILE\npnpm train data check --config FILE\n\nRuns one stage of training, or goes on with it where it stopped; or looks at its data sets.',
      run: train,
    }));
