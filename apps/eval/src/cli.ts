import { runCommand } from '@vividmed/command';
import { compare } from './compare/command.js';
import { evaluate } from './evaluate.js';
import { judgements } from './judgements/command.js';
import { splitArguments } from './arguments.js';

const usage = `pnpm eval --config FILE [--predictions FILE]
pnpm eval --config phantom
pnpm eval compare FOLDER FOLDER
pnpm eval judgements FILE...

Measures a model, or predictions of any model, and fills the tables of the paper; compares two evaluations; sums up
what readers judged.

  --predictions FILE  the same as --set predictions=FILE`;

const { command, names, rest } = splitArguments(process.argv.slice(2));
process.exitCode = await runCommand(rest, {
  usage,
  run: (context) =>
    command === 'compare'
      ? compare(names, context)
      : command === 'judgements'
        ? judgements(names, context)
        : evaluate(context),
});
