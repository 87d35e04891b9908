import { z } from 'zod';
import type { Dataset } from '../dataset.js';
import { openFolder, type DatasetFolder } from '../tables/dataset-folder.js';
import { readJson } from '../tables/json.js';
import { oneOf } from '../tables/rows.js';
import { lookupTarget } from '../taxonomy/lookup.js';
import type { Box, Volume } from '../volume.js';
import { AnswerText, type AskedQuestion, questionRecords } from './questions.js';
import { AdapterOptions, boxInside, datasetOf, flatBox, imageOf, parseOptions } from './records.js';

const name = 'slake';

const SlakeOptions = AdapterOptions.extend({
  language: z.enum(['en', 'zh']).default('en').describe('Questions in English or in Chinese.'),
});

const Items = z.array(
  z.object({
    img_name: z.string().min(1),
    question: z.string(),
    answer: AnswerText,
    q_lang: z.string(),
    modality: z.string(),
  }),
);
/** Objects of one name each: `[x, y, width, height]` in pixels. */
const Detections = z.array(z.record(z.string(), z.tuple([z.number(), z.number(), z.number(), z.number()])));

const modalities = { MRI: 'MR', CT: 'CT', 'X-Ray': 'DX', 'X-RAY': 'DX' } as const;

/**
 * SLAKE 1.0 (Liu et al. 2021; med-vqa.com/slake): `train.json`, `validate.json` (or `validation.json`) and `test.json`, lists of items with img_name
 * (`xmlab0/source.jpg`), question, answer, q_lang (`en`, `zh`) and modality; `imgs/xmlab0/source.jpg` with
 * `detection.json` beside it, boxes of organs and lesions by name. Boxes whose name the taxonomy knows are kept. Masks are not read.
 *
 * @throws {VividMedError} `data`, for missing files, items of another form, unknown modalities and boxes outside the image
 */
export async function slake(path: string, options: z.input<typeof SlakeOptions> = {}): Promise<Dataset> {
  const given = parseOptions(name, SlakeOptions, options);
  const folder = await openFolder(name, path);
  const asked: AskedQuestion[] = [];
  const modalityOf = new Map<string, string>();
  const validation = (await folder.has('validate.json')) ? 'validate.json' : 'validation.json';
  for (const [file, split] of [
    ['train.json', 'train'],
    [validation, 'validate'],
    ['test.json', 'test'],
  ] as const) {
    for (const [i, item] of (await readJson(folder, file, Items)).entries()) {
      if (item.q_lang !== given.language) continue;
      const where = `${name}: ${file}: item ${i}`;
      modalityOf.set(item.img_name, oneOf(where, 'modality', item.modality, modalities));
      asked.push({ where, image: item.img_name, split, question: item.question.trim(), answer: item.answer });
    }
  }
  const records = questionRecords(asked, ({ image }) => `imgs/${image}`);
  return datasetOf(folder, records, given, async ({ where, entry, questions }) => {
    const file = entry.files[0]!;
    const volume = await imageOf(folder, where, file, modalityOf.get(entry.patient)!);
    return {
      id: entry.id,
      volume,
      masks: {},
      boxes: await detected(folder, file.replace(/[^/]*$/, 'detection.json'), where, volume),
      present: [],
      absent: [],
      questions,
    };
  });
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
