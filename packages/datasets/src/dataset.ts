import type { Study } from './study.js';

/** One study of a data set before it is read: enough to split, weigh, count and check. */
export interface DatasetEntry {
  /** Unique in the data set. */
  id: string;
  /** Whom the image shows, so that no patient is in two splits; the id where the owners do not say. */
  patient: string;
  /** Which split of its owners it belongs to, where they made one. */
  split?: 'train' | 'validate' | 'test';
  /** Files that `read` opens, from the folder of the data set, with `/`. */
  files: readonly string[];
  /** Names of targets known to be there, or not to be there, before the image is read. */
  present?: readonly string[];
  absent?: readonly string[];
}

/** A data set in the layout of its owners. Nothing of an image is read before `read`. */
export interface Dataset {
  /** As in `labelsOf` where it has labels. */
  name: string;
  entries: readonly DatasetEntry[];
  /** @throws {VividMedError} `data`, with the name of the data set, the field and what was found, and nothing of the patient. */
  read(entry: DatasetEntry): Promise<Study>;
}
