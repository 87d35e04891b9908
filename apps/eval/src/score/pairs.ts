import { check } from '@vividmed/core';
import { lookupTarget } from '@vividmed/datasets';
import type { ScoredAnswer, LocalisationPair, ScoredReport } from '@vividmed/metrics';
import type { Reference } from '../reference.js';
import { decodeMask, type RunLengthMask } from '../voxels.js';
import type { Joined } from './joined.js';
import { findingsOf } from './labellers.js';
import type { ReportReading } from './model-readings.js';

/** What every sample says of itself. */
export const commonOf = ({ id, modality, patient }: Reference): { id: string; modality: string; patient?: string } => ({
  id,
  modality,
  ...(patient === undefined ? {} : { patient }),
});

/** @throws {VividMedError} `data` for a reference without a report. */
export function reportPair([{ prediction }, reference]: Joined, reading: ReportReading = {}): ScoredReport {
  check(reference.report !== undefined, 'data', `reference of ${reference.dataset}: expected a report, found none.`);
  const findings = reading.findings ?? findingsOf(prediction, reference);
  return {
    ...commonOf(reference),
    prediction,
    reference: reference.report,
    ...reading,
    ...(findings ? { findings } : {}),
  };
}

/** What a judge said of answers; null where nothing could be read, undefined where it was not asked. */
export interface Verdicts {
  judge: string;
  of(reference: Reference): number | null | undefined;
}

/** @throws {VividMedError} `data` for a reference without an answer. */
export function answerPair([{ prediction }, reference]: Joined, verdicts?: Verdicts): ScoredAnswer {
  const verdict = verdicts?.of(reference);
  const { answer, answerType, question } = reference;
  check(answer !== undefined, 'data', `reference of ${reference.dataset}: expected an answer, found none.`);
  return {
    ...commonOf(reference),
    prediction,
    reference: answer,
    ...(question === undefined ? {} : { question }),
    ...(answerType === undefined ? {} : { answerType }),
    ...(verdicts && verdict !== undefined ? { verdict, judge: verdicts.judge } : {}),
  };
}

/** @throws {VividMedError} `shape` for a mask of another grid than the image. */
export function voxelsOf(mask: RunLengthMask, { shape, dataset }: Reference, what: string): Uint8Array {
  check(
    mask.shape.every((length, axis) => length === shape[axis]),
    'shape',
    () =>
      `${what} mask of ${dataset}: expected the grid of the image, ${shape.join(' x ')}, found ${mask.shape.join(' x ')}.`,
    'masks are compared on the grid of the image: bring them there first.',
  );
  return decodeMask(mask);
}

/**
 * Pairs of the targets that the reference knows.
 *
 * @yields one for each: there, with its region, or known not to be there
 */
export function* localisationPairs([{ phrases = [] }, reference]: Joined): Generator<LocalisationPair> {
  const { id, masks = {}, boxes = {}, absent = [], shape, spacingMm } = reference;
  const byTarget = new Map(phrases.map((phrase) => [phrase.target ?? phrase.text, phrase]));
  for (const target of new Set([...Object.keys(masks), ...Object.keys(boxes), ...absent])) {
    const phrase = byTarget.get(target);
    const [mask, trueBoxes] = [masks[target], boxes[target]];
    const isAbsent = !mask && !trueBoxes;
    const hasBoxes = trueBoxes !== undefined || (isAbsent && lookupTarget(target)?.target.kind === 'boxes');
    yield {
      ...commonOf(reference),
      id: `${id}/${target}`,
      target,
      spacingMm,
      shape,
      prediction: {
        ...(phrase?.mask ? { mask: voxelsOf(phrase.mask, reference, 'predicted') } : {}),
        ...(phrase ? { boxes: phrase.boxes, found: phrase.found } : { found: false }),
      },
      reference: hasBoxes
        ? { boxes: trueBoxes ?? [] }
        : {
            mask: mask
              ? voxelsOf(mask, reference, 'true')
              : decodeMask({ shape, counts: [shape[0] * shape[1] * shape[2]] }),
          },
    };
  }
}
