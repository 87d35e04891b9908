import { check } from '@vividmed/core';
import type { z } from 'zod';
import type { Dataset } from '../dataset.js';
import { CocoOptions, cocoDataset } from './coco.js';
import { CtRateOptions, ctRate } from './ct-rate.js';
import { folderDataset, FolderOptions } from './folder.js';
import { iuXray, IuXrayOptions } from './iu-xray.js';
import { mimicCxr, MimicCxrOptions } from './mimic-cxr.js';
import { nihChestXray14, NihChestXray14Options } from './nih-chestxray14.js';
import { parseOptions } from './records.js';
import { rocoV2, RocoV2Options } from './rocov2.js';
import { slake, SlakeOptions } from './slake.js';
import { vinDrCxr, VinDrCxrOptions } from './vindr-cxr.js';
import { vqaMed2019, VqaMed2019Options } from './vqa-med-2019.js';
import { vqaRad, VqaRadOptions } from './vqa-rad.js';

/** Opens a data set with options from a config, checked. */
type Adapter = (name: string, folder: string, options: unknown) => Promise<Dataset>;

const adapter =
  <Schema extends z.ZodObject>(
    schema: Schema,
    open: (folder: string, options: z.output<Schema>) => Promise<Dataset>,
  ): Adapter =>
  async (name, folder, options) =>
    open(folder, parseOptions(name, schema, options));

const adapters: Readonly<Record<string, Adapter>> = {
  coco: adapter(CocoOptions, cocoDataset),
  'ct-rate': adapter(CtRateOptions, ctRate),
  folder: adapter(FolderOptions, folderDataset),
  'iu-xray': adapter(IuXrayOptions, iuXray),
  'mimic-cxr': adapter(MimicCxrOptions, mimicCxr),
  'nih-chestxray14': adapter(NihChestXray14Options, nihChestXray14),
  rocov2: adapter(RocoV2Options, rocoV2),
  slake: adapter(SlakeOptions, slake),
  'vindr-cxr': adapter(VinDrCxrOptions, vinDrCxr),
  'vqa-med-2019': adapter(VqaMed2019Options, vqaMed2019),
  'vqa-rad': adapter(VqaRadOptions, vqaRad),
};

/** The data sets that `openDataset` opens. */
export const datasetNames: readonly string[] = Object.keys(adapters);

/**
 * Opens a data set by its name, with options as a config holds them.
 *
 * @throws {VividMedError} `config`, for a name or an option that is not known; and what the adapter of the set throws
 */
export async function openDataset(name: string, folder: string, options: unknown = {}): Promise<Dataset> {
  const open = Object.hasOwn(adapters, name) ? adapters[name] : undefined;
  check(open, 'config', `openDataset: expected one of ${datasetNames.join(', ')}, found another name.`);
  return open(name, folder, options);
}
