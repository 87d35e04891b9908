import type { LocatedPhrase, ReadPhrase } from '@vividmed/inference';
import type { PredictedPhrase } from '../prediction.js';
import { encodeMask, type ShapeDhw } from '../voxels.js';

/** From which presence score a box counts as found, as readers have it by default. */
const boxThreshold = 0.5;

/** How sure the model is of a phrase, by what is shown of it. */
const scoreOf = ({ kind, scores }: ReadPhrase | LocatedPhrase): number =>
  kind === 'mask' ? scores.mask : kind === 'boxes' ? scores.boxes : Math.max(scores.mask, scores.boxes);

function predicted(
  phrase: ReadPhrase | LocatedPhrase,
  { start, end, shape, found }: { start: number; end: number; shape: ShapeDhw; found: boolean },
): PredictedPhrase {
  const { text, target, boxes, mask } = phrase;
  return {
    text,
    start,
    end,
    ...(target && { target: target.name }),
    found,
    score: scoreOf(phrase),
    boxes,
    ...(mask.length > 0 && { mask: encodeMask(mask, shape) }),
  };
}

/** A phrase that the model wrote. */
export const writtenPhrase = (phrase: ReadPhrase, shape: ShapeDhw): PredictedPhrase =>
  predicted(phrase, { ...phrase, shape });

/** A phrase that was looked for with every instance shown; `start` is its place in the prediction. */
export const givenPhrase = (phrase: LocatedPhrase, shape: ShapeDhw, start: number): PredictedPhrase =>
  predicted(phrase, {
    start,
    end: start + phrase.text.length,
    shape,
    found: phrase.mask.includes(1) || (phrase.kind !== 'mask' && phrase.scores.boxes >= boxThreshold),
  });
