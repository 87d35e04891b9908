import { join } from 'node:path';
import type { CommandContext } from '@vividmed/command';
import { check } from '@vividmed/core';
import { compareFolders } from './compare.js';

/** `pnpm eval compare A B`: whether two evaluations of the same samples differ by more than chance. */
export async function compare(folders: readonly string[], { options, log, result }: CommandContext): Promise<void> {
  check(
    folders.length === 2,
    'config',
    `compare: expected two folders of evaluations, found ${folders.length}.`,
    'pnpm eval compare runs/eval/one runs/eval/other',
  );
  const [first, second] = folders.map((folder) => ({
    predictions: join(folder, 'predictions.jsonl'),
    references: join(folder, 'references.jsonl'),
  })) as [{ predictions: string; references: string }, { predictions: string; references: string }];
  for (const comparison of await compareFolders(first, second, options.seed ?? 0)) {
    const { dataset, label, difference, pValue, n, profile } = comparison;
    log(
      `${dataset}, ${label} (${profile}): ${difference >= 0 ? '+' : ''}${difference.toFixed(4)} for the first, p = ${pValue.toFixed(4)}, ${n} samples`,
    );
    result(comparison);
  }
}
