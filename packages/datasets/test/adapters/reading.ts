import { VividMedError } from '@vividmed/core';
import { expect } from 'vitest';
import type { Dataset, Study } from '../../src/index.js';
import { voxelsOf } from './label-files.js';

/** Reads the entry of this id, the first unless given. */
export const only = async (set: Dataset, id = set.entries[0]?.id): Promise<Study> =>
  set.read(set.entries.find((one) => one.id === id)!);

/** What a study shows, in few words. */
export const shown = ({ masks, boxes, absent }: Study) => ({
  masks: Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, voxelsOf(mask)])),
  boxes,
  absent,
});

/** Id, patient and split of each entry. */
export const entriesOf = (set: Dataset): string[] =>
  set.entries.map(({ id, patient, split }) => `${id} ${patient} ${split}`);

/** Code and message, without its hint, of the VividMedError that this ends in. */
export const failure = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(VividMedError.isInstance(error)).toBe(true);
  return VividMedError.isInstance(error) ? `${error.code} ${error.message.split('\n')[0]}` : '';
};
