import { check } from '@vividmed/core';
import { z } from 'zod';
import type { DatasetEntry } from '../dataset.js';
import type { Study } from '../study.js';
import { groupBy } from '../tables/rows.js';
import { type DatasetRecord, imageOf } from './records.js';
import type { DatasetFolder } from '../tables/dataset-folder.js';

/** A question about an image, with the place of its row for errors. */
export interface AskedQuestion {
  where: string;
  image: string;
  split: 'train' | 'validate' | 'test';
  question: string;
  answer: string;
}

/** An image with the questions of one split. */
export interface QuestionRecord extends DatasetRecord {
  questions: NonNullable<Study['questions']>;
}

/** Answers of the sets are texts, or numbers in JSON. */
export const AnswerText = z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value).trim());

/**
 * One record for each image and split, in the order of the questions. An image that is asked about in two splits makes two entries of one patient, so
 * that a check for leaks sees it.
 *
 * @throws {VividMedError} `data`, for an empty question or answer
 */
export function questionRecords(
  asked: readonly AskedQuestion[],
  fileOf: (one: AskedQuestion) => string,
): QuestionRecord[] {
  return [...groupBy(asked, ({ image, split }) => `${image}/${split}`)].map(([id, group]) => {
    const [first] = group;
    for (const { where, question, answer } of group) {
      check(
        question !== '' && answer !== '',
        'data',
        `${where}: expected a question and an answer, found an empty one.`,
      );
    }
    const { where, image, split } = first!;
    const entry: DatasetEntry = { id, patient: image, split, files: [fileOf(first!)] };
    return { where, entry, questions: group.map(({ question, answer }) => ({ question, answer })) };
  });
}

/** The study of an image of which a set knows nothing but questions. The sets mix modalities and do not say which one an image is of. */
export const readQuestionStudy =
  (folder: DatasetFolder) =>
  async ({ where, entry, questions }: QuestionRecord): Promise<Study> => ({
    id: entry.id,
    volume: await imageOf(folder, where, entry.files[0]!, 'OT'),
    masks: {},
    boxes: {},
    present: [],
    absent: [],
    questions,
  });
