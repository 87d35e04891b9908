import { check } from '@vividmed/core';
import { readLabelMap } from '@vividmed/imaging';
import type { Dataset, DatasetEntry } from '../dataset.js';
import { openFolder, parseFile, type DatasetFolder } from '../tables/dataset-folder.js';
import { textIn } from '../tables/rows.js';
import { readTable } from '../tables/table.js';
import { labelsOf } from '../taxonomy/labels.js';
import type { Volume } from '../volume.js';
import { checkSameGrid } from './grid.js';
import { checkNotEmpty, readVolume } from './label-map-set.js';
import { masksOfLabels, maskOfClass, targetsOf } from './label-masks.js';
import { labelledStudy, type MaskSetOptions } from './labelled-study.js';

const name = 'prostate158';
const CANCER = 'prostate tumor';

/** The columns of each sequence: the image, and the file of its cancer; the zones are drawn once, on the first. */
const sequences = [
  ['t2', 't2_tumor_reader1'],
  ['adc', 'adc_tumor_reader1'],
  ['dwi', 'adc_tumor_reader1'],
] as const;

/**
 * Prostate158 (Adams et al. 2022; zenodo.org/records/6481141): `train.csv` and `valid.csv` (ID, t2, adc, dwi, t2_anatomy_reader1,
 * t2_tumor_reader1, adc_tumor_reader1: files from the folder, `train/020/t2.nii.gz`); the path is that of `prostate158_train`. The three
 * images of a patient are on one grid, each an entry. What is not 0 in a file of cancer is cancer; where there is none, `empty.nii.gz` stands
 * in the table. A cell without a file leaves it unknown.
 *
 * Source: the original's program (function2-llx/MMMM@86bdaa9, scripts/data/local/processors/Prostate158.py) and programs of users.
 *
 * @throws {VividMedError} `data`
 */
export async function prostate158(path: string, { targets }: MaskSetOptions = {}): Promise<Dataset> {
  const folder = await openFolder(name, path);
  const entries: DatasetEntry[] = [];
  for (const [table, split] of [
    ['train.csv', 'train'],
    ['valid.csv', 'validate'],
  ] as const) {
    const rows = await readTable(folder, table, {
      needed: ['ID', 't2', 't2_anatomy_reader1'],
      wanted: ['adc', 'dwi', 't2_tumor_reader1', 'adc_tumor_reader1'],
    });
    for (const row of rows) {
      const patient = textIn(row, 'ID');
      for (const [sequence, tumor] of sequences) {
        if (row.cells[sequence] === '') continue;
        const cancer = row.cells[tumor].trim();
        const files = [textIn(row, sequence), textIn(row, 't2_anatomy_reader1'), ...(cancer === '' ? [] : [cancer])];
        entries.push({ id: `${patient}:${sequence}`, patient, split, files });
      }
    }
  }
  checkNotEmpty(name, entries);
  const known = new Set(entries.map(({ id }) => id));
  return {
    name,
    entries,
    read: async (entry) => {
      check(known.has(entry.id), 'data', `${name}: expected an entry of this data set, found "${entry.id}".`);
      return readCase(folder, entry, targets);
    },
  };
}

async function readCase(
  folder: DatasetFolder,
  { id, files: [image = '', zones = '', cancer] }: DatasetEntry,
  targets: MaskSetOptions['targets'],
): ReturnType<Dataset['read']> {
  const volume = await readVolume(folder, image, { modality: 'MR' });
  const classes = labelsOf(name);
  const masks = masksOfLabels(`${name}: ${zones}`, await labelsIn(folder, zones, volume), classes, { targets });
  const isWanted = (target: string): boolean => targets?.includes(target) ?? true;
  const found = cancer && isWanted(CANCER) ? maskOfClass(await labelsIn(folder, cancer, volume)) : undefined;
  return labelledStudy({
    id,
    volume,
    masks: found ? { ...masks, [CANCER]: found } : masks,
    labelled: [...targetsOf(classes), ...(cancer ? [CANCER] : [])].filter(isWanted),
  });
}

async function labelsIn(folder: DatasetFolder, file: string, volume: Volume): Promise<ArrayLike<number>> {
  const map = await parseFile(folder, file, (bytes) => readLabelMap(bytes));
  checkSameGrid(`${name}: ${file}`, volume, map);
  return map.labels;
}
