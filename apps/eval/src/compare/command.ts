import { applyAssignments, type CommandContext } from '@vividmed/command';
import { check, VividMedError } from '@vividmed/core';
import { z } from 'zod';
import { evaluationFiles } from '../folder.js';
import { compareFolders } from './compare.js';

const Settings = z.strictObject({ trials: z.number().int().positive().optional() });

/** What `--set` may say: how many trials. */
function parseSettings(assignments: readonly string[]): { trials?: number } {
  const { success, data, error } = Settings.safeParse(applyAssignments({}, assignments));
  if (!success)
    throw new VividMedError('config', `compare: expected --set trials=NUMBER, found ${error.issues[0]!.message}.`);
  return data.trials === undefined ? {} : { trials: data.trials };
}

/** `pnpm eval compare A B`: whether two evaluations of the same samples differ by more than chance. */
export async function compare(folders: readonly string[], { options, log, result }: CommandContext): Promise<void> {
  const [first, second, ...more] = folders;
  check(
    first !== undefined && second !== undefined && more.length === 0,
    'config',
    `compare: expected two folders of evaluations, found ${folders.length}.`,
    'pnpm eval compare runs/eval/one runs/eval/other',
  );
  const randomisation = { seed: options.seed ?? 0, ...parseSettings(options.set) };
  const compared = await compareFolders(evaluationFiles(first), evaluationFiles(second), randomisation);
  for (const comparison of compared) {
    const { dataset, label, difference, pValue, n, profile } = comparison;
    const sign = difference >= 0 ? '+' : '';
    log(
      `${dataset}, ${label} (${profile}): ${sign}${difference.toFixed(4)} for the first, p = ${pValue.toFixed(4)}, ${n} samples`,
    );
    result(comparison);
  }
}
