import { check } from '@vividmed/core';
import type { Dataset, DatasetEntry } from '../dataset.js';
import { openFolder, type DatasetFolder, stemOf, under } from '../tables/dataset-folder.js';
import { boxOfMask, type Box } from '../volume.js';
import { checkNotEmpty } from './label-map-set.js';
import { labelledStudy } from './labelled-study.js';
import { imageOf, maskImageOf } from './records.js';

const name = 'busi';
const TARGET = 'breast tumor';
const ROOT = 'Dataset_BUSI_with_GT';

/**
 * BUSI, ultrasound of the breast (Al-Dhabyani et al. 2020): `benign/benign (1).png` with `benign (1)_mask.png`, and `benign (1)_mask_1.png` and so
 * on where there are several tumors, each of which has its box; the same in `malignant`, and in `normal` with empty masks. The path is that of
 * `Dataset_BUSI_with_GT`, or of the folder or archive that holds it. Benign and malignant tumors are one target. Patients are not told.
 *
 * Source: the original's program (function2-llx/MMMM@86bdaa9, scripts/data/local/processors/BUSI.py).
 *
 * @throws {VividMedError} `data`, for an image without a mask, and for masks of another size
 */
export async function busi(path: string): Promise<Dataset> {
  const folder = await openFolder(name, path);
  const root = (await folder.list()).folders.includes(ROOT) ? ROOT : '';
  const entries: DatasetEntry[] = [];
  for (const grade of ['benign', 'malignant', 'normal']) {
    const own = under(root, grade);
    const { files } = await folder.list(own);
    for (const file of files) {
      const id = stemOf(file, '.png');
      if (id === undefined || /_mask(?:_\d+)?$/.test(id)) continue;
      const masks = files.filter((other) => other.startsWith(`${id}_mask`));
      check(masks.length > 0, 'data', `${name}: ${own}/${file}: expected ${id}_mask.png, found no such file.`);
      entries.push({ id, patient: id, files: [file, ...masks].map((one) => `${own}/${one}`) });
    }
  }
  checkNotEmpty(name, entries);
  return { name, entries, read: (entry) => readCase(folder, entry) };
}

async function readCase(
  folder: DatasetFolder,
  { id, files: [image = '', ...masks] }: DatasetEntry,
): ReturnType<Dataset['read']> {
  const volume = await imageOf(folder, `${name}: ${image}`, image, 'US');
  const whole = new Uint8Array(volume.data.length);
  const boxes: Box[] = [];
  for (const file of masks) {
    const mask = await maskImageOf(folder, `${name}: ${file}`, file, volume);
    const box = boxOfMask(mask, volume.shape);
    if (box) boxes.push(box);
    for (const [i, value] of mask.entries()) if (value) whole[i] = 1;
  }
  const found = boxes.length === 0 ? {} : { masks: { [TARGET]: whole }, boxes: { [TARGET]: boxes } };
  return labelledStudy({ id, volume, masks: {}, ...found, labelled: [TARGET] });
}
