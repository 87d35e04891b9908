import { nextPosition, type Sequence } from '../tokens/sequence.js';
import type { Tokenizer } from '../tokens/tokenizer.js';

export type FinishReason = 'eos' | 'length' | 'aborted';

/** A phrase that the model closed. */
export interface GeneratedPhrase {
  text: string;
  /** Where it stands in the text of the answer, end excluded. */
  start: number;
  end: number;
  /** True when it was opened by the bracket of phrases that are not in the image. */
  negative: boolean;
  /** Index of its closing bracket in `ids`. */
  close: number;
  /** Its tokens, without brackets. */
  tokens: number[];
  /** The state that prompts the localiser, [C]. */
  hidden: Float32Array;
}

/** An answer. */
export interface Generation {
  /** Tokens as the model wrote them, EOS left out. */
  ids: number[];
  /** Their text, without brackets. */
  text: string;
  phrases: GeneratedPhrase[];
  finishReason: FinishReason;
}

type Closed = Omit<GeneratedPhrase, 'hidden'>;

/** One row of a batch while its answer is written. */
export interface Row {
  readonly ids: number[];
  readonly phrases: GeneratedPhrase[];
  readonly grounded: boolean;
  text: string;
  /** The token to be read next, and its position. */
  token: number;
  position: number;
  /** Index in `ids` of the last bracket that opened a phrase, while it is open. */
  open: number | undefined;
  /** A closed phrase whose state is not there yet. */
  waiting: Closed | undefined;
  finishReason: FinishReason | undefined;
}

/** A row that has read its prompt. */
export function startRow(sequence: Sequence, tokenizer: Tokenizer): Row {
  return {
    ids: [],
    phrases: [],
    grounded: sequence.ids[sequence.numImageTokens + 3] === tokenizer.special.grd,
    text: '',
    token: sequence.ids.at(-1)!,
    position: sequence.positions.at(-1)!,
    open: undefined,
    waiting: undefined,
    finishReason: undefined,
  };
}

/** True while the row needs another step: for its next token, or for the state of a phrase it just closed. */
export const isBusy = (row: Row): boolean => row.finishReason === undefined || row.waiting !== undefined;

/** Ends a row where it is; a phrase whose state is not there yet is left out. */
export function endRow(row: Row, reason: FinishReason): void {
  row.finishReason ??= reason;
  row.waiting = undefined;
}

/** The phrase between the open bracket and the newest token. */
function closePhrase(row: Row, open: number, tokenizer: Tokenizer): Closed {
  const { ids } = row;
  const before = tokenizer.decode(ids.slice(0, open));
  const whole = tokenizer.decode(ids);
  const text = whole.slice(before.length).trim();
  const start = text === '' ? whole.length : whole.indexOf(text, before.length);
  return {
    text,
    start,
    end: start + text.length,
    negative: ids[open] === tokenizer.special.beginNegative,
    close: ids.length - 1,
    tokens: ids.slice(open + 1, -1),
  };
}

/**
 * Appends a token to a row; when it closes a phrase, that phrase waits for its state. Negative brackets are read as plain
 * ones, as in training, and EOS is not read at all.
 */
export function pushToken(row: Row, id: number, tokenizer: Tokenizer): void {
  const { special } = tokenizer;
  if (id === special.eos) {
    row.finishReason = 'eos';
    return;
  }
  row.ids.push(id);
  row.text = tokenizer.decode(row.ids);
  const opens = id === special.beginPhrase || id === special.beginNegative;
  const closes = id === special.endPhrase || id === special.endNegative;
  const read = opens ? special.beginPhrase : closes ? special.endPhrase : id;
  row.position = nextPosition(row.position, row.token, read, special);
  row.token = read;
  if (opens) row.open = row.ids.length - 1;
  if (closes && row.open !== undefined) {
    if (row.grounded) row.waiting = closePhrase(row, row.open, tokenizer);
    row.open = undefined;
  }
}
