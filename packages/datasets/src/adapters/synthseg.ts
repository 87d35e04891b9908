import { readLabelMap } from '@vividmed/imaging';
import type { Dataset } from '../dataset.js';
import { labelsOf } from '../taxonomy/labels.js';
import { checkNotEmpty } from './label-map-set.js';
import { masksOfLabels, targetsOf } from './label-masks.js';
import { labelledStudy, type MaskSetOptions } from './labelled-study.js';
import { niftiStem, openFolder, parseFile } from '../tables/dataset-folder.js';

/**
 * The label maps that SynthSeg was trained on (github.com/BBillot/SynthSeg, `data/training_label_maps/training_seg_01.nii.gz`): labels
 * without an image. The volume holds the labels, and its modality `SEG` says so: an image of any contrast is rendered from it before a
 * model sees it. Values without a published name belong to no target.
 *
 * @throws {VividMedError} `data`
 */
export async function synthSeg(path: string, { targets }: MaskSetOptions = {}): Promise<Dataset> {
  const name = 'synthseg';
  const folder = await openFolder(name, path);
  const classes = labelsOf(name);
  const labelled = targetsOf(classes).filter((target) => targets?.includes(target) ?? true);
  const entries = (await folder.list()).files.flatMap((file) => {
    const id = niftiStem(file);
    return id === undefined ? [] : [{ id, patient: id, files: [file] }];
  });
  checkNotEmpty(name, entries);
  return {
    name,
    entries,
    read: async ({ id, files: [file = ''] }) => {
      const { labels, shape, spacingMm, affine } = await parseFile(folder, file, (bytes) => readLabelMap(bytes));
      const volume = {
        data: new Float32Array(labels),
        shape,
        spacingMm,
        modality: 'SEG',
        ...(affine === undefined ? {} : { affine }),
      };
      const masks = masksOfLabels(`${name}: ${file}`, labels, classes, { targets, hasOtherValues: true });
      return labelledStudy({ id, volume, masks, labelled });
    },
  };
}
