import { check } from '@vividmed/core';
import type { Tokenizer } from './tokenizer.js';

/**
 * The state that prompts the localiser for a phrase: that of its closing `</p>` (paper 3.2.1), or the one before it, which
 * predicts `</p>` (what the published code reads).
 */
export type PromptState = 'close' | 'before-close';

/** A stretch of an answer: plain text, or a phrase that is grounded. */
export type Segment =
  | { text: string }
  | {
      phrase: string;
      /** Name of what the phrase points at, for whoever finds its mask or boxes. */
      target?: string;
      /** True when it is not in the image: then the model is not taught to open a phrase here. */
      negative?: boolean;
    };

export interface Turn {
  question: string;
  /** Left out in the last turn when the model is to write it. */
  answer?: readonly Segment[];
}

/** A grounded phrase of a sequence. */
export interface SequencePhrase {
  text: string;
  /** Its tokens, without brackets. */
  tokens: number[];
  target?: string;
  negative: boolean;
  /** Index in the sequence of the state that prompts the localiser. */
  index: number;
  /** Turn, and segment of its answer, that the phrase comes from. */
  turn: number;
  segment: number;
}

/** One conversation as the model reads it, before padding. Arrays are equally long but for the phrases. */
export interface Sequence {
  ids: number[];
  /** Positions for the rotary embedding; image patches share one, brackets of phrases take none. */
  positions: number[];
  /** 1 at image tokens and their two brackets, else 0. */
  types: number[];
  /** The token to be predicted from each index; -100 where nothing is learned. */
  labels: number[];
  /** Weight of each label. */
  weights: number[];
  /** Index of the prompting state of each phrase, in order: `phrases[i].index`. */
  phraseIndex: number[];
  phrases: SequencePhrase[];
  /** Image tokens without their two brackets. */
  numImageTokens: number;
}

export interface SequenceOptions {
  turns: readonly Turn[];
  grounded: boolean;
  /** Image tokens without the two brackets. */
  numImageTokens: number;
  tokenizer: Tokenizer;
  /** Tokens kept, image tokens included (1,024 in the paper's training). Unlimited by default. */
  maxLength?: number;
  promptState?: PromptState;
  /** Weight of labels at positions whose next input opens a phrase: 5 in stages 1 and 3, 1 in stage 2. */
  beginPhraseWeight?: number;
}

/** Label of a position from which nothing is learned. */
export const ignoreLabel = -100;

interface Draft {
  ids: number[];
  labels: number[];
}

type Found = Omit<SequencePhrase, 'index'> & { close: number };

/** Writes one answer; `labels[i]` is the next token, but for negative phrases. Returns the phrases with their `</p>`. */
function writeAnswer(draft: Draft, answer: readonly Segment[], turn: number, options: SequenceOptions): Found[] {
  const { special, encode } = options.tokenizer;
  const found: Found[] = [];
  /** Appends a token; the position before it learns `label`. */
  const push = (id: number, label = id): void => {
    draft.labels[draft.ids.length - 1] = label;
    draft.ids.push(id);
  };
  const start = draft.ids.length;
  /** Only the beginning of the answer is the beginning of a text; the rest continues it. */
  const written = (text: string): number[] => encode(text, draft.ids.length > start);
  let plain = '';
  const flush = (): void => {
    for (const id of written(plain)) push(id);
    plain = '';
  };
  answer.forEach((part, segment) => {
    if (!('phrase' in part) || !options.grounded) {
      plain += 'phrase' in part ? part.phrase : part.text;
      return;
    }
    flush();
    const tokens = encode(part.phrase, true);
    const negative = part.negative ?? false;
    check(
      !negative || tokens.length > 0,
      'data',
      `buildSequence: expected text in a negative phrase, found none in turn ${turn}, segment ${segment}.`,
    );
    // The state before a negative phrase learns its first word: the model never learns to open it, yet learns to close it.
    push(special.beginPhrase, negative ? tokens[0] : special.beginPhrase);
    for (const id of tokens) push(id);
    push(special.endPhrase);
    found.push({
      text: part.phrase,
      tokens,
      ...(part.target === undefined ? {} : { target: part.target }),
      negative,
      turn,
      segment,
      close: draft.ids.length - 1,
    });
  });
  flush();
  draft.labels[draft.ids.length - 1] = special.eos;
  return found;
}

/** Rotary position of the token after `previous`: one further, but nothing for the brackets of a phrase. */
export function nextPosition(position: number, previous: number, id: number, special: Tokenizer['special']): number {
  return previous === special.beginPhrase || id === special.endPhrase ? position : position + 1;
}

/**
 * The sequence of a conversation about one image: BOS, begin of image, image tokens, end of image, `<grd>` or `<ngrd>`, then
 * per turn `<usr>` question `<sys>` answer (paper 3.2.1; layout, positions, labels and weights of the published code). EOS is
 * a label only, that of the last token of each answer. When `grounded` is false, phrases are plain text.
 */
export function buildSequence(options: SequenceOptions): Sequence {
  const { tokenizer, numImageTokens, turns, promptState = 'close', beginPhraseWeight = 5 } = options;
  const { special } = tokenizer;
  const draft: Draft = { ids: [special.bos], labels: [] };
  for (let i = 0; i < numImageTokens + 2; i++) draft.ids.push(special.pad);
  const text = draft.ids.length;
  draft.ids.push(options.grounded ? special.grd : special.ngrd);
  const found: Found[] = [];
  turns.forEach(({ question, answer }, turn) => {
    draft.ids.push(special.usr, ...tokenizer.encode(` ${question}`, true), special.sys);
    check(
      answer !== undefined || turn === turns.length - 1,
      'data',
      `buildSequence: expected an answer in every turn but the last, found none in turn ${turn} of ${turns.length}.`,
    );
    if (answer) found.push(...writeAnswer(draft, answer, turn, options));
  });

  const positions = draft.ids.map((_, i) => (i < 2 ? i : i === text - 1 ? 3 : i < text ? 2 : 4));
  for (let i = text + 1; i < positions.length; i++) {
    positions[i] = nextPosition(positions[i - 1]!, draft.ids[i - 1]!, draft.ids[i]!, special);
  }
  const labels = draft.ids.map((_, i) => draft.labels[i] ?? ignoreLabel);
  const weights = draft.ids.map((_, i) => (draft.ids[i + 1] === special.beginPhrase ? beginPhraseWeight : 1));
  const types = draft.ids.map((_, i) => (i >= 1 && i < text ? 1 : 0));

  const length = Math.min(draft.ids.length, options.maxLength ?? Number.POSITIVE_INFINITY);
  check(
    length > text,
    'config',
    `buildSequence: expected room for more than ${text} tokens, found maxLength ${length}.`,
    'The image tokens, their brackets and the grounding token are never cut.',
  );
  const phrases = found
    .filter(({ close }) => close < length)
    .map(({ close, ...phrase }) => ({ ...phrase, index: promptState === 'close' ? close : close - 1 }));
  return {
    ids: draft.ids.slice(0, length),
    positions: positions.slice(0, length),
    types: types.slice(0, length),
    labels: labels.slice(0, length),
    weights: weights.slice(0, length),
    phraseIndex: phrases.map(({ index }) => index),
    phrases,
    numImageTokens,
  };
}
