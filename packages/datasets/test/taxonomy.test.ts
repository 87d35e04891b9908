import { describe, expect, test } from 'vitest';
import {
  ancestorsOf,
  findTargets,
  isTarget,
  labelSetNames,
  labelsOf,
  lookupTarget,
  phantomTaxonomy,
  targetOf,
  taxonomy,
} from '../src/index.js';

const spoken = taxonomy.flatMap((target) => [target.name, ...target.synonyms].map((name) => ({ name, target })));

describe('the table', () => {
  test('has every name once', () => {
    expect(taxonomy.map(({ name }) => name)).toEqual([...new Set(taxonomy.map(({ name }) => name))]);
  });

  test('no word stands for two targets', () => {
    const owners = new Map<string, string>();
    const ambiguous: string[] = [];
    for (const { name, target } of spoken) {
      const key = name.replaceAll(/[^a-z0-9]+/g, ' ');
      if (owners.has(key) && owners.get(key) !== target.name) ambiguous.push(key);
      owners.set(key, target.name);
    }
    expect(ambiguous).toEqual([]);
  });

  test('parents and sides are targets, and nothing is a part of itself', () => {
    for (const { name, parents, sides } of taxonomy) {
      for (const other of [...parents, ...Object.values(sides ?? {})])
        expect(isTarget(other), `${name}: ${other}`).toBe(true);
      expect(ancestorsOf(name)).not.toContain(name);
    }
    expect(ancestorsOf('left fifth rib')).toEqual(['left ribs', 'ribs']);
  });

  test('a structure of one side says so, has a twin unless none exists, and both are parts of the pair', () => {
    for (const { name, side, sides } of taxonomy) {
      if (sides) for (const one of ['left', 'right'] as const) expect(targetOf(sides[one]).side).toBe(one);
      if (side === undefined) continue;
      expect(name.startsWith(`${side} `)).toBe(true);
    }
    const alone = taxonomy
      .filter(({ name, side }) => side && !isTarget(name.replace(side, side === 'left' ? 'right' : 'left')))
      .map(({ name }) => name);
    expect(alone).toEqual(['right middle lobe']);
  });

  test('anatomy is shown as a mask, abnormalities as boxes but for the regions of a tumor', () => {
    for (const { name, kind, category } of taxonomy) if (category === 'structure') expect(kind, name).toBe('mask');
    const masks = taxonomy.filter(({ kind, category }) => kind === 'mask' && category !== 'structure');
    expect(masks.map(({ name }) => name)).toEqual(['tumor core', 'enhancing tumor', 'peritumoral edema']);
  });

  test('words are in lower case without spaces around them', () => {
    for (const { name } of spoken) expect(name).toBe(name.toLowerCase().trim());
  });

  test('the phantom speaks of a part of it, in words that mean the same', () => {
    for (const { name, kind, sided, synonyms } of phantomTaxonomy) {
      expect(targetOf(name)).toMatchObject({ kind, sided });
      for (const word of synonyms) expect(lookupTarget(word)?.target.name, word).toBe(name);
    }
  });

  test('an unknown name is an error', () => {
    expect(() => targetOf('lung nodule')).toThrow(/targetOf: expected the name of a target/);
    expect(() => labelsOf('nothing')).toThrow(/labelsOf: expected one of totalsegmentator-v1/);
  });
});

describe('classes of data sets', () => {
  const counts: Record<string, number> = {
    'totalsegmentator-v1': 104,
    'totalsegmentator-v2': 117,
    'ct-rate': 18,
    synthseg: 33,
    amos22: 15,
    btcv: 13,
    verse: 28,
    'han-seg': 30,
    segrap2023: 45,
    mrspineseg: 19,
    ctspine1k: 25,
  };

  test.each(labelSetNames)('%s: every class has a target that exists, or is said to have none', (dataset) => {
    const labels = labelsOf(dataset);
    expect(new Set(labels.map(({ name }) => name)).size).toBe(labels.length);
    for (const { target } of labels) if (target !== undefined) expect(isTarget(target), target).toBe(true);
    if (dataset in counts) expect(labels).toHaveLength(counts[dataset]!);
    const values = labels.flatMap(({ value }) => value ?? []);
    expect(new Set(values).size).toBe(values.length);
    if (values.length > 0) expect(values).toHaveLength(labels.length);
  });

  const without = (dataset: string): string[] =>
    labelsOf(dataset)
      .filter(({ target }) => target === undefined)
      .map(({ name }) => name);

  test('only "no finding" and rest classes have no target', () => {
    expect(
      Object.fromEntries(labelSetNames.map((name) => [name, without(name)]).filter(([, left]) => left!.length > 0)),
    ).toEqual({
      'vindr-cxr': ['Other lesion', 'Other disease', 'Other diseases', 'No finding'],
      chexpert: ['No Finding'],
      'mimic-cxr': ['No Finding'],
      'nih-chestxray14': ['No Finding'],
      'totalsegmentator-mr': [
        'quadriceps_femoris_left',
        'quadriceps_femoris_right',
        'thigh_medial_compartment_left',
        'thigh_medial_compartment_right',
        'thigh_posterior_compartment_left',
        'thigh_posterior_compartment_right',
        'sartorius_left',
        'sartorius_right',
      ],
      'ct-org': ['bone'],
      ctpelvic1k: ['lumbar vertebrae'],
    });
  });

  test.each([
    ['totalsegmentator-v2', 2, 'kidney_right', 'right kidney'],
    ['totalsegmentator-v2', 13, 'lung_middle_lobe_right', 'right middle lobe'],
    ['totalsegmentator-v2', 27, 'vertebrae_L5', 'l5 vertebra'],
    ['totalsegmentator-v2', 50, 'vertebrae_C1', 'c1 vertebra'],
    ['totalsegmentator-v2', 61, 'atrial_appendage_left', 'left atrial appendage'],
    ['totalsegmentator-v2', 79, 'spinal_cord', 'spinal cord'],
    ['totalsegmentator-v2', 103, 'rib_left_12', 'left twelfth rib'],
    ['totalsegmentator-v2', 117, 'costal_cartilages', 'costal cartilages'],
    ['totalsegmentator-v1', 7, 'aorta', 'aorta'],
    ['totalsegmentator-v1', 44, 'heart_myocardium', 'myocardium'],
    ['totalsegmentator-v1', 58, 'rib_left_1', 'left first rib'],
    ['totalsegmentator-v1', 104, 'urinary_bladder', 'bladder'],
    ['synthseg', 53, 'right hippocampus', 'right hippocampus'],
    ['amos22', 10, 'pancreas', 'pancreas'],
    ['btcv', 13, 'left adrenal gland', 'left adrenal gland'],
    ['verse', 20, 'L1', 'l1 vertebra'],
    ['brats-2021', 4, 'ET', 'enhancing tumor'],
    ['flare22', 13, 'left kidney', 'left kidney'],
    ['word', 3, 'left kidney', 'left kidney'],
    ['word', 16, 'head of right femur', 'right femoral head'],
    ['kits', 3, 'cyst', 'kidney cyst'],
    ['segthor', 4, 'aorta', 'aorta'],
    ['ct-org', 4, 'kidneys', 'kidneys'],
    ['btcv-cervix', 3, 'rectum', 'rectum'],
    ['ctpelvic1k', 2, 'right hip bone', 'right hip bone'],
    ['ctspine1k', 25, 'L6', 'l6 vertebra'],
    ['pengwin', 21, 'right hip bone 1', 'right hip bone'],
    ['mrspineseg', 6, 'L1', 'l1 vertebra'],
    ['mrspineseg', 12, 'L4/L5', 'l4-l5 disc'],
    ['mrspineseg', 16, 'T12/L1', 't12-l1 disc'],
    ['prostate158', 2, 'peripheral zone', 'prostate peripheral zone'],
  ])('%s: value %i is %s, our %s', (dataset, value, name, target) => {
    expect(labelsOf(dataset).find((label) => label.value === value)).toEqual({ name, value, target });
  });

  test('the side of a class is the side of its target', () => {
    const sided = labelSetNames.flatMap(labelsOf).flatMap(({ name, target = '' }) => {
      const side = /(?:^|[ _])(left|right)(?:$|[ _])/i.exec(name)?.[1];
      return side && target !== '' && target !== 'kidney cyst' ? [{ name, side, target }] : [];
    });
    expect(sided.length).toBeGreaterThan(150);
    expect(sided.filter(({ side, target }) => !target.startsWith(`${side} `))).toEqual([]);
  });
});

describe('looking up a phrase', () => {
  test('every name and synonym means its target, with and without qualifiers', () => {
    for (const { name, target } of spoken) {
      expect(lookupTarget(name)?.target.name, name).toBe(target.name);
      expect(lookupTarget(`The possible ${name}`)?.target.name, name).toBe(target.name);
    }
  });

  test.each([
    ['left kidney', 'left kidney', undefined],
    ['Left-sided kidney', 'left kidney', undefined],
    ['both kidneys', 'kidneys', undefined],
    ['the right adrenal', 'right adrenal gland', undefined],
    ['left ribs', 'left ribs', undefined],
    ['left 8th rib', 'left eighth rib', undefined],
    ['T12', 't12 vertebra', undefined],
    ['L5 vertebral body', 'l5 vertebra', undefined],
    ['lateral ventricles', 'lateral ventricles', undefined],
    ['left ventricle', 'left ventricle', undefined],
    ['left lateral ventricle', 'left lateral ventricle', undefined],
    ['8 mm nodule', 'nodule', undefined],
    ['left upper lobe nodules', 'nodule', 'left'],
    ['left upper lobe', 'left upper lobe', undefined],
    ['small bilateral effusions', 'pleural effusion', undefined],
    ['consolidation in the right lower lobe', 'consolidation', 'right'],
    ['pneumothorax on the left', 'pneumothorax', 'left'],
    ['3rd ventricle', 'third ventricle', undefined],
    ['left renal cysts', 'kidney cyst', 'left'],
    ['liver lesions', 'liver tumor', undefined],
    ['L4/L5 disc', 'l4-l5 disc', undefined],
    ['right carotid artery', 'right carotid artery', undefined],
    ['pulmonary edema', 'pulmonary edema', undefined],
    ['peritumoral oedema', 'peritumoral edema', undefined],
  ])('%s means %s', (phrase, name, side) => {
    const found = lookupTarget(phrase);
    expect([found?.target.name, found?.side]).toEqual([name, side]);
  });

  test.each([
    '',
    'left',
    'no effusion',
    'mass in the liver',
    'left and right effusions',
    'purple kidney',
    '…',
    'kidney-shaped',
  ])('%j means nothing', (phrase) => {
    expect(lookupTarget(phrase)).toBeUndefined();
  });

  /** Words that could mean more than one thing, and what they mean here. */
  test.each([
    ['ventricle', undefined],
    ['ventricles', undefined],
    ['atrium', undefined],
    ['lobe', undefined],
    ['cyst', undefined],
    ['tumor', undefined],
    ['lesion', undefined],
    ['edema', 'pulmonary edema'],
    ['effusion', 'pleural effusion'],
    ['mass', 'mass'],
    ['opacity', 'lung opacity'],
    ['hip', 'hip bones'],
    ['adrenal', 'adrenal glands'],
    ['thoracic spine', 'spine'],
    ['cortex', undefined],
  ])('the ambiguous %s means %s', (phrase, name) => {
    expect(lookupTarget(phrase)?.target.name).toBe(name);
  });
});

describe('reading a text', () => {
  test('finds the longest names in order, with their sides and places', () => {
    const text =
      'Findings: A small left pleural effusion. No pneumothorax; the right adrenal gland is normal. Left lateral ventricle, liver.';
    const found = findTargets(text).map(({ target, side, start, end }) => [target.name, side, text.slice(start, end)]);
    expect(found).toEqual([
      ['pleural effusion', 'left', 'A small left pleural effusion'],
      ['pneumothorax', undefined, 'pneumothorax'],
      ['right adrenal gland', undefined, 'the right adrenal gland'],
      ['left lateral ventricle', undefined, 'Left lateral ventricle'],
      ['liver', undefined, 'liver'],
    ]);
  });

  test('a qualifier in another sentence or list item stays there', () => {
    const [first] = findTargets('Seen on the left. Effusion.');
    expect(first).toMatchObject({ start: 18, end: 26 });
    expect(first?.side).toBeUndefined();
    expect(findTargets('effusion, left mass').map(({ side }) => side)).toEqual([undefined, 'left']);
  });

  test('a structure that says where an abnormality is belongs to it', () => {
    const found = findTargets('Left lung nodule, right lower lobe consolidation. Right lower lobe. Consolidation.');
    expect(found.map(({ target, side }) => [target.name, side])).toEqual([
      ['nodule', 'left'],
      ['consolidation', 'right'],
      ['right lower lobe', undefined],
      ['consolidation', undefined],
    ]);
  });

  test('names nothing in an empty text or one of other words', () => {
    expect(findTargets('')).toEqual([]);
    expect(findTargets('livery kidneyed heartburn')).toEqual([]);
  });
});
