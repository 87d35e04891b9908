import { check } from '@vividmed/core';
import type { Dataset } from '../dataset.js';
import { labelSetNames, labelsOf } from '../taxonomy/labels.js';
import type { Label } from '../taxonomy/labels/label.js';
import { type LabelMapCase, labelMapDataset } from './label-map-set.js';
import type { Parts } from './label-masks.js';
import type { MaskSetOptions } from './labelled-study.js';
import { pairedCases } from './paired-cases.js';
import { openFolder, type DatasetFolder } from '../tables/dataset-folder.js';

/** What of `dataset.json` is used: file names in it are not, since folders tell what is there. */
interface Description {
  labels: Readonly<Record<string, string>>;
  modality: Readonly<Record<string, string>>;
}

const wholes: Readonly<Record<string, Parts>> = {
  'msd-01-brain-tumour': { 'brain tumor': ['tumor core', 'enhancing tumor'] },
  'msd-03-liver': { liver: ['liver tumor'] },
  'msd-07-pancreas': { pancreas: ['pancreas tumor'] },
};

/** Text by number, as `dataset.json` keeps it. */
function record(where: string, value: unknown): Readonly<Record<string, string>> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  check(
    entries.length > 0 && entries.every(([key, text]) => /^\d+$/.test(key) && typeof text === 'string'),
    'data',
    `${where}: expected texts by number, found something else.`,
  );
  return Object.fromEntries(entries);
}

async function describe(folder: DatasetFolder): Promise<Description> {
  const where = `${folder.name}: dataset.json`;
  const text = new TextDecoder().decode(await folder.bytes('dataset.json'));
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  check(
    typeof parsed === 'object' && parsed !== null,
    'data',
    `${where}: expected JSON of an object, found other text.`,
  );
  const part = (key: string): Readonly<Record<string, string>> =>
    record(`${where}, ${key}`, Object.getOwnPropertyDescriptor(parsed, key)?.value);
  return { labels: part('labels'), modality: part('modality') };
}

/** The task whose classes have these names and values. */
function taskOf(labels: Description['labels']): string {
  const isSame = (classes: readonly Label[]): boolean =>
    classes.length === Object.keys(labels).length - 1 &&
    classes.every(({ name, value }) => labels[String(value)] === name);
  const task = labelSetNames.find((name) => name.startsWith('msd-') && isSame(labelsOf(name)));
  check(
    task,
    'data',
    `msd: dataset.json, labels: expected the classes of one of the ten tasks, found ${Object.values(labels).join(', ')}.`,
  );
  return task;
}

/**
 * A task of the Medical Segmentation Decathlon (Antonelli et al. 2022): `dataset.json`, `imagesTr/NAME.nii.gz`, `labelsTr/NAME.nii.gz`;
 * the path is that of the folder of the task, such as `Task03_Liver`. Its classes tell which task it is. Where a file holds several
 * sequences (tasks 1 and 5), each is an entry, `NAME:FLAIR`. Organs hold their tumors.
 *
 * @throws {VividMedError} `data`
 */
export async function msd(path: string, options: MaskSetOptions = {}): Promise<Dataset> {
  const folder = await openFolder('msd', path);
  const { labels, modality } = await describe(folder);
  const name = taskOf(labels);
  const sequences = Object.keys(modality)
    .sort((a, b) => Number(a) - Number(b))
    .map((number) => modality[number]!);
  const pairs = await pairedCases(folder, {
    images: 'imagesTr',
    labels: 'labelsTr',
    caseOf: (stem) => ({
      id: stem,
      patient: stem,
      split: 'train',
      labels: stem,
      modality: sequences[0] === 'CT' ? 'CT' : 'MR',
    }),
  });
  const cases: LabelMapCase[] =
    sequences.length === 1
      ? pairs
      : pairs.flatMap((pair) => sequences.map((sequence, index) => ({ ...pair, id: `${pair.id}:${sequence}`, index })));
  const parts = wholes[name] ?? {};
  return labelMapDataset({ ...folder, name }, { name, classes: labelsOf(name), parts, cases, ...options });
}
