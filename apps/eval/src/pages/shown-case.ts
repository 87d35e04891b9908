import type { Volume } from '@vividmed/datasets';
import { boxIou, dice } from '@vividmed/metrics';
import type { HeldOutCase, PagePhrase, PageReport } from '@vividmed/pages';
import type { Prediction, PredictedPhrase } from '../prediction.js';
import type { Reference } from '../reference.js';
import { decodeMask, type RunLengthMask, type VoxelBox } from '../voxels.js';

/** Overlap from which a region counts as the true one. */
const enough = 0.5;

/** Whether the region of a phrase is that of its target; unknown where the reference says nothing of it. */
export function isRegionRight(phrase: PredictedPhrase, { masks, boxes, absent }: Reference): boolean | undefined {
  const { target, mask, found } = phrase;
  if (target === undefined) return undefined;
  const [trueMask, trueBoxes] = [masks?.[target], boxes?.[target]];
  if (trueMask && mask) return found && dice(decodeMask(mask), decodeMask(trueMask)) >= enough;
  if (trueBoxes)
    return found && trueBoxes.some((truth) => phrase.boxes.some(({ box }) => boxIou(box, truth) >= enough));
  return absent?.includes(target) ? !found : undefined;
}

interface Spanned {
  start: number;
  end: number;
}

/** Phrases in the order of the text, without those that are empty or overlap the one before. */
function inOrder<T extends Spanned>(phrases: readonly T[], text: string): T[] {
  let at = 0;
  return [...phrases]
    .sort((a, b) => a.start - b.start)
    .filter(({ start, end }) => {
      const fits = start >= at && end > start && end <= text.length;
      if (fits) at = end;
      return fits;
    });
}

const shownPhrase = (
  { start, end }: Spanned,
  text: string,
  target: string | undefined,
  mask: RunLengthMask | undefined,
): Pick<PagePhrase, 'start' | 'end' | 'text' | 'targetName' | 'mask'> => ({
  start,
  end,
  text,
  ...(target === undefined ? {} : { targetName: target }),
  ...(mask ? { mask: decodeMask(mask) } : {}),
});

function predictedReport({ prediction: text, phrases = [] }: Prediction, reference: Reference): PageReport {
  return {
    text,
    phrases: inOrder(phrases, text).map((phrase): PagePhrase => {
      const correct = isRegionRight(phrase, reference);
      return {
        ...shownPhrase(phrase, phrase.text, phrase.target, phrase.mask),
        boxes: phrase.found ? phrase.boxes : [],
        found: phrase.found,
        ...(correct === undefined ? {} : { correct }),
      };
    }),
  };
}

function referenceReport({ report: text = '', phrases = [], masks, boxes }: Reference): PageReport {
  return {
    text,
    phrases: inOrder(phrases, text).map((phrase): PagePhrase => {
      const mask = phrase.target === undefined ? undefined : masks?.[phrase.target];
      const own: readonly VoxelBox[] =
        phrase.boxes ?? (phrase.target === undefined ? [] : (boxes?.[phrase.target] ?? []));
      return {
        ...shownPhrase(phrase, phrase.text, phrase.target, mask),
        boxes: own.map((box) => ({ box })),
        found: mask !== undefined || own.length > 0,
      };
    }),
  };
}

/** A sample as pages show it: its image, what the model wrote and the reference, each with its regions. */
export const shownCase = (prediction: Prediction, reference: Reference, volume: Volume): HeldOutCase => ({
  title: `${reference.modality} ${reference.id}`,
  volume,
  generated: predictedReport(prediction, reference),
  truth: referenceReport(reference),
});
