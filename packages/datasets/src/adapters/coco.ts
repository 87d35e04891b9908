import { check } from '@vividmed/core';
import { z } from 'zod';
import type { Dataset, DatasetEntry } from '../dataset.js';
import { openFolder } from '../tables/dataset-folder.js';
import { readJson } from '../tables/json.js';
import { groupBy } from '../tables/rows.js';
import type { Box, Volume } from '../volume.js';
import { drawSegmentation, hasMask, Segmentation, type Size } from './coco-masks.js';
import { AdapterOptions, boxInside, datasetOf, flatBox, imageOf, parseOptions } from './records.js';
import { targetNamed } from './target-names.js';

const CocoOptions = AdapterOptions.extend({
  name: z.string().min(1).default('coco').describe('What to call the data set, in errors and mixtures.'),
  annotations: z.string().min(1).default('annotations.json').describe('The JSON file, from the folder.'),
  images: z.string().default('').describe('The folder that `file_name` counts from.'),
  split: z.enum(['train', 'validate', 'test']).optional().describe('COCO has one file a split.'),
  modality: z
    .string()
    .regex(/^[A-Z]{2,16}$/)
    .default('OT')
    .describe('DICOM modality of the images.'),
  isExhaustive: z.boolean().default(true).describe('Whether a category without a box is known not to be there.'),
});

const Id = z.union([z.int(), z.string().min(1)]);
const Coco = z.object({
  images: z.array(
    z.object({ id: Id, file_name: z.string().min(1), width: z.number().positive(), height: z.number().positive() }),
  ),
  annotations: z.array(
    z.object({
      image_id: Id,
      category_id: Id,
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      segmentation: Segmentation.nullish(),
      iscrowd: z.union([z.literal(0), z.literal(1)]).optional(),
    }),
  ),
  categories: z.array(z.object({ id: Id, name: z.string().min(1) })),
});

/**
 * One's own boxes and masks in the form of COCO (cocodataset.org, "Data format", object detection): `images`, `annotations` with `bbox` as x,
 * y, width, height in pixels and `segmentation` as polygons or runs, and `categories`, whose names are targets or their synonyms. A target has
 * a mask where each of its annotations has one; a crowd (`iscrowd`) is part of the mask and has no box.
 *
 * @throws {VividMedError} `data`, for JSON of another form, categories that the taxonomy does not know, annotations of nothing, and
 *   images of another size than the file says
 */
export async function cocoDataset(path: string, options: z.input<typeof CocoOptions> = {}): Promise<Dataset> {
  const given = parseOptions('coco', CocoOptions, options);
  const folder = await openFolder(given.name, path);
  const { images, annotations, categories } = await readJson(folder, given.annotations, Coco);
  const table = `${given.name}: ${given.annotations}`;
  const targetOf = new Map(
    categories.map(({ id, name }, i) => [id, targetNamed(`${table}: category ${i}`, name)] as const),
  );
  const known = new Set(images.map(({ id }) => id));
  annotations.forEach(({ image_id, category_id }, i) => {
    check(
      known.has(image_id) && targetOf.has(category_id),
      'data',
      `${table}: annotation ${i}: expected an image and a category of the file, found ids of none.`,
    );
  });
  const ofImage = groupBy(
    annotations.map((annotation, i) => ({ ...annotation, where: `${table}: annotation ${i}` })),
    ({ image_id }) => String(image_id),
  );
  const records = images.map((image, i) => {
    const drawn = ofImage.get(String(image.id)) ?? [];
    const present = [...new Set(drawn.flatMap(({ category_id }) => targetOf.get(category_id) ?? []))];
    const absent = given.isExhaustive
      ? [...new Set(targetOf.values())].filter((target) => !present.includes(target))
      : [];
    const entry: DatasetEntry = {
      id: String(image.id),
      patient: String(image.id),
      ...(given.split && { split: given.split }),
      files: [[given.images, image.file_name].filter(Boolean).join('/')],
      present,
      absent,
    };
    return { where: `${table}: image ${i}`, entry, image, drawn, absent };
  });
  return datasetOf(folder, records, given, async ({ where, entry, image, drawn, absent }) => {
    const volume = await imageOf(folder, where, entry.files[0]!, given.modality);
    const [, height, width] = volume.shape;
    check(
      height === image.height && width === image.width,
      'data',
      `${where}: expected an image of ${image.height} x ${image.width} pixels, found ${height} x ${width}.`,
    );
    const size = [height, width] as const;
    const regions = [...groupBy(drawn, ({ category_id }) => targetOf.get(category_id)!)].map(([target, ofTarget]) => ({
      target,
      boxes: boxesOf(ofTarget, volume),
      mask: maskOf(ofTarget, size),
    }));
    return {
      id: entry.id,
      volume,
      masks: Object.fromEntries(regions.flatMap(({ target, mask }) => (mask ? [[target, mask]] : []))),
      boxes: Object.fromEntries(regions.flatMap(({ target, boxes }) => (boxes.length > 0 ? [[target, boxes]] : []))),
      present: regions.filter(({ boxes, mask }) => boxes.length === 0 && !mask).map(({ target }) => target),
      absent,
    };
  });
}

type Drawn = z.infer<typeof Coco>['annotations'][number] & { where: string };

const boxesOf = (annotations: readonly Drawn[], volume: Volume): Box[] =>
  annotations
    .filter(({ iscrowd }) => iscrowd !== 1)
    .map(({ where, bbox: [x, y, w, h] }) => boxInside(where, flatBox(x, y, x + w, y + h), volume));

/** What all of them cover; `undefined` where one has no mask, so that the whole is not known. */
function maskOf(annotations: readonly Drawn[], size: Size): Uint8Array | undefined {
  const mask = new Uint8Array(size[0] * size[1]);
  for (const { where, segmentation } of annotations) {
    if (!hasMask(segmentation)) return undefined;
    drawSegmentation(where, segmentation, size, mask);
  }
  return mask.includes(1) ? mask : undefined;
}
