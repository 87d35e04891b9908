import { z } from 'zod';
import type { Dataset } from '../dataset.js';
import { openFolder } from '../tables/dataset-folder.js';
import { readJson } from '../tables/json.js';
import { parquetShards } from '../tables/parquet-images.js';
import { AnswerKind, AnswerText, questionRecords, readQuestionStudy, shardFile, shardQuestions } from './questions.js';
import { AdapterOptions, datasetOf, parseOptions } from './records.js';

const name = 'vqa-rad';
const file = 'VQA_RAD Dataset Public.json';

const Items = z.array(
  z.object({
    image_name: z.string().min(1),
    question: z.string(),
    answer: AnswerText,
    answer_type: AnswerKind,
    phrase_type: z.string(),
  }),
);

/**
 * VQA-RAD (Lau et al. 2018), in one of two forms:
 *
 * - osf.io/89kps: `VQA_RAD Dataset Public.json`, a list of items with image_name, question, answer, answer_type
 *   (CLOSED or OPEN) and phrase_type, and `VQA_RAD Image Folder/*.jpg`. Items whose phrase_type begins with `test` are the test set;
 * - Hugging Face (flaviagiammarino/vqa-rad): `data/train-00000-of-00001-….parquet` and `data/test-….parquet` with image, question, answer.
 *   Images are named by a digest.
 *
 * Its owners split questions, not images: most images of the test set are in the training set too.
 *
 * @throws {VividMedError} `data`, for a missing file and items of another form
 */
export async function vqaRad(path: string, options: z.input<typeof AdapterOptions> = {}): Promise<Dataset> {
  const given = parseOptions(name, AdapterOptions, options);
  const folder = await openFolder(name, path);
  const shards = await parquetShards(folder);
  if (shards.length > 0) {
    const records = questionRecords(await shardQuestions(folder, shards), shardFile);
    return datasetOf(folder, records, given, readQuestionStudy(folder));
  }
  const items = await readJson(folder, file, Items);
  const asked = items.map(({ image_name, question, answer, answer_type, phrase_type }, i) => ({
    where: `${name}: ${file}: item ${i}`,
    image: image_name,
    split: phrase_type.startsWith('test') ? ('test' as const) : ('train' as const),
    question: question.trim(),
    answer,
    kind: answer_type,
  }));
  const records = questionRecords(asked, ({ image }) => `VQA_RAD Image Folder/${image}`);
  return datasetOf(folder, records, given, readQuestionStudy(folder));
}
