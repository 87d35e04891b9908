import type { GroundingPair, Region, ReportPhrase } from '@vividmed/metrics';
import type { PredictedPhrase } from '../prediction.js';
import type { Reference, ReferencePhrase } from '../reference.js';
import { splitSentences } from '../judgements/sentences.js';
import type { Joined } from './joined.js';
import { commonOf, voxelsOf } from './pairs.js';

const denial = /\b(?:no|not|without|neither|nor|free of|negative for|absence of)\b/i;

/** Whether the words before a phrase, in its sentence, deny it: "no effusion". */
export function isDenied(text: string, start: number): boolean {
  const sentence = splitSentences(text).find((each) => each.start <= start && start < each.end);
  return sentence !== undefined && denial.test(text.slice(sentence.start, start));
}

/** The patient's side that a phrase names. */
function sideIn(text: string): 'left' | 'right' | 'both' | undefined {
  const words = new Set(text.toLowerCase().match(/[a-z]+/g));
  if (words.has('both') || words.has('bilateral') || (words.has('left') && words.has('right'))) return 'both';
  return words.has('left') ? 'left' : words.has('right') ? 'right' : undefined;
}

function reportPhrase(text: string, target: string | undefined, region: Region | undefined): ReportPhrase {
  const side = sideIn(text);
  return { target: target ?? text, ...(side === undefined ? {} : { side }), ...(region ? { region } : {}) };
}

function predictedRegion({ found, mask, boxes }: PredictedPhrase, reference: Reference): Region | undefined {
  if (!found) return undefined;
  return mask ? { mask: voxelsOf(mask, reference, 'predicted') } : { boxes: boxes.map(({ box }) => box) };
}

function trueRegion({ target, boxes: own }: ReferencePhrase, reference: Reference): Region | undefined {
  const mask = target === undefined ? undefined : reference.masks?.[target];
  if (mask && !own) return { mask: voxelsOf(mask, reference, 'true') };
  const boxes = own ?? (target === undefined ? undefined : reference.boxes?.[target]);
  return boxes ? { boxes } : undefined;
}

/**
 * The phrases of a report and of its reference that say that something is there. Phrases that their sentence denies are left
 * out, since references list what is there alone.
 */
export function groundingPair([{ prediction, phrases = [] }, reference]: Joined): GroundingPair {
  return {
    ...commonOf(reference),
    shape: reference.shape,
    prediction: phrases
      .filter(({ start }) => !isDenied(prediction, start))
      .map((phrase) => reportPhrase(phrase.text, phrase.target, predictedRegion(phrase, reference))),
    reference: (reference.phrases ?? []).map((phrase) =>
      reportPhrase(phrase.text, phrase.target, trueRegion(phrase, reference)),
    ),
  };
}
