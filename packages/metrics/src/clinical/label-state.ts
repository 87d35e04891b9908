import { check } from '@vividmed/core';

/** What a report says about a finding: nothing, that it is there, that it is not there, or that it may be there. */
export type LabelState = 'blank' | 'positive' | 'negative' | 'uncertain';

const chexbertClasses: readonly LabelState[] = ['blank', 'positive', 'negative', 'uncertain'];

/**
 * State of the class that a head of CheXbert has: 0 blank, 1 positive, 2 negative, 3 uncertain; the head of `No Finding` has
 * 0 and 1 alone (stanfordmlgroup/CheXbert@3ab882d).
 *
 * @throws {VividMedError} `data` for any other number.
 */
export function stateOfChexbertClass(value: number): LabelState {
  const state = chexbertClasses[value];
  check(state !== undefined, 'data', `stateOfChexbertClass: expected a class from 0 to 3, found ${value}.`);
  return state;
}

/**
 * State of a cell of CheXpert's label files: 1 positive, 0 negative, -1 uncertain, empty (null or NaN) blank.
 *
 * @throws {VividMedError} `data` for any other number.
 */
export function stateOfChexpertCell(value: number | null): LabelState {
  if (value === null || Number.isNaN(value)) return 'blank';
  check(
    value === 1 || value === 0 || value === -1,
    'data',
    `stateOfChexpertCell: expected 1, 0, -1 or nothing, found ${value}.`,
  );
  return value === 1 ? 'positive' : value === 0 ? 'negative' : 'uncertain';
}
