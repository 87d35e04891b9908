import { check } from '@vividmed/core';
import type { Dataset } from '../dataset.js';
import { cocoDataset } from './coco.js';
import { ctRate } from './ct-rate.js';
import { folderDataset } from './folder.js';
import { iuXray } from './iu-xray.js';
import { mimicCxr } from './mimic-cxr.js';
import { nihChestXray14 } from './nih-chestxray14.js';
import { rocoV2 } from './rocov2.js';
import { slake } from './slake.js';
import { vinDrCxr } from './vindr-cxr.js';
import { vqaMed2019 } from './vqa-med-2019.js';
import { vqaRad } from './vqa-rad.js';

/** A method, so that an adapter with options of its own is one: it checks them itself. */
interface Adapter {
  open(folder: string, options: object): Promise<Dataset>;
}

const adapters: Readonly<Record<string, Adapter>> = {
  coco: { open: cocoDataset },
  'ct-rate': { open: ctRate },
  folder: { open: folderDataset },
  'iu-xray': { open: iuXray },
  'mimic-cxr': { open: mimicCxr },
  'nih-chestxray14': { open: nihChestXray14 },
  rocov2: { open: rocoV2 },
  slake: { open: slake },
  'vindr-cxr': { open: vinDrCxr },
  'vqa-med-2019': { open: vqaMed2019 },
  'vqa-rad': { open: vqaRad },
};

/** The data sets that `openDataset` opens. */
export const datasetNames: readonly string[] = Object.keys(adapters);

/**
 * Opens a data set by its name, with options as a config holds them.
 *
 * @throws {VividMedError} `config`, for a name or an option that is not known; and what the adapter of the set throws
 */
export async function openDataset(name: string, folder: string, options: object = {}): Promise<Dataset> {
  const adapter = Object.hasOwn(adapters, name) ? adapters[name] : undefined;
  check(adapter, 'config', `openDataset: expected one of ${datasetNames.join(', ')}, found another name.`);
  return adapter.open(folder, options);
}
