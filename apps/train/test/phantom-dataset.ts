import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Box,
  type Case,
  type Dataset,
  type DatasetEntry,
  generatePhantom,
  isTarget,
  type Study,
} from '@vividmed/datasets';
import { readLabelMap, readNifti, writeNifti } from '@vividmed/imaging';
import { readImage } from '@vividmed/imaging/node';
import { encode } from 'fast-png';

/** A line of `studies.jsonl`. */
interface Row {
  id: string;
  patient: string;
  split: 'train' | 'test';
  image: string;
  labels?: string;
  /** Name of each label, from 1. */
  names: string[];
  boxes: Record<string, Box[]>;
  absent: string[];
  plane: string;
  findings: string;
}

const volumeOf = ({ volume }: Case) => ({
  ...volume,
  affine: [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0],
  spacingSource: { plane: 'header', depth: 'header' } as const,
  unit: 'HU' as const,
  storableRange: [-1024, 3071] as const,
  source: { format: 'nifti', photometric: 'MONOCHROME2' } as const,
  warnings: [],
});

/** Writes phantoms as files: CTs as NIfTI with label maps, radiographs as PNG, and a table. Sizes differ from study to study. */
export async function writePhantoms(folder: string, numPatients: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const rows: Row[] = [];
  for (let i = 0; i < numPatients; i++) {
    const { ct, radiograph } = generatePhantom(500 + i, {
      ctShape: [24 + 4 * (i % 3), 24, 26 + 6 * (i % 2)],
      radiographSize: [24 + 8 * (i % 2), 30],
      sliceSize: [24, 24],
    });
    const patient = `patient${i}`;
    const split = i % 4 === 3 ? 'test' : 'train';
    const truthOf = ({ boxes, masks, plane, report }: Case) => ({
      patient,
      split,
      plane,
      names: Object.keys(masks).filter(isTarget),
      boxes: Object.fromEntries(Object.entries(boxes).filter(([name, found]) => isTarget(name) && found.length > 0)),
      absent: Object.keys(boxes).filter((name) => isTarget(name) && boxes[name as keyof typeof boxes].length === 0),
      findings: report.findings
        .flat()
        .map((part) => ('phrase' in part ? part.phrase : part.text))
        .join(''),
    });
    const truth = truthOf(ct);
    const labels = new Uint8Array(ct.volume.data.length);
    truth.names.forEach((name, k) =>
      ct.masks[name as keyof typeof ct.masks].forEach((is, at) => is && (labels[at] = k + 1)),
    );
    const volume = volumeOf(ct);
    writeFileSync(join(folder, `${i}.nii.gz`), await writeNifti(volume));
    writeFileSync(join(folder, `${i}-labels.nii.gz`), await writeNifti({ ...volume, labels }));
    rows.push({ id: `ct${i}`, image: `${i}.nii.gz`, labels: `${i}-labels.nii.gz`, ...truth } as Row);
    const [, height, width] = radiograph.volume.shape;
    const data = Uint16Array.from(radiograph.volume.data);
    writeFileSync(join(folder, `${i}.png`), encode({ width, height, data, depth: 16, channels: 1 }));
    rows.push({ id: `cr${i}`, image: `${i}.png`, ...truthOf(radiograph), names: [] } as Row);
  }
  writeFileSync(join(folder, 'studies.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

async function readRow(folder: string, row: Row): Promise<Study> {
  const { id, plane, boxes, absent, findings, image, labels, names } = row;
  const masks: Record<string, Uint8Array> = {};
  const known = { id, plane, boxes, absent, present: [], findings };
  if (labels === undefined)
    return { ...known, masks, volume: await readImage(join(folder, image), { modality: 'CR' }) };
  const { labels: values } = await readLabelMap(await readFile(join(folder, labels)));
  names.forEach((name, k) => {
    const mask = Uint8Array.from(values, (value) => (value === k + 1 ? 1 : 0));
    if (mask.includes(1)) masks[name] = mask;
  });
  const volume = (await readNifti(await readFile(join(folder, image)), { modality: 'CT' })).volume(0);
  return { ...known, masks, volume };
}

/** What `data.adapters` of a config names. */
export async function openDataset(name: string, folder: string): Promise<Dataset> {
  const lines = readFileSync(join(folder, 'studies.jsonl'), 'utf8').trimEnd().split('\n');
  const rows = new Map(
    lines.map((line) => {
      const row = JSON.parse(line) as Row;
      return [row.id, row];
    }),
  );
  const entries = [...rows.values()].map(({ id, patient, split, image, labels, boxes, absent }): DatasetEntry => ({
    id,
    patient,
    split,
    files: labels === undefined ? [image] : [image, labels],
    present: Object.keys(boxes),
    absent,
  }));
  return { name, entries, read: (entry) => readRow(folder, rows.get(entry.id)!) };
}
