/** Side of the patient. Left is on the right of an image. */
export type Side = 'left' | 'right';

/** How a target is shown: anatomy as one mask, abnormalities as one box per instance (paper 3.1). */
export type TargetKind = 'mask' | 'boxes';

export const findingNames = [
  'nodule',
  'mass',
  'pleural effusion',
  'pneumothorax',
  'consolidation',
  'atelectasis',
  'cardiomegaly',
] as const;
export type FindingName = (typeof findingNames)[number];

export const anatomyNames = [
  'lungs',
  'left lung',
  'right lung',
  'heart',
  'aorta',
  'trachea',
  'mediastinum',
  'spine',
  'ribs',
  'clavicles',
  'liver',
  'stomach',
] as const;
export type AnatomyName = (typeof anatomyNames)[number];

/** Anatomy that a chest image does not show: asked for so that "no" is an answer for anatomy too. */
export const outOfViewNames = ['brain', 'bladder', 'knee'] as const;
export type OutOfViewName = (typeof outOfViewNames)[number];

export type TargetName = FindingName | AnatomyName | OutOfViewName;

export interface Target {
  name: TargetName;
  kind: TargetKind;
  /** True for findings that occur on a side, so that "left" and "right" may qualify them. */
  sided: boolean;
  /** False for anatomy outside a chest image. */
  inView: boolean;
  /** Other names; singular and plural forms are both listed. */
  synonyms: readonly string[];
}

const finding = (name: FindingName, synonyms: string[], sided = true): Target => ({
  name,
  kind: 'boxes',
  sided,
  inView: true,
  synonyms,
});
const anatomy = (name: AnatomyName | OutOfViewName, synonyms: string[], inView = true): Target => ({
  name,
  kind: 'mask',
  sided: false,
  inView,
  synonyms,
});

/** Every target, findings first. */
export const taxonomy: readonly Target[] = [
  finding('nodule', ['nodules', 'pulmonary nodule', 'pulmonary nodules', 'lung nodule', 'lung nodules']),
  finding('mass', ['masses', 'lung mass', 'lung masses', 'pulmonary mass']),
  finding('pleural effusion', ['pleural effusions', 'effusion', 'effusions', 'pleural fluid']),
  finding('pneumothorax', ['pneumothoraces']),
  finding('consolidation', ['consolidations', 'airspace opacity', 'airspace opacities', 'airspace consolidation']),
  finding('atelectasis', ['atelectatic band', 'atelectatic change', 'volume loss']),
  finding('cardiomegaly', ['enlarged heart', 'cardiac enlargement', 'enlarged cardiac silhouette'], false),
  anatomy('lungs', ['both lungs', 'lung fields', 'lung']),
  anatomy('left lung', ['left lung field']),
  anatomy('right lung', ['right lung field']),
  anatomy('heart', ['cardiac silhouette', 'heart shadow']),
  anatomy('aorta', ['thoracic aorta']),
  anatomy('trachea', ['windpipe']),
  anatomy('mediastinum', ['mediastinal contour', 'mediastinal structures']),
  anatomy('spine', ['thoracic spine', 'vertebral column']),
  anatomy('ribs', ['rib cage']),
  anatomy('clavicles', ['collar bones']),
  anatomy('liver', []),
  anatomy('stomach', ['gastric bubble']),
  anatomy('brain', [], false),
  anatomy('bladder', ['urinary bladder'], false),
  anatomy('knee', [], false),
];

const byName = new Map<string, Target>();
for (const target of taxonomy) for (const name of [target.name, ...target.synonyms]) byName.set(name, target);

/** The target of this name. */
export const targetOf = (name: TargetName): Target => byName.get(name) as Target;

export const isFinding = (name: string): name is FindingName => (findingNames as readonly string[]).includes(name);

const qualifiers = new Set(
  (
    'a an the small moderate large multiple several single bilateral left right sided upper middle lower zone lobe basal ' +
    'mild possible likely new two three'
  ).split(' '),
);

/**
 * What a phrase of a report points at: its target, and the side if it names one. Words of size, number, side and place in
 * front of the name are understood. `undefined` when the phrase names nothing of the taxonomy.
 */
export function lookupTarget(phrase: string): { target: Target; side?: Side } | undefined {
  const words = phrase
    .toLowerCase()
    .replaceAll(/[^a-z ]+/g, ' ')
    .split(/\s+/)
    .filter(Boolean);
  for (let start = 0; start < words.length; start++) {
    const target = byName.get(words.slice(start).join(' '));
    if (target) {
      const before = words.slice(0, start);
      if (!before.every((word) => qualifiers.has(word))) return undefined;
      const sides = (['left', 'right'] as const).filter((side) => before.includes(side));
      const [side] = sides;
      return target.sided && sides.length === 1 && side !== undefined ? { target, side } : { target };
    }
  }
  return undefined;
}
