import type { Dataset } from '../dataset.js';
import { labelsOf } from '../taxonomy/labels.js';
import type { Label } from '../taxonomy/labels/label.js';
import { type LabelMapCase, labelMapDataset } from './label-map-set.js';
import { targetsOf } from './label-masks.js';
import type { MaskSetOptions } from './labelled-study.js';
import { openFolder } from '../tables/dataset-folder.js';

export interface LabelMapsOptions extends MaskSetOptions {
  /** What the data set is called; the name of a known one, such as `totalsegmentator-v2`, gives its classes. */
  name: string;
  /** An image and its label map for each case: files from the folder, as NIfTI, NRRD or MetaImage. */
  cases: readonly (Pick<LabelMapCase, 'id' | 'image' | 'labels' | 'modality' | 'split'> & { patient?: string })[];
  /** Values and their targets; those of the data set called `name` unless given. */
  classes?: readonly Label[];
  /** A target of the classes without a voxel is not in the image; else it may be there without a label. */
  isWholeLabelled: boolean;
}

/**
 * Images with a label map each that are in no layout of owners: one's own, or what a program such as TotalSegmentator wrote.
 *
 * @throws {VividMedError} `data`
 */
export async function labelMaps(
  path: string,
  { name, cases, classes = labelsOf(name), isWholeLabelled, targets }: LabelMapsOptions,
): Promise<Dataset> {
  return labelMapDataset(await openFolder(name, path), {
    name,
    classes,
    partly: isWholeLabelled ? [] : targetsOf(classes),
    cases: cases.map((one) => ({ ...one, patient: one.patient ?? one.id })),
    ...(targets === undefined ? {} : { targets }),
  });
}
