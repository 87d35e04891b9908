import { check } from '@vividmed/core';
import { findDicomImages } from '@vividmed/imaging';
import type { Dataset, DatasetEntry } from '../dataset.js';
import { checkNotEmpty } from './label-map-set.js';
import { labelledStudy } from './labelled-study.js';
import { drawNodules, mergeReaders, voxelsOfNodule } from './lidc-nodules.js';
import { parseReadings } from './lidc-readings.js';
import { inFile, openFolder, type DatasetFolder, under } from '../tables/dataset-folder.js';

const NAME = 'lidc-idri';
const TARGET = 'nodule';
/** Patient, study, series; the readings that come apart are in folders by hundreds. */
const MAX_DEPTH = 5;

export interface LidcOptions {
  /** Nodules that fewer of the four readers outlined are left out, neither shown nor said to be absent; 1 unless given. */
  minReaders?: number;
}

interface Found {
  /** Folders with DICOM files, and these. */
  series: { folder: string; files: readonly string[] }[];
  /** Files of readings. */
  readings: string[];
}

async function walk(
  folder: DatasetFolder,
  at = '',
  depth = 0,
  found: Found = { series: [], readings: [] },
): Promise<Found> {
  const { files, folders } = await folder.list(at);
  const slices = files.filter((name) => name.toLowerCase().endsWith('.dcm'));
  if (slices.length > 0) found.series.push({ folder: at, files: slices });
  for (const name of files) if (name.toLowerCase().endsWith('.xml')) found.readings.push(under(at, name));
  if (depth < MAX_DEPTH) for (const name of folders) await walk(folder, under(at, name), depth + 1, found);
  return found;
}

/** Readings of a CT by the UID of its series; those of radiographs, `IdriReadMessage`, are passed over. */
async function readingsBySeries(folder: DatasetFolder, files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const bySeries = new Map<string, string>();
  for (const file of files) {
    const xml = new TextDecoder().decode(await folder.bytes(file));
    if (!xml.includes('<LidcReadMessage')) continue;
    const uid = /<SeriesInstanceUid>\s*([\d.]+)\s*</.exec(xml)?.[1];
    check(uid, 'data', `${NAME}: ${file}: expected SeriesInstanceUid in the ResponseHeader, found none.`);
    bySeries.set(uid, file);
  }
  return bySeries;
}

/**
 * LIDC-IDRI (TCIA): `LIDC-IDRI-0001/STUDY/SERIES/*.dcm`, with the readings as XML beside the slices or apart (`LIDC-XML-only`), anywhere
 * below the path. A series belongs to the readings that name its UID. The outlines of up to four readers are merged: those that share a
 * voxel are one nodule, of the voxels that half of its readers have. Nodules below 3 mm have a point and no outline: they are present, but
 * nowhere. Series without readings are left out.
 *
 * @throws {VividMedError} `data`
 */
export async function lidcIdri(path: string, { minReaders = 1 }: LidcOptions = {}): Promise<Dataset> {
  const folder = await openFolder(NAME, path);
  const found = await walk(folder);
  const readings = await readingsBySeries(folder, found.readings);
  const entries: DatasetEntry[] = [];
  for (const { folder: at, files } of found.series) {
    const first = under(at, files[0]!);
    const { images } = await findDicomImages([await folder.bytes(first)]);
    const id = images[0]?.reference.seriesInstanceUid ?? '';
    const reading = readings.get(id);
    if (reading === undefined) continue;
    const patient = at.split('/').find((part) => /^LIDC-IDRI-\d+$/.test(part)) ?? id;
    entries.push({ id, patient, files: [reading, ...files.map((name) => under(at, name))] });
  }
  checkNotEmpty(NAME, entries, 'Put the XML files of the readings below the same folder as the DICOM files.');
  return { name: NAME, entries, read: (entry) => readCase(folder, entry, minReaders) };
}

async function readCase(
  folder: DatasetFolder,
  { id, files: [reading = '', ...slices] }: DatasetEntry,
  minReaders: number,
): ReturnType<Dataset['read']> {
  const where = `${NAME}: ${reading}`;
  const { nodules } = parseReadings(where, new TextDecoder().decode(await folder.bytes(reading)));
  const { images, skipped } = await findDicomImages(slices.map((file) => () => folder.bytes(file)));
  const failed = skipped[0];
  if (failed) throw inFile(folder, slices[failed.index] ?? '', failed.error);
  const [image, ...others] = images;
  check(
    image !== undefined && others.length === 0,
    'data',
    `${NAME}: ${slices[0]}: expected one series in this folder, found ${images.length} images.`,
  );
  const volume = await image.read();
  const depthOf = new Map(image.reference.slices.map(({ sopInstanceUid }, depth) => [sopInstanceUid, depth]));
  const marks = nodules.map((nodule) => ({
    reader: nodule.reader,
    voxels: voxelsOfNodule(where, nodule, volume.shape, depthOf),
  }));
  const merged = mergeReaders(marks.filter(({ voxels }) => voxels.size > 0));
  const shown = merged.filter(({ numReaders }) => numReaders >= minReaders);
  const drawn = drawNodules(shown, volume.shape);
  const study = labelledStudy({
    id,
    volume,
    masks: shown.length > 0 ? { [TARGET]: drawn.mask } : {},
    boxes: shown.length > 0 ? { [TARGET]: drawn.boxes } : {},
    labelled: nodules.length === 0 ? [TARGET] : [],
  });
  const isNowhere = shown.length === 0 && marks.some(({ voxels }) => voxels.size === 0);
  return isNowhere ? { ...study, present: [TARGET] } : study;
}
