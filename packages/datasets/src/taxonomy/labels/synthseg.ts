import type { Label } from './label.js';

const sided: readonly (readonly [left: number, right: number, name: string, target?: string])[] = [
  [2, 41, 'cerebral white matter'],
  [3, 42, 'cerebral cortex'],
  [4, 43, 'lateral ventricle'],
  [5, 44, 'inferior lateral ventricle'],
  [7, 46, 'cerebellum white matter', 'cerebellar white matter'],
  [8, 47, 'cerebellum cortex', 'cerebellar cortex'],
  [10, 49, 'thalamus'],
  [11, 50, 'caudate'],
  [12, 51, 'putamen'],
  [13, 52, 'pallidum'],
  [17, 53, 'hippocampus'],
  [18, 54, 'amygdala'],
  [26, 58, 'accumbens area', 'nucleus accumbens'],
  [28, 60, 'ventral DC', 'ventral diencephalon'],
];

/** SynthSeg: values and names of FreeSurfer. Values of its training maps that are not listed have no published name. */
export const synthseg: readonly Label[] = [
  ...sided.flatMap(([left, right, name, target = name]) => [
    { name: `left ${name}`, value: left, target: `left ${target}` },
    { name: `right ${name}`, value: right, target: `right ${target}` },
  ]),
  { name: '3rd ventricle', value: 14, target: 'third ventricle' },
  { name: '4th ventricle', value: 15, target: 'fourth ventricle' },
  { name: 'brain-stem', value: 16, target: 'brain stem' },
  { name: 'CSF', value: 24, target: 'cerebrospinal fluid' },
  { name: 'optic chiasm', value: 85, target: 'optic chiasm' },
];
