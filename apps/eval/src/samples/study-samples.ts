import { createRng, type Rng } from '@vividmed/core';
import {
  conversationOf,
  isPhrase,
  type Sample as Conversation,
  type Study,
  targetOf,
  textOf,
  type Turn,
} from '@vividmed/datasets';
import type { EvaluationTask } from '../prediction.js';
import type { Reference, ReferencePhrase } from '../reference.js';
import { encodeMask, type VoxelBox } from '../voxels.js';
import { type EvaluationSample, sampleId } from './sample.js';

/** Targets that are known to be absent and are looked for all the same: findings, all, or none. */
export type AbsentTargets = 'findings' | 'all' | 'none';

export interface StudySampleOptions {
  dataset: string;
  tasks: readonly EvaluationTask[];
  /** `findings` by default: what a model finds where nothing is counts against it. */
  absentTargets?: AbsentTargets;
  /** Words of the questions of reports, where a data set has none of its own; 0 by default. */
  seed?: number;
  patient?: string;
  /** Index of the image in its source. */
  image: number;
}

type Truth = Pick<Reference, 'masks' | 'boxes' | 'absent' | 'labels'>;

const showsMask = (target: string): boolean => targetOf(target).kind !== 'boxes';
const showsBoxes = (target: string): boolean => targetOf(target).kind !== 'mask';
const isFinding = (target: string): boolean => targetOf(target).category === 'abnormality';

/** Names of targets whose mask or boxes a study has, in a fixed order. */
const shownIn = ({ masks, boxes }: Study): string[] =>
  [
    ...new Set([
      ...Object.keys(masks).filter((name) => masks[name]!.includes(1)),
      ...Object.keys(boxes).filter((name) => boxes[name]!.length > 0),
    ]),
  ].sort();

/** Masks and boxes of targets by what the taxonomy shows of them, and which of the targets are absent. */
function truthOf(study: Study, targets: readonly string[]): Truth {
  const { masks, boxes, volume } = study;
  const withMask = targets.filter((name) => showsMask(name) && masks[name]?.includes(1));
  const withBoxes = targets.filter((name) => showsBoxes(name) && (boxes[name]?.length ?? 0) > 0);
  return {
    masks: Object.fromEntries(withMask.map((name) => [name, encodeMask(masks[name]!, volume.shape)])),
    boxes: Object.fromEntries(withBoxes.map((name) => [name, boxes[name]!])),
    absent: targets.filter((name) => study.absent.includes(name)),
  };
}

/** Findings that are known to be there or not. */
function labelsOf(study: Study): Record<string, boolean> {
  const there = [...shownIn(study), ...study.present].filter(isFinding);
  const absent = study.absent.filter(isFinding);
  return Object.fromEntries([...absent.map((name) => [name, false]), ...there.map((name) => [name, true])]);
}

/** Targets that can be looked for: those with something to be compared with, and absent ones. */
function targetsOf(study: Study, absentTargets: AbsentTargets): string[] {
  const { masks, boxes } = study;
  const shown = shownIn(study).filter(
    (name) => (showsMask(name) && masks[name] !== undefined) || (showsBoxes(name) && boxes[name] !== undefined),
  );
  const isWanted = (name: string): boolean =>
    absentTargets === 'all' || (absentTargets === 'findings' && isFinding(name));
  return [...shown, ...study.absent.filter(isWanted).sort()];
}

/** The phrases of a grounded answer that are there, with their places in its text. */
function phrasesOf({ regions }: Conversation, { answer }: Turn, turn: number): ReferencePhrase[] {
  let start = 0;
  return answer.flatMap((part, segment): ReferencePhrase[] => {
    const text = textOf([part]);
    const end = start + text.length;
    const at = start;
    start = end;
    if (!isPhrase(part) || !part.present) return [];
    const region = regions.find((one) => one.turn === turn && one.segment === segment);
    const boxes: readonly VoxelBox[] = region?.boxes ?? [];
    const own = showsBoxes(part.target) && boxes.length > 0 ? { boxes } : {};
    return [{ text, start: at, end, target: part.target, ...own }];
  });
}

/** The conversation of a report; nothing else is asked in it. */
const reportConversation = (study: Study, task: 'report' | 'groundedReport', rng: Rng): Conversation | undefined => {
  const alone = { modality: 0, plane: 0, abnormality: 0, report: 1 };
  const every = { grounding: 1, maxMaskPhrases: 1000, maxBoxPhrases: 1000 };
  const sample =
    task === 'report'
      ? conversationOf(study, 'instruction', rng, alone)
      : conversationOf(study, 'groundedReport', rng, { ...alone, ...every });
  return sample?.task === task ? sample : undefined;
};

/** What is asked about a study: only what the data set has an answer to. The same seed asks the same. */
export function studySamples(study: Study, options: StudySampleOptions): EvaluationSample[] {
  const { dataset, tasks, absentTargets = 'findings', seed = 0, patient, image } = options;
  const { volume } = study;
  const make = (
    task: EvaluationTask,
    asked: Pick<EvaluationSample, 'question' | 'phrases'>,
    truth: Partial<Reference>,
    index?: number,
  ): EvaluationSample => {
    const id = sampleId(study.id, task, index);
    const reference: Reference = {
      id,
      dataset,
      task,
      modality: volume.modality,
      ...(patient !== undefined && { patient }),
      ...(asked.question !== undefined && { question: asked.question }),
      ...truth,
      spacingMm: volume.spacingMm,
      shape: volume.shape,
    };
    return { id, dataset, task, volume, ...asked, reference, image };
  };
  const localisation = (): EvaluationSample[] => {
    const phrases = targetsOf(study, absentTargets);
    return phrases.length === 0 ? [] : [make('localisation', { phrases }, truthOf(study, phrases))];
  };
  const questions = (): EvaluationSample[] =>
    (study.questions ?? []).map(({ question, answer, kind }, i) =>
      make('vqa', { question }, { answer, ...(kind !== undefined && { answerType: kind }) }, i),
    );
  const report = (task: 'report' | 'groundedReport'): EvaluationSample[] => {
    const conversation = reportConversation(study, task, createRng(seed).fork(`${study.id} ${task}`));
    if (!conversation) return [];
    const [turn] = conversation.turns as [Turn];
    const phrases = task === 'report' ? [] : phrasesOf(conversation, turn, 0);
    const named = [...new Set(phrases.flatMap(({ target }) => (target === undefined ? [] : [target])))];
    const grounded = task === 'report' ? {} : { phrases, ...truthOf(study, named), absent: [...study.absent] };
    const truth = { report: textOf(turn.answer), labels: labelsOf(study), ...grounded };
    return [make(task, { question: turn.question }, truth)];
  };
  return tasks.flatMap((task) =>
    task === 'localisation' ? localisation() : task === 'vqa' ? questions() : report(task),
  );
}
