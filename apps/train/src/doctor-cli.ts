import { runCommand } from '@vividmed/command';
import { doctor } from './doctor.js';

process.exitCode = await runCommand(process.argv.slice(2), {
  usage: 'pnpm run doctor\n\nSays which engines work on this machine, how fast each is, and which is chosen and why.',
  run: doctor,
});
