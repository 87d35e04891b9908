import { check } from '@vividmed/core';
import { z } from 'zod';
import type { Dataset } from '../dataset.js';
import { type DatasetFolder, openFolder } from '../tables/dataset-folder.js';
import { type AskedQuestion, questionRecords, readQuestionStudy } from './questions.js';
import { AdapterOptions, datasetOf, parseOptions } from './records.js';

const name = 'vqa-med-2019';
const categories = ['modality', 'plane', 'organ', 'abnormality'] as const;

const VqaMed2019Options = AdapterOptions.extend({
  categories: z
    .array(z.enum(categories))
    .min(1)
    .optional()
    .describe('Questions of these categories alone; without it, all.'),
});

const training = 'ImageClef-2019-VQA-Med-Training';
const validation = 'ImageClef-2019-VQA-Med-Validation';
const test = 'VQAMed2019Test';
const parts = [
  { split: 'train', folder: training, suffix: 'train' },
  { split: 'validate', folder: validation, suffix: 'val' },
] as const;

interface Line {
  where: string;
  fields: string[];
}

/**
 * VQA-Med 2019 (Ben Abacha et al., ImageCLEF; zenodo.org/records/10499039), with its three archives and the images of the
 * test set unpacked: `ImageClef-2019-VQA-Med-Training/All_QA_Pairs_train.txt` (lines `image|question|answer`),
 * `QAPairsByCategory/C1_Modality_train.txt` to `C4_Abnormality_train.txt`, `Train_images/image.jpg`; the same of
 * `…-Validation` with `val` and `Val_images`; `VQAMed2019Test/VQAMed2019_Test_Questions_w_Ref_Answers.txt` (lines
 * `image|category|question|answer`) and `VQAMed2019_Test_Images/`.
 *
 * Answers of the test set may be several, joined by `#`, with optional words in brackets: the first is kept, with these words.
 *
 * @throws {VividMedError} `data`, for missing files and lines of another form
 */
export async function vqaMed2019(path: string, options: z.input<typeof VqaMed2019Options> = {}): Promise<Dataset> {
  const given = parseOptions(name, VqaMed2019Options, options);
  const folder = await openFolder(name, path, { archives: /^(?:ImageClef-2019-VQA-Med-.*|VQAMed2019Test)\.zip$/i });
  const asked: AskedQuestion[] = [];
  for (const { split, folder: part, suffix } of parts) {
    const files = given.categories
      ? await categoryFiles(folder, `${part}/QAPairsByCategory`, given.categories)
      : [`${part}/All_QA_Pairs_${suffix}.txt`];
    for (const file of files) {
      for (const { where, fields } of await lines(folder, file, 3)) {
        const [image, question, answer] = fields as [string, string, string];
        asked.push({ where, image, split, question, answer });
      }
    }
  }
  for (const { where, fields } of await lines(folder, `${test}/VQAMed2019_Test_Questions_w_Ref_Answers.txt`, 4)) {
    const [image, category, question, answers] = fields as [string, string, string, string];
    const isWanted = !given.categories || given.categories.some((wanted) => category.toLowerCase().startsWith(wanted));
    const answer = answers.split('#')[0]!.replaceAll(/[()]/g, '').trim();
    if (isWanted) asked.push({ where, image, split: 'test', question, answer });
  }
  const folders = {
    train: `${training}/Train_images`,
    validate: `${validation}/Val_images`,
    test: `${test}/VQAMed2019_Test_Images`,
  };
  const records = questionRecords(asked, ({ image, split }) => `${folders[split]}/${image}.jpg`);
  return datasetOf(folder, records, given, readQuestionStudy(folder));
}

async function categoryFiles(folder: DatasetFolder, inside: string, wanted: readonly string[]): Promise<string[]> {
  const { files } = await folder.list(inside);
  return wanted.map((category) => {
    const file = files.find((one) => one.toLowerCase().replace(/^c\d_/, '').startsWith(category));
    check(file, 'data', `${name}: ${inside}: expected a file for the category ${category}, found none.`);
    return `${inside}/${file}`;
  });
}

async function lines(folder: DatasetFolder, file: string, count: number): Promise<Line[]> {
  return (await folder.text(file)).split(/\r?\n/).flatMap((line, i): Line[] => {
    if (line.trim() === '') return [];
    const where = `${name}: ${file}: row ${i + 1}`;
    const fields = line.split('|').map((field) => field.trim());
    check(
      fields.length === count,
      'data',
      `${where}: expected ${count} fields between signs |, found ${fields.length}.`,
    );
    return [{ where, fields }];
  });
}
