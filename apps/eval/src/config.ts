import { VividMedError } from '@vividmed/core';
import { z } from 'zod';
import { EvaluationTask } from './prediction.js';

const EvaluatedSet = z
  .strictObject({
    dataset: z
      .string()
      .min(1)
      .describe('"phantom", or the name of a data set as openDataset of @vividmed/datasets/node has it'),
    tasks: z.array(EvaluationTask).min(1).readonly().describe('what is asked about each image'),
    folder: z
      .string()
      .optional()
      .describe('folder of its files, laid out as its owners ship them; the phantom has none'),
    options: z.record(z.string(), z.unknown()).optional().describe('options of its adapter'),
    split: z
      .enum(['train', 'validate', 'test'])
      .nullable()
      .default('test')
      .describe('split of its owners; null takes every study'),
    limit: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('images at most (patients of the phantom); all, or 24 patients, by default'),
    firstSeed: z
      .number()
      .int()
      .optional()
      .describe('first patient of the phantom; 1000001 by default, which no stage trains on'),
  })
  .refine(({ dataset, folder }) => dataset === 'phantom' || folder !== undefined, {
    path: ['folder'],
    message: 'expected the folder of the data set',
  })
  .readonly();
export type EvaluatedSet = z.infer<typeof EvaluatedSet>;

export const EvalConfig = z
  .strictObject({
    $schema: z.string().optional(),
    name: z.string().min(1).describe('name of the evaluation, and of its folder'),
    system: z.string().min(1).default('Ours').describe('the system that is measured, as tables name it'),
    seed: z.number().int().default(0).describe('seed of questions, resampling and the choice of cases'),
    model: z
      .string()
      .nullable()
      .default('runs/quickstart')
      .describe('folder of a model, of a run, or of a quickstart, whose last stage is taken'),
    predictions: z
      .string()
      .nullable()
      .default(null)
      .describe('file of predictions to score in place of those of the model: JSON lines, or the format of ReXrank'),
    sets: z.array(EvaluatedSet).min(1).readonly(),
    profiles: z
      .array(z.enum(['reference', 'paper']))
      .min(1)
      .readonly()
      .default(['reference', 'paper'])
      .describe('rules of the metrics: those of the field, those of the published code'),
    missing: z
      .enum(['fail', 'skip'])
      .default('fail')
      .describe('what a sample without prediction does; one that is left out is not scored, and the tables say so'),
    interval: z
      .strictObject({
        method: z.enum(['percentile', 'bca']).default('percentile'),
        level: z.number().gt(0).lt(1).default(0.95),
        resamples: z
          .number()
          .int()
          .positive()
          .optional()
          .describe('1000 by default, 200 for metrics that need all samples at once'),
      })
      .readonly()
      .nullable()
      .prefault({})
      .describe('bootstrap intervals, over patients where they are known; null leaves them out'),
    weights: z
      .strictObject({
        chexbert: z.string().optional().describe('folder of CheXbert with its vocab.txt'),
        radbert: z.string().optional().describe('folder of RadBERT with its config.json and tokenizer'),
        radgraph: z
          .strictObject({
            archive: z.string().describe('radgraph.tar.gz, or its folder'),
            encoder: z.string().describe('folder with config.json and tokenizer of its encoder'),
          })
          .readonly()
          .optional(),
        bertScore: z.string().optional().describe('folder of distilroberta-base, whose layer 5 RadCliQ takes'),
      })
      .readonly()
      .prefault({})
      .describe(
        'published weights of models that read reports; rules read findings without, and what else needs them is left out',
      ),
    wordnet: z
      .string()
      .nullable()
      .default(null)
      .describe('folder of the dictionary of WordNet, for METEOR; METEOR says in its notes that it had none'),
    judge: z
      .strictObject({
        url: z.string().describe('address of a server of chat completions, without /chat/completions'),
        model: z.string().min(1).describe('its name there, and in the notes of the figures'),
        keyVariable: z
          .string()
          .optional()
          .describe('variable of the environment that holds the key, where it needs one'),
        concurrency: z.number().int().positive().default(4),
      })
      .readonly()
      .nullable()
      .default(null)
      .describe('language model that judges answers, as the paper has Llama 3 70B do; none by default'),
    besides: z
      .array(
        z.strictObject({
          system: z.string().min(1).describe('as tables name it'),
          folder: z.string().min(1).describe('folder of an evaluation of the same sets'),
        }),
      )
      .readonly()
      .default([])
      .describe('other evaluations that stand beside this one in the tables, as those of an ablation'),
    cases: z.number().int().min(0).default(6).describe('grounded reports that the page of results shows'),
    judged: z
      .number()
      .int()
      .min(0)
      .default(12)
      .describe('grounded reports on the page for judgements; the paper has 12'),
  })
  .readonly();
export type EvalConfig = z.infer<typeof EvalConfig>;

/** Checks a parsed JSON config. @throws {VividMedError} `config` naming every wrong key at once. */
export function parseEvalConfig(value: unknown, source: string): EvalConfig {
  const result = EvalConfig.safeParse(value);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => `  ${issue.path.join('.') || '(top level)'}: ${issue.message}`);
    throw new VividMedError('config', `${source}: ${lines.length} thing(s) to correct:\n${lines.join('\n')}`, {
      hint: 'configs/eval.schema.json lists every key, with its default.',
    });
  }
  return result.data;
}
