import { check } from '@vividmed/core';
import { z } from 'zod';
import type { DatasetEntry } from '../dataset.js';
import type { Study } from '../study.js';
import { groupBy, type Row, textIn } from '../tables/rows.js';
import { type DatasetRecord, imageOf, shardImageOf } from './records.js';
import type { DatasetFolder } from '../tables/dataset-folder.js';
import { readParquetRows } from '../tables/parquet.js';
import { imageDigests, type Shard } from '../tables/parquet-images.js';
import type { Volume } from '../volume.js';

/** A question about an image, with the place of its row for errors. */
export interface AskedQuestion {
  where: string;
  image: string;
  split: 'train' | 'validate' | 'test';
  question: string;
  answer: string;
  /** `closed` or `open`, where the set says so. */
  kind?: string | undefined;
  /** Where the image is in a row of a Parquet file, counted from 0. */
  shard?: { file: string; row: number };
}

/** An image with the questions of one split. */
export interface QuestionRecord extends DatasetRecord {
  questions: NonNullable<Study['questions']>;
  shard?: { file: string; row: number };
}

/** What sets call `answer_type`: `CLOSED` and `OPEN`, some with spaces around them. */
export const AnswerKind = z
  .string()
  .optional()
  .transform((kind) => kind?.trim().toLowerCase());

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
    const { where, image, split, shard } = first!;
    const entry: DatasetEntry = { id, patient: image, split, files: [fileOf(first!)] };
    const questions = group.map(({ question, answer, kind }) => ({ question, answer, ...(kind && { kind }) }));
    return { where, entry, questions, ...(shard && { shard }) };
  });
}

/**
 * The questions of a set that Hugging Face keeps as Parquet, with the columns image, question and answer. Rows do not name their image: it
 * is told by a digest of its bytes.
 *
 * @throws {VividMedError} `data`, for missing columns, rows without an image, and empty answers
 */
export async function shardQuestions<Wanted extends string = never>(
  folder: DatasetFolder,
  shards: readonly Shard[],
  wanted: readonly Wanted[] = [],
): Promise<(AskedQuestion & { row: Row<Wanted | 'question' | 'answer'> })[]> {
  const asked: (AskedQuestion & { row: Row<Wanted | 'question' | 'answer'> })[] = [];
  for (const { file, split } of shards) {
    const rows = await readParquetRows(folder, file, { needed: ['question', 'answer'], wanted });
    const digests = await imageDigests(folder, file);
    rows.forEach((row, i) => {
      const [question, answer] = [textIn(row, 'question'), textIn(row, 'answer')];
      asked.push({ where: row.where, image: digests[i]!, split, question, answer, shard: { file, row: i }, row });
    });
  }
  return asked;
}

/** The file of a question that came in a Parquet file. */
export const shardFile = ({ shard }: AskedQuestion): string => shard!.file;

/** The image of a record. @throws {VividMedError} as `imageOf` */
export const questionImage = (
  folder: DatasetFolder,
  { where, entry, shard }: QuestionRecord,
  modality: string,
): Promise<Volume> =>
  shard ? shardImageOf(folder, where, shard, modality) : imageOf(folder, where, entry.files[0]!, modality);

/** The study of an image of which a set knows nothing but questions. The sets mix modalities and do not say which one an image is of. */
export const readQuestionStudy =
  (folder: DatasetFolder) =>
  async (record: QuestionRecord): Promise<Study> => ({
    id: record.entry.id,
    volume: await questionImage(folder, record, 'OT'),
    masks: {},
    boxes: {},
    present: [],
    absent: [],
    questions: record.questions,
  });
