import { check } from '@vividmed/core';
import type { LabelMapCase } from './label-map-set.js';
import { type DatasetFolder, stemOf, under } from '../tables/dataset-folder.js';

export interface PairedFolders {
  /** Folder of the images, and that of their labels, which may be the same. */
  images: string;
  labels: string;
  /** Ends of the names of both, the first told where labels are missing; those of NIfTI unless given. */
  ends?: readonly [string, ...string[]];
  /** What a file is, by its name without the end: `undefined` for one that is no image. */
  caseOf(stem: string): (Omit<LabelMapCase, 'image' | 'labels'> & { labels: string }) | undefined;
}

/**
 * One case for each image of a folder, with the labels of the name (without its end) that `caseOf` says.
 *
 * @throws {VividMedError} `data` for an image without labels.
 */
export async function pairedCases(
  folder: DatasetFolder,
  { images, labels, ends = ['.nii.gz', '.nii'], caseOf }: PairedFolders,
): Promise<LabelMapCase[]> {
  const { files } = await folder.list(images);
  const labelFiles = images === labels ? files : (await folder.list(labels)).files;
  return files.flatMap((name) => {
    const [stem] = ends.flatMap((end) => stemOf(name, end) ?? []);
    const one = stem === undefined ? undefined : caseOf(stem);
    if (one === undefined) return [];
    const labelFile = ends.map((end) => one.labels + end).find((file) => labelFiles.includes(file));
    check(
      labelFile,
      'data',
      `${folder.name}: ${under(images, name)}: expected labels in ${under(labels, one.labels)}${ends[0]}, found no such file.`,
    );
    return [{ ...one, image: under(images, name), labels: under(labels, labelFile) }];
  });
}
