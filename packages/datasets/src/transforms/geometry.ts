import { check } from '@vividmed/core';
import { isPhrase, type Segment, textOf } from '../report/segment.js';
import type { Study } from '../study.js';
import type { Box } from '../volume.js';
import type { Transform } from './compose.js';
import { type AxisSources, resampleAxes, sameAxis } from './grid.js';
import { mirroredTarget, mirroredText, otherSide } from '../taxonomy/sides.js';

export type Axis = 0 | 1 | 2;

const axesOf = ({ volume: { shape } }: Study): [Int32Array, Int32Array, Int32Array] => [
  sameAxis(shape[0]),
  sameAxis(shape[1]),
  sameAxis(shape[2]),
];

/** A value that stands for nothing there: the smallest of the image, air in CT. */
export const backgroundOf = (data: Float32Array): number => data.reduce((low, value) => Math.min(low, value), Infinity);

/** A stretch of a report about the mirrored image; `undefined` where there is none. */
function mirroredSegment(segment: Segment): Segment | undefined {
  if (!isPhrase(segment)) {
    const text = mirroredText(segment.text);
    return text === undefined ? undefined : { text };
  }
  const [phrase, target] = [mirroredText(segment.phrase), mirroredTarget(segment.target)];
  if (phrase === undefined || target === undefined) return undefined;
  return { ...segment, phrase, target, ...(segment.side ? { side: otherSide[segment.side] } : {}) };
}

/** The same study with the names of all targets and all texts mirrored; `undefined` where one of them cannot be. */
function swapSides(study: Study): Study | undefined {
  const names = new Map<string, string>();
  for (const name of [...Object.keys(study.masks), ...Object.keys(study.boxes), ...study.present, ...study.absent]) {
    const twin = mirroredTarget(name);
    if (twin === undefined) return undefined;
    names.set(name, twin);
  }
  const rename = <T>(byName: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(byName).map(([name, value]) => [names.get(name)!, value]));
  const list = (targets: readonly string[]): string[] => targets.map((name) => names.get(name)!);
  const out: Study = {
    ...study,
    masks: rename(study.masks),
    boxes: rename(study.boxes),
    present: list(study.present),
    absent: list(study.absent),
  };
  for (const key of ['findings', 'impression', 'caption'] as const) {
    const text = study[key];
    if (text === undefined) continue;
    const twin = mirroredText(text);
    if (twin === undefined) return undefined;
    out[key] = twin;
  }
  if (study.questions) {
    const questions: { question: string; answer: string }[] = [];
    for (const pair of study.questions) {
      const [question, answer] = [mirroredText(pair.question), mirroredText(pair.answer)];
      if (question === undefined || answer === undefined) return undefined;
      questions.push({ question, answer });
    }
    out.questions = questions;
  }
  if (study.report) {
    if (mirroredText(textOf(study.report)) === undefined) return undefined;
    const report = study.report.map(mirroredSegment);
    if (!report.every((segment) => segment !== undefined)) return undefined;
    out.report = report;
  }
  if (study.boxSides)
    out.boxSides = rename(
      Object.fromEntries(
        Object.entries(study.boxSides).map(([name, sides]) => [name, sides.map((side) => side && otherSide[side])]),
      ),
    );
  return out;
}

/**
 * Mirrors a study along an axis; along the one from left to right, names and texts swap their sides. `undefined` where the
 * mirrored study would not be true: it shows or names something that lies on one side alone, it is a radiograph (whose marker of the
 * side is a letter), or the axis of the sides is not known.
 */
export function flip(study: Study, axis: Axis): Study | undefined {
  if (study.leftRightAxis === undefined || ['CR', 'DX'].includes(study.volume.modality)) return undefined;
  const swapped = study.leftRightAxis === axis ? swapSides(study) : study;
  if (!swapped) return undefined;
  const sources = axesOf(study);
  sources[axis].reverse();
  return resampleAxes(swapped, sources, 0);
}

/**
 * The part of a study inside a box of whole voxels.
 *
 * @throws {VividMedError} `shape` when the box is empty or reaches outside.
 */
export function crop(study: Study, box: Box): Study {
  const { shape } = study.volume;
  const axes = axesOf(study);
  const sources = axes.map((axis, i) => {
    const [low, high] = [box[i]!, box[i + 3]!];
    check(
      Number.isInteger(low) && Number.isInteger(high) && low >= 0 && low < high && high <= shape[i]!,
      'shape',
      () => `crop: expected whole voxels within ${shape[i]} along axis ${i}, found ${low} to ${high}.`,
    );
    return axis.subarray(low, high);
  });
  const [d, h, w] = sources as [Int32Array, Int32Array, Int32Array];
  return resampleAxes(study, [d, h, w], 0);
}

/** Moves everything by whole voxels on the same grid; what comes in is background. */
export function shift(study: Study, by: readonly [number, number, number]): Study {
  const move = (axis: Axis): Int32Array => {
    const length = study.volume.shape[axis];
    return sameAxis(length).map((i) => {
      const from = i - by[axis];
      return from < 0 || from >= length ? -1 : from;
    });
  };
  const sources: AxisSources = [move(0), move(1), move(2)];
  return resampleAxes(study, sources, backgroundOf(study.volume.data));
}

/** Mirrors half of the studies along an axis, those of which the mirrored one would be true; the others stay. */
export const varySides =
  (axis: Axis): Transform =>
  (study, rng) =>
    rng.chance(0.5) ? (flip(study, axis) ?? study) : study;

/** Moves a study by whole voxels, at most this part of each axis either way. */
export const varyPlace =
  (part = 0.05): Transform =>
  (study, rng) => {
    const by = (axis: Axis): number => {
      const most = Math.floor(study.volume.shape[axis] * part);
      return rng.int(2 * most + 1) - most;
    };
    return shift(study, [by(0), by(1), by(2)]);
  };
