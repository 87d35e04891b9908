import {
  type Box,
  type DatasetEntry,
  epochOrder,
  type Fingerprint,
  perceptualHash,
  reportKey,
  type Study,
} from '@vividmed/datasets';
import { digestIn } from '@vividmed/datasets/node';
import { prepareBox, prepareMask } from '@vividmed/imaging';
import { chooseSlices, palette } from '@vividmed/pages';
import { describeFailure } from '../data/failure.js';
import { preparationOf, preparedVolume } from '@vividmed/inference';
import type { OpenSource } from '../data/sources.js';

/** Names drawn on a picture at most, each in its colour: boxes first, then the largest masks. */
const maxDrawn = palette.length;

/** One slice of a study as the model is shown it, with what is known of it there. */
export interface Picture {
  /** Which one. */
  slice: number;
  grey: Float32Array;
  height: number;
  width: number;
  /** Masks [height, width] and boxes of this slice, by name. */
  regions: { name: string; mask?: Uint8Array; boxes: readonly Box[] }[];
}

/** A study that was read to be looked at. */
export interface SampledStudy {
  id: string;
  shape: readonly number[];
  spacingMm: readonly number[];
  modality: string;
  masks: readonly string[];
  boxes: Readonly<Record<string, number>>;
  present: readonly string[];
  absent: readonly string[];
  text?: string;
  fingerprint: Fingerprint;
  picture: Picture;
}

const sizeOf = (mask: Uint8Array): number => mask.reduce((sum, value) => sum + value, 0);

/** The slice that shows most of what is known. */
export function pictureOf(study: Study): Picture {
  const record = preparationOf(study.volume);
  const { data, shape } = preparedVolume(study.volume);
  const [, height, width] = shape;
  const boxes = Object.entries(study.boxes)
    .filter(([, found]) => found.length > 0)
    .slice(0, maxDrawn)
    .map(([name, found]) => ({ name, mask: undefined, boxes: found.map((box) => prepareBox(record, box)) }));
  const masks = Object.entries(study.masks)
    .map(([name, mask]) => ({ name, mask, size: sizeOf(mask) }))
    .sort((a, b) => b.size - a.size)
    .slice(0, maxDrawn - boxes.length)
    .map(({ name, mask }) => ({ name, mask: prepareMask(record, mask), boxes: [] as Box[] }));
  // Boxes are of what is sought, and lie over the masks.
  const regions = [...masks, ...boxes];
  const slices = regions.map(({ mask, boxes: found }) => ({
    ...(mask && { mask }),
    boxes: found.map((box) => ({ box })),
  }));
  const [slice = 0] = chooseSlices(slices, shape, 1);
  const part = <T extends Float32Array | Uint8Array>(values: T): T =>
    // A part of an array is of its own type.
    values.slice(slice * height * width, (slice + 1) * height * width) as T;
  return {
    slice,
    grey: part(data),
    height,
    width,
    regions: regions.map(({ name, mask, boxes: found }) => ({
      name,
      ...(mask && { mask: part(Uint8Array.from(mask)) }),
      boxes: found.filter((box) => slice + 1 > box[0] && slice < box[3]),
    })),
  };
}

async function sampleStudy({ source, dataset }: OpenSource, entry: DatasetEntry): Promise<SampledStudy> {
  const study = await dataset.read(entry);
  const { volume, findings, impression, caption, questions = [] } = study;
  const digests = await Promise.all(entry.files.map(digestIn(source.folder)));
  const report = reportKey(study);
  const text = [findings, impression, caption, ...questions.map(({ question, answer }) => `${question} ${answer}`)]
    .filter((line) => line !== undefined)
    .join(' ');
  return {
    id: entry.id,
    shape: volume.shape,
    spacingMm: volume.spacingMm,
    modality: volume.modality,
    masks: Object.keys(study.masks),
    boxes: Object.fromEntries(Object.entries(study.boxes).map(([name, found]) => [name, found.length])),
    present: study.present,
    absent: study.absent,
    ...(text !== '' && { text }),
    fingerprint: {
      dataset: dataset.name,
      id: entry.id,
      split: entry.split ?? 'train',
      patient: entry.patient,
      files: digests.filter((digest) => digest !== undefined),
      pixels: perceptualHash(volume),
      ...(report !== undefined && { report }),
    },
    picture: pictureOf(study),
  };
}

/** Reads some studies of a source, chosen by the seed; what cannot be read is told by data set and id. */
export async function sampleSource(
  source: OpenSource,
  { seed, numStudies }: { seed: number; numStudies: number },
  onDone: () => void,
): Promise<{ studies: SampledStudy[]; failed: string[] }> {
  const { entries, dataset } = source;
  const order = epochOrder(seed, `check ${dataset.name}`, entries.length);
  const studies: SampledStudy[] = [];
  const failed: string[] = [];
  for (let i = 0; i < Math.min(numStudies, entries.length); i++) {
    const entry = entries[order(i)]!;
    try {
      studies.push(await sampleStudy(source, entry));
    } catch (error) {
      failed.push(`${dataset.name} ${entry.id}: ${describeFailure(error)}`);
    }
    onDone();
  }
  return { studies, failed };
}
