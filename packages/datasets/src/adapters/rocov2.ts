import type { z } from 'zod';
import type { Dataset } from '../dataset.js';
import { type DatasetFolder, openFolder } from '../tables/dataset-folder.js';
import { parquetShards, type Shard } from '../tables/parquet-images.js';
import { readParquetRows } from '../tables/parquet.js';
import { indexBy, textIn } from '../tables/rows.js';
import { hasTable, readTable } from '../tables/table.js';
import { AdapterOptions, datasetOf, type DatasetRecord, imageOf, parseOptions, shardImageOf } from './records.js';

const name = 'rocov2';

interface RocoRecord extends DatasetRecord {
  caption: string;
  modality: string;
  shard?: { file: string; row: number };
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
 * ROCOv2 (Rückert et al. 2024), in one of two forms:
 *
 * - zenodo.org/records/10821435: `{train,valid,test}_captions.csv` (ID, Caption), `{train,valid,test}_concepts.csv` (ID, CUIs joined by
 *   `;`) and `train_images/ID.jpg`, or `train/ID.jpg`, or the same in `train_images.zip`;
 * - Hugging Face (eltorio/ROCOv2-radiology): `data/train-00000-of-00027.parquet` with image, image_id, caption and cui, a list.
 *
 * The modality comes from the concepts, `OT` where they name none or several. Concepts say what a caption mentions, not what is seen, and
 * make no targets.
 *
 * @throws {VividMedError} `data`, for missing files and columns, empty captions and ids that are there twice
 */
export async function rocoV2(path: string, options: z.input<typeof AdapterOptions> = {}): Promise<Dataset> {
  const given = parseOptions(name, AdapterOptions, options);
  const folder = await openFolder(name, path, { archives: /^(?:train|valid|test)(?:_images)?\.zip$/ });
  const shards = await parquetShards(folder);
  const records = shards.length > 0 ? await shardRecords(folder, shards) : await tableRecords(folder);
  return datasetOf(folder, records, given, async ({ where, entry, caption, modality, shard }) => ({
    id: entry.id,
    volume: await (shard
      ? shardImageOf(folder, where, shard, modality)
      : imageOf(folder, where, entry.files[0]!, modality)),
    masks: {},
    boxes: {},
    present: [],
    absent: [],
    caption,
  }));
}

const modalityOf = (concepts: readonly string[]): string => {
  const found = concepts.flatMap((concept) => modalityOfConcept[concept.trim()] ?? []);
  return found.length === 1 ? found[0]! : 'OT';
};

async function shardRecords(folder: DatasetFolder, shards: readonly Shard[]): Promise<RocoRecord[]> {
  const records: RocoRecord[] = [];
  for (const { file, split } of shards) {
    const rows = await readParquetRows(folder, file, { needed: ['image_id', 'caption'], wanted: ['cui'] });
    rows.forEach((row, i) => {
      const id = textIn(row, 'image_id');
      records.push({
        where: row.where,
        entry: { id, patient: id, split, files: [file] },
        caption: textIn(row, 'caption'),
        modality: modalityOf(row.cells.cui.match(/C\d{7}/g) ?? []),
        shard: { file, row: i },
      });
    });
  }
  return records;
}

async function tableRecords(folder: DatasetFolder): Promise<RocoRecord[]> {
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
      records.push({
        where: row.where,
        entry: { id, patient: id, split, files: [`${images}/${id}.jpg`] },
        caption: textIn(row, 'Caption'),
        modality: modalityOf(concepts.get(id)?.cells.CUIs.split(';') ?? []),
      });
    }
  }
  return records;
}
