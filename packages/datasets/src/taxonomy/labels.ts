import { chexpert, ctRate, lidcIdri, nihChestXray14, ribFrac, vindrCxr } from './labels/chest.js';
import type { Label } from './labels/label.js';
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
  msd,
  parse2022,
  segThor,
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
