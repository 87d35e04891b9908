import { check } from '@vividmed/core';
import type { DatasetFolder } from '../tables/dataset-folder.js';
import { lookupTarget } from '../taxonomy/lookup.js';
import type { Label } from '../taxonomy/labels/label.js';
import type { Volume } from '../volume.js';
import { masksOfLabels } from './label-masks.js';

/** A value of a label image is whole; the luminance of a colour is not, nor that of a picture. */
const ROUNDING = 1e-3;

/**
 * The classes of `mask.txt`: lines `1:Liver`, the value of a pixel and its name. Names that the taxonomy does not know are no target. None
 * where there is no such file.
 *
 * @throws {VividMedError} `data`, for lines of another form
 */
export async function slakeClasses(folder: DatasetFolder): Promise<Label[]> {
  if (!(await folder.has('mask.txt'))) return [];
  return (await folder.text('mask.txt')).split(/\r?\n/).flatMap((line, i) => {
    if (line.trim() === '') return [];
    const [, value, name = ''] = /^\uFEFF?\s*(\d{1,3})\s*[:：]\s*(.+?)\s*$/.exec(line) ?? [];
    check(
      value !== undefined,
      'data',
      `${folder.name}: mask.txt: row ${i + 1}: expected a number and a name, found another text.`,
    );
    const target = lookupTarget(name.toLowerCase())?.target.name;
    return [{ name, value: Number(value), ...(target && { target }) }];
  });
}

/**
 * The masks of `mask.png` beside an image. Some radiographs have a picture in its place: an image with a colour, or with a value that
 * `mask.txt` does not list, gives none.
 *
 * @throws {VividMedError} `data`, for a mask of another size than its image
 */
export async function slakeMasks(
  folder: DatasetFolder,
  file: string,
  classes: readonly Label[],
  { shape }: Volume,
): Promise<Record<string, Uint8Array>> {
  if (classes.length === 0 || !(await folder.has(file))) return {};
  const image = await folder.image(file, { modality: 'SEG' });
  const known = new Set([0, ...classes.map(({ value }) => value)]);
  const labels = image.data.map(Math.round);
  const isLabels = labels.every((value, i) => known.has(value) && Math.abs(value - image.data[i]!) < ROUNDING);
  if (!isLabels) return {};
  check(
    shape.every((side, axis) => side === image.shape[axis]),
    'data',
    `${folder.name}: ${file}: expected ${shape.slice(1).join(' x ')} pixels as the image has, found ${image.shape.slice(1).join(' x ')}.`,
  );
  return masksOfLabels(`${folder.name}: ${file}`, labels, classes);
}
