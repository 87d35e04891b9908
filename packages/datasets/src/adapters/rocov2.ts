import type { z } from 'zod';
import type { Dataset } from '../dataset.js';
import { openFolder } from '../tables/dataset-folder.js';
import { indexBy, textIn } from '../tables/rows.js';
import { hasTable, readTable } from '../tables/table.js';
import { AdapterOptions, datasetOf, type DatasetRecord, imageOf, parseOptions } from './records.js';

const name = 'rocov2';

interface RocoRecord extends DatasetRecord {
  caption: string;
  modality: string;
}

/** Concepts of UMLS that name what made an image, with the modality of DICOM. Those for more than one are left out. */
const modalityOfConcept: Readonly<Record<string, string>> = {
  C0040405: 'CT',
  C0024485: 'MR',
  C1306645: 'DX',
  C0041618: 'US',
  C0032743: 'PT',
  C0002978: 'XA',
};

/**
 * ROCOv2 (Rückert et al. 2024; zenodo.org/records/10821435), unpacked: `{train,valid,test}_captions.csv` (ID, Caption),
 * `{train,valid,test}_concepts.csv` (ID, CUIs joined by `;`) and `train_images/ID.jpg`, or `train/ID.jpg`. The modality comes from the
 * concepts, `OT` where they name none or several. Concepts say what a caption mentions, not what is seen, and make no targets.
 *
 * @throws {VividMedError} `data`, for missing files and columns, empty captions and ids that are there twice
 */
export async function rocoV2(path: string, options: z.input<typeof AdapterOptions> = {}): Promise<Dataset> {
  const given = parseOptions(name, AdapterOptions, options);
  const folder = await openFolder(name, path);
  const records: RocoRecord[] = [];
  for (const [part, split] of [
    ['train', 'train'],
    ['valid', 'validate'],
    ['test', 'test'],
  ] as const) {
    const captions = await readTable(folder, `${part}_captions.csv`, { needed: ['ID', 'Caption'] });
    const file = `${part}_concepts.csv`;
    const conceptRows = (await hasTable(folder, file)) ? await readTable(folder, file, { needed: ['ID', 'CUIs'] }) : [];
    const concepts = indexBy(conceptRows, 'ID');
    const images = (await folder.list(part)).files.length > 0 ? part : `${part}_images`;
    for (const row of captions) {
      const id = textIn(row, 'ID');
      const found = concepts
        ?.get(id)
        ?.cells.CUIs.split(';')
        .flatMap((concept) => modalityOfConcept[concept.trim()] ?? []);
      records.push({
        where: row.where,
        entry: { id, patient: id, split, files: [`${images}/${id}.jpg`] },
        caption: textIn(row, 'Caption'),
        modality: found?.length === 1 ? found[0]! : 'OT',
      });
    }
  }
  return datasetOf(folder, records, given, async ({ where, entry, caption, modality }) => ({
    id: entry.id,
    volume: await imageOf(folder, where, entry.files[0]!, modality),
    masks: {},
    boxes: {},
    present: [],
    absent: [],
    caption,
  }));
}
