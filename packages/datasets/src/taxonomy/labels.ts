import { chexpert, ctRate, lidcIdri, nihChestXray14, ribFrac, vindrCxr } from './labels/chest.js';
import type { Label } from './labels/label.js';
import {
  busi,
  ctPelvic1K,
  ctSpine1K,
  hanSeg,
  mrSpineSeg,
  pengwin,
  prostate158,
  segRap2023,
} from './labels/bones-and-head.js';
import {
  acdc,
  amos22,
  atm22,
  brats2021,
  brats2023,
  btcv,
  btcvCervix,
  chaosCt,
  chaosMr,
  ctOrg,
  flare22,
  kits,
  lits,
  lnq2023,
  msd,
  parse2022,
  segA2023,
  segThor,
  stroke,
  verse,
  word,
} from './labels/organs.js';
import { synthseg } from './labels/synthseg.js';
import { totalsegmentatorMr, totalsegmentatorV1, totalsegmentatorV2 } from './labels/totalsegmentator.js';
import { check } from '@vividmed/core';

const labelSets: Readonly<Record<string, readonly Label[]>> = {
  'totalsegmentator-v1': totalsegmentatorV1,
  'totalsegmentator-v2': totalsegmentatorV2,
  'totalsegmentator-mr': totalsegmentatorMr,
  'vindr-cxr': vindrCxr,
  'ct-rate': ctRate,
  chexpert,
  'mimic-cxr': chexpert,
  'nih-chestxray14': nihChestXray14,
  synthseg,
  amos22,
  btcv,
  'chaos-ct': chaosCt,
  'chaos-mr': chaosMr,
  lits,
  acdc,
  verse,
  'brats-2021': brats2021,
  'brats-2023': brats2023,
  'brats-2023-men': brats2023,
  'brats-2023-met': brats2023,
  'brats-2023-ped': brats2023,
  'brats-2023-ssa': brats2023,
  'btcv-cervix': btcvCervix,
  kits,
  flare22,
  word,
  segthor: segThor,
  'ct-org': ctOrg,
  atm22,
  parse2022,
  'lidc-idri': lidcIdri,
  ribfrac: ribFrac,
  atlas2: stroke,
  busi,
  ctpelvic1k: ctPelvic1K,
  ctspine1k: ctSpine1K,
  'han-seg': hanSeg,
  isles22: stroke,
  lnq2023,
  mrspineseg: mrSpineSeg,
  pengwin,
  prostate158,
  'seg.a.2023': segA2023,
  segrap2023: segRap2023,
  ...msd,
};

/** The data sets whose classes are known. */
export const labelSetNames: readonly string[] = Object.keys(labelSets);

/** The classes of a data set and our targets. @throws {VividMedError} `data` for a data set that is not known. */
export function labelsOf(dataset: string): readonly Label[] {
  const labels = labelSets[dataset];
  check(labels, 'data', `labelsOf: expected one of ${labelSetNames.join(', ')}, found "${dataset}".`);
  return labels;
}
