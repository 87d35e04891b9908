import type { Rng } from '@vividmed/core';
import type { Case } from '../phantom/generate.js';
import { findingNames, type FindingName } from '../taxonomy/phantom.js';
import { modalityName } from './questions.js';

/** A question about an image with a short answer (paper 3.3.2). */
export interface Question {
  kind: 'modality' | 'plane' | 'abnormality' | 'which';
  question: string;
  answer: string;
  /** The finding that a yes-or-no question asks for. */
  target?: FindingName;
}

const image = ['image', 'scan', 'study'] as const;
const names: Record<FindingName, readonly string[]> = {
  nodule: ['a nodule', 'a lung nodule'],
  mass: ['a mass', 'a lung mass'],
  'pleural effusion': ['a pleural effusion', 'pleural fluid'],
  pneumothorax: ['a pneumothorax'],
  consolidation: ['consolidation', 'an airspace opacity'],
  atelectasis: ['atelectasis'],
  cardiomegaly: ['cardiomegaly', 'an enlarged heart'],
};

export function modalityQuestion(subject: Case, rng: Rng): Question {
  const question = rng.pick([
    `Name the modality of this ${rng.pick(image)}.`,
    `Which imaging technique made this ${rng.pick(image)}?`,
    `Is this ${rng.pick(image)} an X-ray or a CT?`,
  ]);
  return { kind: 'modality', question, answer: `${modalityName(subject.volume.modality)}.` };
}

export function planeQuestion(subject: Case, rng: Rng): Question {
  const question = rng.pick([
    `Name the plane of this ${rng.pick(image)}.`,
    `Which plane does this ${rng.pick(image)} show?`,
    `Is the plane of this ${rng.pick(image)} axial or frontal?`,
  ]);
  return { kind: 'plane', question, answer: `${subject.plane}.` };
}

/** A yes-or-no question; which answer it has is drawn first, so both are as frequent wherever both can be had. */
export function abnormalityQuestion(subject: Case, rng: Rng, avoid: ReadonlySet<FindingName> = new Set()): Question {
  const open = findingNames.filter((name) => !avoid.has(name));
  const there = open.filter((name) => subject.boxes[name].length > 0);
  const missing = open.filter((name) => subject.boxes[name].length === 0);
  // A fifth of the phantoms have no finding and can only answer no; this chance makes up for them.
  const yes = there.length > 0 && (missing.length === 0 || rng.chance(0.62));
  const target = rng.pick(yes ? there : missing);
  const name = rng.pick(names[target]);
  const question = rng.pick([
    `Is there ${name} in this ${rng.pick(image)}?`,
    `Does this ${rng.pick(image)} show ${name}?`,
    `Can you see ${name}?`,
  ]);
  return { kind: 'abnormality', question, answer: yes ? 'yes.' : 'no.', target };
}

export function whichQuestion(subject: Case, rng: Rng): Question {
  const found = findingNames.filter((name) => subject.boxes[name].length > 0);
  const question = rng.pick([
    `Which abnormalities does this ${rng.pick(image)} show?`,
    `What is abnormal in this ${rng.pick(image)}?`,
    `Name the abnormalities in this ${rng.pick(image)}.`,
  ]);
  return { kind: 'which', question, answer: found.length === 0 ? 'none.' : `${found.join(', ')}.` };
}
