import { check } from '@vividmed/core';
import { findDicomImages, readPng } from '@vividmed/imaging';
import type { Dataset, DatasetEntry } from '../dataset.js';
import { labelsOf } from '../taxonomy/labels.js';
import { checkNotEmpty } from './label-map-set.js';
import { masksOfLabels, targetsOf } from './label-masks.js';
import { labelledStudy, type MaskSetOptions } from './labelled-study.js';
import { inFile, openFolder, parseFile, type DatasetFolder, stemOf, under } from '../tables/dataset-folder.js';

/** The folders of a series and of the label images of its slices. */
interface Place {
  id: string;
  dicom: string;
  ground: string;
}

const placesOf = {
  'chaos-ct': (id: string): Place[] => [{ id, dicom: 'DICOM_anon', ground: 'Ground' }],
  // The second echo shows the same slices, with the labels of the first.
  'chaos-mr': (id: string): Place[] => [
    { id: `${id}:T1DUAL-in`, dicom: 'T1DUAL/DICOM_anon/InPhase', ground: 'T1DUAL/Ground' },
    { id: `${id}:T1DUAL-out`, dicom: 'T1DUAL/DICOM_anon/OutPhase', ground: 'T1DUAL/Ground' },
    { id: `${id}:T2SPIR`, dicom: 'T2SPIR/DICOM_anon', ground: 'T2SPIR/Ground' },
  ],
} as const;

async function open(name: 'chaos-ct' | 'chaos-mr', path: string, { targets }: MaskSetOptions): Promise<Dataset> {
  const folder = await openFolder(name, path);
  const entries: DatasetEntry[] = [];
  const places = new Map<string, Place>();
  for (const patient of (await folder.list()).folders) {
    if (!/^\d+$/.test(patient)) continue;
    for (const place of placesOf[name](patient)) {
      const [dicom, ground] = [under(patient, place.dicom), under(patient, place.ground)];
      const slices = (await folder.list(dicom)).files.filter(
        (file) => stemOf(file.toLowerCase(), '.dcm') !== undefined,
      );
      const maps = (await folder.list(ground)).files.filter((file) => stemOf(file.toLowerCase(), '.png') !== undefined);
      check(
        slices.length > 0 && slices.length === maps.length,
        'data',
        `${name}: ${ground}: expected a label image for each of ${slices.length} slices of ${dicom}, found ${maps.length}.`,
      );
      const files = [...slices.map((file) => under(dicom, file)), ...maps.map((file) => under(ground, file))];
      entries.push({ id: place.id, patient, split: 'train', files });
      places.set(place.id, { id: place.id, dicom, ground });
    }
  }
  checkNotEmpty(name, entries);
  const classes = labelsOf(name);
  return {
    name,
    entries,
    read: async ({ id, files }) => {
      const place = places.get(id);
      check(place, 'data', `${name}: expected an entry of this data set, found "${id}".`);
      const { volume, labels } = await readSeries(folder, place, files);
      const masks = masksOfLabels(`${name}: ${place.ground}`, labels, classes, { targets });
      const labelled = targetsOf(classes).filter((target) => targets?.includes(target) ?? true);
      return labelledStudy({ id, volume, masks, labelled });
    },
  };
}

/** Label images are in the order of the names of the slices, which is not always that of their positions. */
async function readSeries(folder: DatasetFolder, { dicom, ground }: Place, files: readonly string[]) {
  const filesIn = (parent: string): string[] => files.filter((file) => file.startsWith(`${parent}/`));
  const [slices, maps] = [filesIn(dicom), filesIn(ground)];
  // Each file of the set is of a series of its own.
  const { images, skipped } = await findDicomImages(
    slices.map((file) => () => folder.bytes(file)),
    { ignoresUids: true },
  );
  const [failed] = skipped;
  if (failed) throw inFile(folder, slices[failed.index] ?? '', failed.error);
  const [image] = images;
  check(
    image !== undefined && image.files.length === slices.length,
    'data',
    `${folder.name}: ${dicom}: expected ${slices.length} slices of one size at places of their own, found ${image?.files.length ?? 0}.`,
  );
  const volume = await image.read();
  const [, height, width] = volume.shape;
  const labels = new Uint8Array(volume.data.length);
  for (const [d, i] of image.files.entries()) {
    const file = maps[i]!;
    const map = await parseFile(folder, file, (bytes) => readPng(bytes));
    check(
      map.shape[1] === height && map.shape[2] === width,
      'data',
      `${folder.name}: ${file}: expected ${height} x ${width} pixels as the slices have, found ${map.shape.slice(1).join(' x ')}.`,
    );
    labels.set(map.data, d * height * width);
  }
  return { volume, labels };
}

/**
 * CHAOS, CT (Kavur et al. 2021): `1/DICOM_anon/i0000,0000b.dcm` and `1/Ground/liver_GT_000.png`, one label image a slice in the order of
 * their names, white where the liver is; the path is that of `Train_Sets/CT`.
 *
 * @throws {VividMedError} `data`
 */
export const chaosCt = (path: string, options: MaskSetOptions = {}): Promise<Dataset> =>
  open('chaos-ct', path, options);

/**
 * CHAOS, MR: `1/T1DUAL/DICOM_anon/{InPhase,OutPhase}/IMG-0004-00001.dcm`, `1/T2SPIR/DICOM_anon/IMG-0003-00001.dcm` and a folder `Ground`
 * beside each `DICOM_anon`, with a grey value an organ; the path is that of `Train_Sets/MR`. Each series is an entry.
 *
 * @throws {VividMedError} `data`
 */
export const chaosMr = (path: string, options: MaskSetOptions = {}): Promise<Dataset> =>
  open('chaos-mr', path, options);
