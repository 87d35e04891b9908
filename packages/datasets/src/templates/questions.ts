import type { Rng } from '@vividmed/core';
import { textOf } from '../report/segment.js';
import type { Study } from '../study.js';
import { targetOf } from '../taxonomy/table.js';
import { isPlural, nounOf, word } from './grammar.js';
import { nameOf } from './presence.js';
import type { Turn } from './sample.js';
import { knowledgeOf } from './truth.js';
import * as wordings from './wordings.js';

const turn = (question: string, answer: string): Turn => ({ question, answer: [{ text: answer }] });

const modalities: Readonly<Record<string, string>> = {
  CT: 'CT',
  CR: 'X-ray',
  DX: 'X-ray',
  MR: 'MRI',
  MG: 'mammography',
  US: 'ultrasound',
  PT: 'PET',
  NM: 'scintigraphy',
};

/** What the modality of a volume is called in answers. */
export const modalityName = (modality: string): string => modalities[modality] ?? modality;

export const modalityTurn = ({ volume }: Study, rng: Rng): Turn =>
  turn(word(rng.pick(wordings.modality), rng), `${modalityName(volume.modality)}.`);

/** `undefined` where the plane is not known. */
export const planeTurn = ({ plane }: Study, rng: Rng): Turn | undefined =>
  plane === undefined ? undefined : turn(word(rng.pick(wordings.plane), rng), `${plane}.`);

/**
 * Yes-or-no questions, each on another abnormality, at most this many. Which answer one has is drawn first, so that both are as
 * frequent wherever both can be had.
 */
export function abnormalityTurns(study: Study, most: number, rng: Rng): Turn[] {
  const knowledge = knowledgeOf(study);
  const isAbnormality = (target: string): boolean => targetOf(target).category === 'abnormality';
  const there = rng.shuffle(knowledge.present.filter(isAbnormality));
  const missing = rng.shuffle(knowledge.absent.filter(isAbnormality));
  const numAsked = Math.min(1 + rng.int(most), there.length + missing.length);
  return Array.from({ length: numAsked }, () => {
    const yes = missing.length === 0 || (there.length > 0 && rng.chance(0.5));
    const name = nameOf((yes ? there : missing).pop()!, rng);
    const question = word(rng.pick(wordings.abnormality), rng, nounOf(name, 'abnormality'), isPlural(name));
    return turn(question, yes ? 'yes.' : 'no.');
  });
}

/** `undefined` where there is no caption. */
export const captionTurn = ({ caption }: Study, rng: Rng): Turn | undefined =>
  caption === undefined ? undefined : turn(word(rng.pick(wordings.caption), rng), caption);

/** Findings and impression, or the one that there is, as plain text; `undefined` where there is neither. */
export function reportTurn({ findings, impression, report }: Study, rng: Rng): Turn | undefined {
  if (findings !== undefined && impression !== undefined)
    return turn(word(rng.pick(wordings.report), rng), `Findings: ${findings}\nImpression: ${impression}`);
  if (findings !== undefined) return turn(word(rng.pick(wordings.findings), rng), findings);
  if (impression !== undefined) return turn(word(rng.pick(wordings.impression), rng), impression);
  return report && turn(word(rng.pick(wordings.report), rng), textOf(report));
}

/** The questions of a data set with their answers, in random order. */
export const datasetTurns = ({ questions = [] }: Study, rng: Rng): Turn[] =>
  rng.shuffle(questions).map(({ question, answer }) => turn(question, answer));
