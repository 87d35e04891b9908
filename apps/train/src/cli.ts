import { runCommand } from './command.js';
import { train } from './train.js';

process.exitCode = await runCommand(process.argv.slice(2), {
  usage: 'pnpm train --config FILE\n\nRuns one stage of training, or goes on with it where it stopped.',
  run: train,
});
