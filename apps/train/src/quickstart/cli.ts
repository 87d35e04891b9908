import { runCommand } from '@vividmed/command';
import { quickstart } from './quickstart.js';

process.exitCode = await runCommand(process.argv.slice(2), {
  usage:
    'pnpm quickstart\n\nTrains the three stages on chest phantoms, measures the model on phantoms it never saw and reads two\nreal images. Interrupted, it goes on where it stopped.',
  run: quickstart,
});
