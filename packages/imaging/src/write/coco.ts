import { check } from '@vividmed/core';
import { type CocoRle, cocoRle } from './coco-rle.js';
import { measureMask } from './geometry.js';
import { NOT_FOR_CLINICAL_USE } from './report-document.js';
import { checkResults, type Code, type Grid, type Region, type Results } from './results.js';

/** One image with what was found in it. */
export interface CocoInput {
  results: Results;
  /** Of depth 1. */
  grid: Grid;
  /** Name of its file, as COCO keeps it; it should not name a patient. */
  fileName: string;
  /** Of one's own; counted from 1 unless given. */
  imageId?: number;
}

interface CocoImage {
  id: number;
  file_name: string;
  width: number;
  height: number;
}

interface CocoCategory {
  id: number;
  name: string;
  supercategory: string;
  /** Not of COCO: what it is, coded. */
  code: Code;
}

interface CocoAnnotation {
  id: number;
  image_id: number;
  category_id: number;
  /** Left edge, upper edge, width and height in pixels. */
  bbox: [number, number, number, number];
  /** Pixels of the mask, or of the box. */
  area: number;
  iscrowd: 0;
  /** Of regions drawn as masks. */
  segmentation?: CocoRle;
  /** Of boxes that have one, as in COCO's results. */
  score?: number;
}

/** The format of COCO data sets, object detection (https://cocodataset.org/#format-data). */
export interface CocoJson {
  info: { description: string };
  images: CocoImage[];
  categories: CocoCategory[];
  annotations: CocoAnnotation[];
}

/**
 * Results of flat images as a COCO data set: a region with a mask is one annotation, each box is one. What was not found has
 * a category and no annotation. Ids count from 1: of categories in the order of their codes and labels, of annotations in
 * the order given, so that the same input has the same ids.
 *
 * @throws {VividMedError} unsupported for images with depth; data for image ids used twice; as `checkResults`
 */
export function cocoJson(inputs: readonly CocoInput[]): CocoJson {
  const images = inputs.map(({ results, grid, fileName, imageId }, i): CocoImage => {
    const [depth, height, width] = grid.shape;
    check(depth === 1, 'unsupported', `cocoJson: expected images of depth 1, found ${depth} in image ${i}.`);
    checkResults(results, grid);
    return { id: imageId ?? i + 1, file_name: fileName, width, height };
  });
  check(
    new Set(images.map(({ id }) => id)).size === images.length,
    'data',
    `cocoJson: expected an id for each of ${images.length} images, found one used twice.`,
  );
  const categories = categoriesOf(inputs.flatMap(({ results }) => results.regions));
  const annotations: CocoAnnotation[] = [];
  inputs.forEach(({ results, grid }, i) => {
    for (const region of results.regions) {
      const ids = { image_id: (images[i] as CocoImage).id, category_id: categories.get(keyOf(region))?.id ?? 0 };
      for (const shape of shapesOf(region, grid)) {
        annotations.push({ id: annotations.length + 1, ...ids, ...shape, iscrowd: 0 });
      }
    }
  });
  return { info: { description: NOT_FOR_CLINICAL_USE }, images, categories: [...categories.values()], annotations };
}

const keyOf = ({ code, label }: Region): string => JSON.stringify([code.scheme, code.value, label]);

/** One category for each code and label. */
function categoriesOf(regions: readonly Region[]): Map<string, CocoCategory> {
  const byKey = new Map(regions.map((region) => [keyOf(region), region]));
  const sorted = [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    sorted.map(([key, { label, category, code }], i) => [
      key,
      { id: i + 1, name: label, supercategory: category.meaning, code },
    ]),
  );
}

type Shape = Pick<CocoAnnotation, 'bbox' | 'area' | 'segmentation' | 'score'>;

function shapesOf(region: Region, grid: Grid): Shape[] {
  if (region.kind === 'boxes') {
    return region.boxes.map(({ corners: [, h0, w0, , h1, w1], score }) => ({
      bbox: [w0, h0, w1 - w0, h1 - h0],
      area: (w1 - w0) * (h1 - h0),
      ...(score === undefined ? {} : { score }),
    }));
  }
  const { corners, numVoxels } = measureMask(region.mask, grid);
  if (corners === undefined) return [];
  const [, h0, w0, , h1, w1] = corners;
  return [
    {
      bbox: [w0, h0, w1 - w0, h1 - h0],
      area: numVoxels,
      segmentation: cocoRle(region.mask, grid.shape[1], grid.shape[2]),
    },
  ];
}
