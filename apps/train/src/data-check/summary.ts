import type { DatasetEntry, Leak } from '@vividmed/datasets';
import { stampFiles } from '@vividmed/datasets/node';
import { type OpenSource, isInSplit } from '../data/sources.js';
import type { SampledStudy } from './sample.js';

/** How often each name occurs, the most frequent first. */
export type Histogram = Record<string, number>;

/** What is known of a source without opening an image, and of the studies that were opened. */
export interface SourceSummary {
  dataset: string;
  split: string | null;
  /** Studies that the stage draws from. */
  studies: number;
  patients: number;
  /** Studies of each split of the data set. */
  splits: Histogram;
  /** Studies with files that are not there, by id. */
  missing: string[];
  /** Targets that the tables name, in the studies that the stage draws from. */
  present: Histogram;
  absent: Histogram;
  /** Of the studies that were opened. */
  sample: {
    studies: number;
    failed: string[];
    shapes: Histogram;
    spacingMm: Histogram;
    modalities: Histogram;
    masks: Histogram;
    boxes: Histogram;
    texts: string[];
  };
}

export function histogram(names: Iterable<string>): Histogram {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)));
}

/** Ids of the studies with files that are not there. */
async function missingOf(entries: readonly DatasetEntry[], folder: string): Promise<string[]> {
  const missing: string[] = [];
  for (const { id, files } of entries) await stampFiles(folder, files).catch(() => missing.push(id));
  return missing;
}

export async function summarise(
  { source, dataset, entries }: OpenSource,
  { studies, failed }: { studies: readonly SampledStudy[]; failed: string[] },
): Promise<SourceSummary> {
  return {
    dataset: dataset.name,
    split: source.split,
    studies: entries.length,
    patients: new Set(entries.map(({ patient }) => patient)).size,
    splits: histogram(dataset.entries.map(({ split }) => split ?? 'train')),
    missing: await missingOf(entries, source.folder),
    present: histogram(entries.flatMap(({ present = [] }) => present)),
    absent: histogram(entries.flatMap(({ absent = [] }) => absent)),
    sample: {
      studies: studies.length,
      failed,
      shapes: histogram(studies.map(({ shape }) => shape.join(' x '))),
      spacingMm: histogram(studies.map(({ spacingMm }) => spacingMm.map((size) => size.toFixed(2)).join(' x '))),
      modalities: histogram(studies.map(({ modality }) => modality)),
      masks: histogram(studies.flatMap(({ masks }) => masks)),
      boxes: histogram(studies.flatMap(({ boxes }) => Object.keys(boxes).filter((name) => boxes[name]! > 0))),
      texts: studies.flatMap(({ text }) => (text === undefined ? [] : [text])).slice(0, 3),
    },
  };
}

const line = (counts: Histogram, most = 12): string => {
  const all = Object.entries(counts);
  const shown = all.slice(0, most).map(([name, count]) => `${name} ${count}`);
  return all.length === 0 ? 'none' : [...shown, ...(all.length > most ? [`${all.length - most} more`] : [])].join(', ');
};

/** A summary in lines that people read. */
export function explainSummary({ dataset, split, sample, ...summary }: SourceSummary): string {
  const rows: [string, string][] = [
    [
      'studies',
      `${summary.studies} of ${summary.patients} patients in ${split === null ? 'all splits' : `split ${split}`}; in all: ${line(summary.splits)}`,
    ],
    [
      'files',
      summary.missing.length === 0
        ? 'all there'
        : `missing for ${summary.missing.length} studies, such as ${summary.missing.slice(0, 5).join(', ')}`,
    ],
    ['known to be there', line(summary.present)],
    ['known not to be', line(summary.absent)],
    ['opened', `${sample.studies}, ${sample.failed.length} failed`],
    ...sample.failed.map((message): [string, string] => ['', message.split('\n')[0]!]),
    ['shapes', line(sample.shapes)],
    ['spacing in mm', line(sample.spacingMm)],
    ['modalities', line(sample.modalities)],
    ['masks', line(sample.masks)],
    ['boxes', line(sample.boxes)],
    ...sample.texts.map((text, i): [string, string] => [
      i === 0 ? 'texts' : '',
      text.length > 160 ? `${text.slice(0, 160)}…` : text,
    ]),
  ];
  return [dataset, ...rows.map(([name, value]) => `  ${name.padEnd(18)}${value}`)].join('\n');
}

/** Leaks counted by what is shared. */
export const countLeaks = (leaks: readonly Leak[]): Histogram => histogram(leaks.map(({ kind }) => kind));

/** Patients in two splits of one data set, found in its tables. */
export const patientsOf = ({
  dataset,
}: OpenSource): { dataset: string; id: string; split: string; patient: string }[] =>
  dataset.entries.map(({ id, patient, split = 'train' }) => ({ dataset: dataset.name, id, split, patient }));

/** The sources of all splits of the data sets of a config, each once, to be compared. */
export function splitsOf(open: readonly OpenSource[]): OpenSource[] {
  const seen = new Set<string>();
  return open.flatMap(({ source, dataset }) => {
    if (seen.has(`${source.dataset} ${source.folder}`)) return [];
    seen.add(`${source.dataset} ${source.folder}`);
    return (['train', 'validate', 'test'] as const).flatMap((split): OpenSource[] => {
      const entries = dataset.entries.filter((entry) => isInSplit(entry, split));
      return entries.length === 0 ? [] : [{ source: { ...source, split }, dataset, entries }];
    });
  });
}
