import { basename, join } from 'node:path';
import { type CommandContext, createProgress } from '@vividmed/command';
import { check } from '@vividmed/core';
import { writeAtomic } from '@vividmed/core/node';
import { findLeaks, leakTable } from '@vividmed/datasets';
import { colourOf } from '@vividmed/pages';
import { readTrainConfig } from '../config-file.js';
import { type OpenSource, openSources } from '../data/sources.js';
import { contactSheet } from './contact-sheet.js';
import { type SampledStudy, sampleSource } from './sample.js';
import { countLeaks, explainSummary, patientsOf, type SourceSummary, splitsOf, summarise } from './summary.js';

/** Studies of a source that are opened, and of each split of its data set that are compared. */
const numStudies = 12;
/** Lines of a table that people are shown. */
const numShown = 20;

/** What people call the colours of the palette, in its order. */
const colourNames = ['orange', 'light blue', 'pink', 'green', 'yellow', 'red', 'blue'] as const;

/** What each tile of the sheet shows, row by row. */
function legendOf(studies: readonly SampledStudy[]): string {
  const lines = studies.map(({ fingerprint: { dataset }, id, picture }, i) => {
    const names = picture.regions.map(({ name }, k) => `${name} (${colourNames[colourOf(k + 1).index]})`);
    return `  ${String(i + 1).padStart(3)}  ${dataset} ${id}: ${names.join(', ') || 'nothing marked'}`;
  });
  return ['tiles of the contact sheet, row by row:', ...lines].join('\n');
}

/**
 * `pnpm train data check`: what the data sets of a config hold, before a long run. All files are looked for and some studies are
 * opened; patients are compared across splits, and files, pictures and reports of the studies that are opened.
 *
 * @throws {VividMedError} data, at the end, when something is missing, cannot be read, or is in two splits
 */
export async function dataCheck({ options, log, result, signal }: CommandContext): Promise<void> {
  check(options.config !== undefined, 'config', 'train data check: expected --config FILE, found none.');
  const config = readTrainConfig(options.config, options);
  if (options.printConfig) return result(config);
  const { sources, adapters } = config.data;
  check(sources, 'config', `${options.config}: expected data.sources to check, found none.`);
  const open = await openSources(sources, adapters);
  const splits = splitsOf(open);
  const isOpened = ({ source: { dataset, folder, split } }: OpenSource): boolean =>
    open.some(({ source }) => source.dataset === dataset && source.folder === folder && source.split === split);
  const others = splits.filter((source) => !isOpened(source));
  const progress = createProgress({
    label: 'data check',
    total: [...open, ...others].reduce((sum, { entries }) => sum + Math.min(numStudies, entries.length), 0),
    unit: 'studies',
  });
  let done = 0;
  const onDone = (): void => progress.update(++done);
  const draw = { seed: config.seed, numStudies };
  const summaries: SourceSummary[] = [];
  const shown: SampledStudy[] = [];
  for (const source of open) {
    const sample = await sampleSource(source, draw, onDone);
    summaries.push(await summarise(source, sample));
    shown.push(...sample.studies);
    if (signal.aborted) return;
  }
  const opened = new Map(shown.map(({ fingerprint }) => [`${fingerprint.dataset} ${fingerprint.id}`, fingerprint]));
  for (const source of others) {
    for (const { fingerprint } of (await sampleSource(source, draw, onDone)).studies)
      opened.set(`${fingerprint.dataset} ${fingerprint.id}`, fingerprint);
    if (signal.aborted) return;
  }
  progress.done();
  const known = new Map(splits.flatMap(patientsOf).map((study) => [`${study.dataset} ${study.id}`, study]));
  const leaks = findLeaks([...known].map(([key, study]) => opened.get(key) ?? study));
  const folder = options.out ?? `runs/data-check/${basename(options.config, '.json')}`;
  const sheet = join(folder, 'contact-sheet.png');
  writeAtomic(sheet, contactSheet(shown.map(({ picture }) => picture)));

  for (const summary of summaries) log(`\n${explainSummary(summary)}`);
  log(`\n${legendOf(shown)}`);
  log(leaks.length === 0 ? '\nno study is in two splits' : `\n${leakTable(leaks.slice(0, numShown))}`);
  if (leaks.length > numShown) log(`and ${leaks.length - numShown} more`);
  result({ sources: summaries, leaks: countLeaks(leaks), sheet });
  const faults = summaries.reduce((sum, { missing, sample }) => sum + missing.length + sample.failed.length, 0);
  check(
    faults === 0 && leaks.length === 0,
    'data',
    `train data check: expected studies that are all there and in one split, found ${faults} missing or unreadable and ${leaks.length} shared.`,
  );
}
