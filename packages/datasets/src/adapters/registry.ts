import { check } from '@vividmed/core';
import { z } from 'zod';
import type { Dataset } from '../dataset.js';
import { cocoDataset } from './coco.js';
import { ctRate } from './ct-rate.js';
import { folderDataset } from './folder.js';
import { iuXray } from './iu-xray.js';
import { mimicCxr } from './mimic-cxr.js';
import { nihChestXray14 } from './nih-chestxray14.js';
import { phantomDataset } from './phantom.js';
import { rocoV2 } from './rocov2.js';
import { slake } from './slake.js';
import { vinDrCxr } from './vindr-cxr.js';
import { vqaMed2019 } from './vqa-med-2019.js';
import { vqaRad } from './vqa-rad.js';
import { acdc } from './acdc.js';
import { amos22 } from './amos22.js';
import { ctPelvic1K, ctSpine1K, mrSpineSeg, pengwin } from './bone-sets.js';
import { brats2021, brats2023, brats2023Men, brats2023Met, brats2023Ped, brats2023Ssa } from './brats.js';
import { btcv, btcvCervix } from './btcv.js';
import { busi } from './busi.js';
import { chaosCt, chaosMr } from './chaos.js';
import { atm22, ctOrg, flare22, kits, parse2022, segThor, word } from './ct-organ-sets.js';
import { hanSeg, segRap2023 } from './head-neck-sets.js';
import { labelMaps } from './label-maps.js';
import { atlas2, isles22, lnq2023, segA2023 } from './lesion-sets.js';
import { lidcIdri } from './lidc-idri.js';
import { lits } from './lits.js';
import { msd } from './msd.js';
import { prostate158 } from './prostate158.js';
import { ribFrac } from './ribfrac.js';
import { synthSeg } from './synthseg.js';
import { totalSegmentatorMr, totalSegmentatorV1, totalSegmentatorV2 } from './totalsegmentator.js';
import { verse } from './verse.js';
import type { MaskSetOptions } from './labelled-study.js';
import { parseOptions } from './records.js';

/** A method, so that an adapter with options of its own is one: it checks them itself. */
interface Adapter {
  open(folder: string, options: object): Promise<Dataset>;
}

const MaskOptions = z.strictObject({
  targets: z.array(z.string()).optional().describe('Only these targets are read; the others are unknown then.'),
});

const LidcFields = z.strictObject({ minReaders: z.number().int().min(1).max(4).default(1) });

const LabelMapsFields = z.strictObject({
  name: z.string().describe('What the set is called; a name of labelsOf gives its classes.'),
  cases: z.array(
    z.strictObject({
      id: z.string(),
      patient: z.string().optional(),
      image: z.string(),
      labels: z.string(),
      modality: z.enum(['CT', 'MR']),
      split: z.enum(['train', 'validate', 'test']).optional(),
    }),
  ),
  isWholeLabelled: z.boolean().describe('A target without a voxel is absent; else it may be there without a label.'),
  targets: z.array(z.string()).optional(),
});

/** A segmentation set, whose options a config checks here: its adapter is called by programs too, which have types. */
const masks = (
  name: string,
  open: (folder: string, options: MaskSetOptions) => Promise<Dataset>,
): [string, Adapter] => [
  name,
  {
    open: (folder, options) => {
      const { targets } = parseOptions(name, MaskOptions, options);
      return open(folder, targets === undefined ? {} : { targets });
    },
  },
];

/** A set of one target, which has no options. */
const withoutOptions = (name: string, open: (folder: string) => Promise<Dataset>): [string, Adapter] => [
  name,
  {
    open: (folder, options) => {
      parseOptions(name, z.strictObject({}), options);
      return open(folder);
    },
  },
];

const adapters: Readonly<Record<string, Adapter>> = {
  coco: { open: cocoDataset },
  'ct-rate': { open: ctRate },
  folder: { open: folderDataset },
  'iu-xray': { open: iuXray },
  'mimic-cxr': { open: mimicCxr },
  'nih-chestxray14': { open: nihChestXray14 },
  phantom: { open: async (_, options) => phantomDataset(options) },
  rocov2: { open: rocoV2 },
  slake: { open: slake },
  'vindr-cxr': { open: vinDrCxr },
  'vqa-med-2019': { open: vqaMed2019 },
  'vqa-rad': { open: vqaRad },
  ...Object.fromEntries([
    masks('acdc', acdc),
    masks('amos22', amos22),
    masks('atlas2', atlas2),
    masks('atm22', atm22),
    masks('brats-2021', brats2021),
    masks('brats-2023', brats2023),
    masks('brats-2023-men', brats2023Men),
    masks('brats-2023-met', brats2023Met),
    masks('brats-2023-ped', brats2023Ped),
    masks('brats-2023-ssa', brats2023Ssa),
    masks('btcv', btcv),
    masks('btcv-cervix', btcvCervix),
    masks('chaos-ct', chaosCt),
    masks('chaos-mr', chaosMr),
    masks('ct-org', ctOrg),
    masks('ctpelvic1k', ctPelvic1K),
    masks('ctspine1k', ctSpine1K),
    masks('flare22', flare22),
    masks('han-seg', hanSeg),
    masks('isles22', isles22),
    masks('kits', kits),
    masks('lits', lits),
    masks('lnq2023', lnq2023),
    masks('mrspineseg', mrSpineSeg),
    masks('msd', msd),
    masks('parse2022', parse2022),
    masks('pengwin', pengwin),
    masks('prostate158', prostate158),
    masks('seg.a.2023', segA2023),
    masks('segrap2023', segRap2023),
    masks('segthor', segThor),
    masks('synthseg', synthSeg),
    masks('totalsegmentator-mr', totalSegmentatorMr),
    masks('totalsegmentator-v1', totalSegmentatorV1),
    masks('totalsegmentator-v2', totalSegmentatorV2),
    masks('verse', verse),
    masks('word', word),
  ]),
  'label-maps': {
    open: (folder, options) => {
      const { targets, cases, ...rest } = parseOptions('label-maps', LabelMapsFields, options);
      return labelMaps(folder, {
        ...rest,
        cases: cases.map(({ patient, split, ...one }) => ({
          ...one,
          ...(patient && { patient }),
          ...(split && { split }),
        })),
        ...(targets && { targets }),
      });
    },
  },
  'lidc-idri': { open: (folder, options) => lidcIdri(folder, parseOptions('lidc-idri', LidcFields, options)) },
  ...Object.fromEntries([withoutOptions('busi', busi), withoutOptions('ribfrac', ribFrac)]),
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
