import { dirname, join } from 'node:path';
import type { CommandContext } from '@vividmed/command';
import { check, VividMedError } from '@vividmed/core';
import { readJson, writeAtomic } from '@vividmed/core/node';
import { markdownTable } from '../tables/text.js';
import { Judgements } from './judgement.js';
import { judgementTable, summarise } from './summary.js';

function readJudgements(path: string): Judgements {
  const parsed = Judgements.safeParse(readJson(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new VividMedError(
      'data',
      `${path}: expected judgements, found a fault at ${issue!.path.join('.') || 'the top'}: ${issue!.message}.`,
      { hint: 'the page for judgements saves such a file.' },
    );
  }
  return parsed.data;
}

/** `pnpm eval judgements FILES`: what readers said, counted as the paper counts it. */
export function judgements(files: readonly string[], { options, log, result }: CommandContext): Promise<void> {
  check(files.length > 0, 'config', 'judgements: expected files that the page for judgements saved, found none.');
  const all = files.map(readJudgements);
  const pages = new Set(all.map(({ page }) => page));
  check(
    pages.size === 1,
    'data',
    `judgements: expected files of one page, found ${pages.size} pages.`,
    'readers of different cases are not summed up together.',
  );
  const summaries = all.map(summarise);
  summaries.forEach((summary) => {
    if (summary.unfinished > 0)
      log(`${summary.reader || 'a reader'}: ${summary.unfinished} reports are not done and are left out`);
    result(summary);
  });
  const text = markdownTable(judgementTable('Cases of the page', summaries));
  log(text);
  writeAtomic(join(options.out ?? dirname(files[0]!), 'judgements.md'), text);
  return Promise.resolve();
}
