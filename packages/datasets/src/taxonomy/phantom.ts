import { check } from '@vividmed/core';
import { targetOf } from './table.js';
import type { Target } from './target.js';

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

export type PhantomTargetName = FindingName | AnatomyName | OutOfViewName;

/** A target that conversations about phantoms speak of. */
export interface PhantomTarget extends Target {
  name: PhantomTargetName;
  /** False for anatomy outside a chest image. */
  inView: boolean;
}

/**
 * The words that conversations about phantoms use. They are fewer than the taxonomy knows, and stay as they are: the
 * vocabularies of small models hold these.
 */
const words: Readonly<Record<PhantomTargetName, readonly string[]>> = {
  nodule: ['nodules', 'pulmonary nodule', 'pulmonary nodules', 'lung nodule', 'lung nodules'],
  mass: ['masses', 'lung mass', 'lung masses', 'pulmonary mass'],
  'pleural effusion': ['pleural effusions', 'effusion', 'effusions', 'pleural fluid'],
  pneumothorax: ['pneumothoraces'],
  consolidation: ['consolidations', 'airspace opacity', 'airspace opacities', 'airspace consolidation'],
  atelectasis: ['atelectatic band', 'atelectatic change', 'volume loss'],
  cardiomegaly: ['enlarged heart', 'cardiac enlargement', 'enlarged cardiac silhouette'],
  lungs: ['both lungs', 'lung fields', 'lung'],
  'left lung': ['left lung field'],
  'right lung': ['right lung field'],
  heart: ['cardiac silhouette', 'heart shadow'],
  aorta: ['thoracic aorta'],
  trachea: ['windpipe'],
  mediastinum: ['mediastinal contour', 'mediastinal structures'],
  spine: ['thoracic spine', 'vertebral column'],
  ribs: ['rib cage'],
  clavicles: ['collar bones'],
  liver: [],
  stomach: ['gastric bubble'],
  brain: [],
  bladder: ['urinary bladder'],
  knee: [],
};

const outOfView: ReadonlySet<string> = new Set(outOfViewNames);

const phantomTarget = (name: PhantomTargetName): PhantomTarget => ({
  ...targetOf(name),
  name,
  inView: !outOfView.has(name),
  synonyms: words[name],
});

/** The targets of the phantom, findings first: a part of the taxonomy. */
export const phantomTaxonomy: readonly PhantomTarget[] = [...findingNames, ...anatomyNames, ...outOfViewNames].map(
  phantomTarget,
);

export const isFinding = (name: string): name is FindingName => (findingNames as readonly string[]).includes(name);

const byName: ReadonlyMap<string, PhantomTarget> = new Map(phantomTaxonomy.map((target) => [target.name, target]));

/** The target of the phantom with this name. @throws {VividMedError} `data` when there is none. */
export function phantomTargetOf(name: string): PhantomTarget {
  const target = byName.get(name);
  check(target, 'data', `phantomTargetOf: expected the name of a target of the phantom, found "${name}".`);
  return target;
}
