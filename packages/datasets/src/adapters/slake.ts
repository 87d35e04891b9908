import { z } from 'zod';
import type { Dataset } from '../dataset.js';
import { openFolder, type DatasetFolder } from '../tables/dataset-folder.js';
import { readJson } from '../tables/json.js';
import { parquetShards } from '../tables/parquet-images.js';
import { oneOf } from '../tables/rows.js';
import { lookupTarget } from '../taxonomy/lookup.js';
import type { Box, Volume } from '../volume.js';
import {
  AnswerKind,
  AnswerText,
  type AskedQuestion,
  questionImage,
  questionRecords,
  shardFile,
  shardQuestions,
} from './questions.js';
import { AdapterOptions, boxInside, datasetOf, flatBox, parseOptions } from './records.js';
import { slakeClasses, slakeMasks } from './slake-masks.js';

const name = 'slake';

const SlakeOptions = AdapterOptions.extend({
  language: z.enum(['en', 'zh']).default('en').describe('Questions in English or in Chinese.'),
});

const Items = z.array(
  z.object({
    img_name: z.string().min(1),
    question: z.string(),
    answer: AnswerText,
    answer_type: AnswerKind,
    q_lang: z.string(),
    modality: z.string(),
  }),
);
/** Objects of one name each: `[x, y, width, height]` in pixels. */
const Detections = z.array(z.record(z.string(), z.tuple([z.number(), z.number(), z.number(), z.number()])));

const modalities = { MRI: 'MR', CT: 'CT', 'X-Ray': 'DX', 'X-RAY': 'DX' } as const;

/**
 * SLAKE 1.0 (Liu et al. 2021; med-vqa.com/slake, huggingface.co/datasets/BoKelvin/SLAKE): `train.json`, `validate.json` (or
 * `validation.json`) and `test.json`, lists of items with img_name (`xmlab0/source.jpg`), question, answer, answer_type
 * (`CLOSED` or `OPEN`), q_lang (`en`, `zh`) and modality; `imgs/xmlab0/source.jpg`, or the same in `imgs.zip`; beside each image `detection.json`, a list of objects of one box each,
 * `{"Liver": [x, y, width, height]}`, and `mask.png`, whose values `mask.txt` names. Boxes and masks whose name the taxonomy knows are kept.
 *
 * Its copies as Parquet (OctoMed/SLAKE, mdwiratathya/SLAKE-vqa-english) are read too, `data/train-00000-of-00001.parquet` with image,
 * question, answer, and q_lang and modality where they are there: without boxes and masks, with images named by a digest.
 *
 * @throws {VividMedError} `data`, for missing files, items of another form, unknown modalities and boxes outside the image
 */
export async function slake(path: string, options: z.input<typeof SlakeOptions> = {}): Promise<Dataset> {
  const given = parseOptions(name, SlakeOptions, options);
  const folder = await openFolder(name, path, { archives: /^imgs\.zip$/ });
  const { asked, modalityOf, fileOf } = await questionsIn(folder, given.language);
  const classes = await slakeClasses(folder);
  return datasetOf(folder, questionRecords(asked, fileOf), given, async (record) => {
    const { where, entry, questions, shard } = record;
    const volume = await questionImage(folder, record, modalityOf.get(entry.patient) ?? 'OT');
    const beside = (file: string): string => entry.files[0]!.replace(/[^/]*$/, file);
    return {
      id: entry.id,
      volume,
      masks: shard ? {} : await slakeMasks(folder, beside('mask.png'), classes, volume),
      boxes: shard ? {} : await detected(folder, beside('detection.json'), where, volume),
      present: [],
      absent: [],
      questions,
    };
  });
}

interface Questions {
  asked: AskedQuestion[];
  /** DICOM modality by image. */
  modalityOf: ReadonlyMap<string, string>;
  fileOf(one: AskedQuestion): string;
}

async function questionsIn(folder: DatasetFolder, language: string): Promise<Questions> {
  const asked: AskedQuestion[] = [];
  const modalityOf = new Map<string, string>();
  const shards = await parquetShards(folder);
  if (shards.length > 0) {
    for (const { row, ...one } of await shardQuestions(folder, shards, ['q_lang', 'modality'])) {
      const { q_lang, modality } = row.cells;
      if (q_lang !== '' && q_lang !== language) continue;
      if (modality !== '') modalityOf.set(one.image, oneOf(one.where, 'modality', modality, modalities));
      asked.push(one);
    }
    return { asked, modalityOf, fileOf: shardFile };
  }
  const validation = (await folder.has('validate.json')) ? 'validate.json' : 'validation.json';
  for (const [file, split] of [
    ['train.json', 'train'],
    [validation, 'validate'],
    ['test.json', 'test'],
  ] as const) {
    for (const [i, item] of (await readJson(folder, file, Items)).entries()) {
      if (item.q_lang !== language) continue;
      const where = `${name}: ${file}: item ${i}`;
      modalityOf.set(item.img_name, oneOf(where, 'modality', item.modality, modalities));
      const { img_name: image, answer, answer_type: kind } = item;
      asked.push({ where, image, split, question: item.question.trim(), answer, kind });
    }
  }
  return { asked, modalityOf, fileOf: ({ image }) => `imgs/${image}` };
}

async function detected(folder: DatasetFolder, file: string, where: string, volume: Volume) {
  const boxes: Record<string, Box[]> = {};
  if (!(await folder.has(file))) return boxes;
  for (const objects of await readJson(folder, file, Detections)) {
    for (const [label, [x, y, width, height]] of Object.entries(objects)) {
      const target = lookupTarget(label.toLowerCase())?.target.name;
      if (target === undefined) continue;
      const box = boxInside(`${where}: its detection.json`, flatBox(x, y, x + width, y + height), volume);
      (boxes[target] ??= []).push(box);
    }
  }
  return boxes;
}
