import { check } from '@vividmed/core';
import { z } from 'zod';
import type { Dataset, DatasetEntry } from '../dataset.js';
import { openFolder } from '../tables/dataset-folder.js';
import { readJsonLines } from '../tables/json.js';
import type { Box, Volume } from '../volume.js';
import {
  AdapterOptions,
  boxInside,
  datasetOf,
  defined,
  flatBox,
  imageOf,
  maskImageOf,
  parseOptions,
} from './records.js';
import { targetNamed } from './target-names.js';

const defaultName = 'folder';
const file = 'annotations.jsonl';

const FolderOptions = AdapterOptions.extend({
  name: z.string().min(1).default(defaultName).describe('What to call the data set, in errors and mixtures.'),
});

const Corners2 = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const Corners3 = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]);
const Names = z.array(z.string().min(1));

/** A line of `annotations.jsonl`. */
export const FolderLine = z.strictObject({
  image: z
    .string()
    .min(1)
    .describe('The file of the image, or a folder with one series, from the folder of the data set.'),
  id: z.string().min(1).optional().describe('Unique; the image unless given.'),
  patient: z.string().min(1).optional().describe('Whom it shows; the id unless given.'),
  split: z.enum(['train', 'validate', 'test']).optional(),
  modality: z
    .string()
    .regex(/^[A-Z]{2,16}$/)
    .default('OT')
    .describe(
      'DICOM modality. Of DICOM files their own counts. CT in NIfTI, NRRD and MetaImage means Hounsfield units.',
    ),
  plane: z.string().min(1).optional().describe('`axial`, `frontal`, …'),
  leftRightAxis: z.union([z.literal(0), z.literal(1), z.literal(2)]).optional(),
  present: Names.default([]).describe('Targets, or their synonyms, that are there.'),
  absent: Names.default([]).describe('Targets that are not.'),
  boxes: z
    .record(z.string(), z.array(z.union([Corners2, Corners3])))
    .default({})
    .describe(
      'By target: x0, y0, x1, y1 of a flat image in pixels, or d0, h0, w0, d1, h1, w1 in voxels, both as edges.',
    ),
  masks: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe('By target: an image of the same size, where what is not 0 is the target.'),
  findings: z.string().optional(),
  impression: z.string().optional(),
  caption: z.string().optional(),
  questions: z.array(z.strictObject({ question: z.string().min(1), answer: z.string().min(1) })).optional(),
});
export type FolderLine = z.infer<typeof FolderLine>;

/**
 * One's own data: a folder with images of any format that `@vividmed/imaging` reads and `annotations.jsonl`, one JSON object an image, as
 * `FolderLine` says. Names of targets may be synonyms of the taxonomy.
 *
 * @throws {VividMedError} `data`, for lines of another form, unknown targets and ids that are there twice; when an image is read, for boxes
 *   outside it and masks of another size
 */
export async function folderDataset(path: string, options: z.input<typeof FolderOptions> = {}): Promise<Dataset> {
  const given = parseOptions(defaultName, FolderOptions, options);
  const folder = await openFolder(given.name, path);
  const records = (await readJsonLines(folder, file, FolderLine)).map(({ where, value }) => {
    const line = { ...value, ...targetsOf(where, value) };
    const id = line.id ?? line.image;
    const shown = [...Object.keys(line.masks), ...Object.keys(line.boxes)];
    const entry: DatasetEntry = {
      id,
      patient: line.patient ?? id,
      ...(line.split && { split: line.split }),
      files: [line.image, ...Object.values(line.masks)],
      present: [...new Set([...line.present, ...shown])],
      absent: line.absent,
    };
    const both = entry.present!.find((target) => line.absent.includes(target));
    check(both === undefined, 'data', `${where}: expected targets that are there or not, found one that is both.`);
    return { where, entry, line };
  });
  return datasetOf(folder, records, given, async ({ where, entry, line }) => {
    const volume = await imageOf(folder, where, line.image, line.modality);
    const { plane, leftRightAxis, findings, impression, caption, questions } = line;
    const masks: Record<string, Uint8Array> = {};
    for (const [target, mask] of Object.entries(line.masks))
      masks[target] = await maskImageOf(folder, where, mask, volume);
    const boxes = Object.entries(line.boxes).map(([target, corners]) => [
      target,
      corners.map((one) => boxInside(where, boxOf(where, one, volume), volume)),
    ]);
    return {
      id: entry.id,
      volume,
      ...defined({ plane, leftRightAxis, findings, impression, caption, questions }),
      masks,
      boxes: Object.fromEntries(boxes),
      present: line.present.filter((target) => !(target in masks) && !(target in line.boxes)),
      absent: line.absent,
    };
  });
}

/** The fields of a line that name targets, with the names of the taxonomy. */
function targetsOf(where: string, { present, absent, boxes, masks }: FolderLine) {
  const named = (text: string): string => targetNamed(where, text);
  const renamed = <T>(fields: Record<string, T>): Record<string, T> => {
    const entries = Object.entries(fields).map(([text, value]) => [named(text), value] as const);
    check(
      new Set(entries.map(([target]) => target)).size === entries.length,
      'data',
      `${where}: expected each target once, found two names of one target.`,
    );
    return Object.fromEntries(entries);
  };
  return { present: present.map(named), absent: absent.map(named), boxes: renamed(boxes), masks: renamed(masks) };
}

function boxOf(where: string, corners: z.infer<typeof Corners2> | z.infer<typeof Corners3>, { shape }: Volume): Box {
  if (corners.length === 6) return corners;
  check(shape[0] === 1, 'data', `${where}: expected boxes of 6 numbers in a volume of ${shape[0]} slices, found 4.`);
  const [x0, y0, x1, y1] = corners;
  return flatBox(x0, y0, x1, y1);
}
