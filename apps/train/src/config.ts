import { VividMedError } from '@vividmed/core';
import { matchingDefaults } from '@vividmed/matcher';
import { samPresets } from '@vividmed/sam-decoder';
import { z } from 'zod';
import { DataSource } from './source-config.js';

const fraction = z.number().min(0).max(1);

const conversations = {
  targetPresence: z.number().min(0).default(0).describe('are these targets there, and where (paper 3.3.1, stage 1)'),
  visualQuestions: z.number().min(0).default(0).describe('modality, plane and abnormality questions (paper 3.3.2)'),
  report: z.number().min(0).default(0).describe('findings and impression without grounding (stage 2)'),
  groundedReport: z.number().min(0).default(0).describe('findings and impression with grounded phrases (stage 3)'),
};

/** How often each conversation is drawn, as weights; one left out is not trained. */
export const ConversationWeights = z
  .strictObject(conversations)
  .refine((weights) => Object.values(weights).some((weight) => weight > 0), { message: 'expected a weight above 0' })
  .readonly()
  .describe('how often each conversation is drawn, as weights');
export type ConversationWeights = z.infer<typeof ConversationWeights>;

/** How often each task is drawn, as weights; a task left out is not trained. */
export const TaskWeights = z
  .strictObject({
    ...conversations,
    cells: z
      .number()
      .min(0)
      .default(0)
      .describe('what each patch shows, for the image encoders alone: stands in for pretrained ones; not with others'),
  })
  .refine(({ cells, ...others }) => cells === 0 || Object.values(others).every((weight) => weight === 0), {
    path: ['cells'],
    message: 'expected no other task beside it',
  })
  .readonly()
  .describe('how often each task is drawn, as weights');

export const LossWeights = z
  .strictObject({
    lm: z.number().min(0).default(1).describe('cross-entropy of the next token'),
    lmMean: z
      .enum(['tokens', 'samples'])
      .default('tokens')
      .describe('a mean over the tokens of a batch, or over its samples: short answers then count as much as reports'),
    beginPhrase: z.number().min(0).default(5).describe('weight of positions whose next token opens a phrase'),
    dice: z.number().min(0).default(2),
    maskFocal: z.number().min(0).default(2),
    boxL1: z.number().min(0).default(5),
    boxGiou: z.number().min(0).default(2),
    presence: z.number().min(0).default(2),
    cells: z.number().min(0).default(1).describe('cross-entropy of what each patch shows'),
    matchPresence: z
      .number()
      .min(0)
      .default(matchingDefaults.weights.classification)
      .describe('weight of presence in the cost of matching, where L1 has 5 and GIoU 2; 0 matches by boxes alone'),
    focalGamma: z.number().min(0).default(2),
    presenceAlpha: fraction.default(0.85).describe('focal alpha of the presence loss; masks have none'),
  })
  .readonly()
  .describe('weights of the losses (original-implementation section 3)');

const Loading = z
  .strictObject({
    threads: z
      .number()
      .int()
      .min(0)
      .default(1)
      .describe('threads that read and prepare studies; 0 reads in the main one'),
    ahead: z.number().int().min(0).default(2).describe('steps whose studies are read before they are needed'),
    cache: z
      .string()
      .nullable()
      .optional()
      .describe(
        'folder of prepared studies, which may be deleted at any time; "cache" in the run folder unless given, null keeps none',
      ),
    onError: z
      .enum(['stop', 'skip'])
      .default('stop')
      .describe('what a study that cannot be read does: stop the stage, or give way to the next of its kind'),
  })
  .readonly()
  .describe('how the studies of sources are read');

const DataConfig = z
  .strictObject({
    source: z.literal('phantom').default('phantom').describe('the chest phantom of @vividmed/datasets'),
    numCases: z
      .number()
      .int()
      .positive()
      .default(400)
      .describe('phantoms to train on, each a CT, a radiograph and a single CT slice'),
    firstSeed: z.number().int().default(1).describe('seed of the first phantom; the next ones follow it'),
    radiographShare: fraction.default(0.75).describe('share of 2D images in a batch, CT (3D) being the rest'),
    sliceShare: fraction
      .default(0.2)
      .describe('chance that a 2D image is a single axial CT slice of its patient in place of the radiograph'),
    sources: z.array(DataSource).min(1).readonly().optional().describe('data sets to train on in place of the phantom'),
    adapters: z
      .string()
      .optional()
      .describe('module of JavaScript that exports openDataset(name, folder, options), for data sets of your own'),
    loading: Loading.prefault({}),
  })
  .readonly();
export type DataConfig = z.infer<typeof DataConfig>;

export const TrainConfig = z
  .strictObject({
    $schema: z.string().optional(),
    name: z.string().min(1).describe('name of the stage, shown while it runs'),
    seed: z.number().int().default(0).describe('seed of weights, data order and augmentation'),
    model: z
      .strictObject({
        preset: z.enum(['toy', 'tiny', 'small', 'paper']).default('tiny').describe('sizes of the model'),
        profile: z.enum(['paper', 'original']).default('paper').describe('where paper and published code differ'),
        promptState: z
          .enum(['close', 'before-close'])
          .optional()
          .describe('state of a phrase that prompts the localiser; that of the profile by default'),
      })
      .readonly()
      .default({ preset: 'tiny', profile: 'paper' }),
    data: DataConfig.prefault({}),
    tasks: TaskWeights,
    firstTasks: z
      .strictObject({
        steps: z.number().int().positive().describe('steps that draw these tasks'),
        tasks: ConversationWeights,
      })
      .readonly()
      .optional()
      .describe('what the first steps draw in place of "tasks": a lesson that the others build on'),
    initFrom: z.string().nullable().default(null).describe('run folder whose weights this stage starts from'),
    trainable: z
      .array(z.string())
      .min(1)
      .default(['**'])
      .describe('globs over whole parameter paths; the rest is frozen'),
    steps: z.number().int().positive(),
    batchSize: z.number().int().positive().default(8),
    maxPhrases: z
      .number()
      .int()
      .positive()
      .default(4)
      .describe('phrases localised per image of a batch on average; where there are more, a random choice of them'),
    maxLength: z
      .number()
      .int()
      .positive()
      .default(192)
      .describe(
        'tokens of a sequence at most, image tokens included; batches are padded to a multiple of 32, or to it',
      ),
    optimiser: z
      .strictObject({
        peakLr: z.number().positive(),
        warmupSteps: z.number().int().min(0),
        weightDecay: z.number().min(0).default(0.05),
        beta1: fraction.default(0.9),
        beta2: fraction.default(0.999),
        epsilon: z.number().positive().default(1e-8),
        clipNorm: z.number().positive().default(1),
      })
      .readonly(),
    loss: LossWeights.prefault({}),
    augment: z
      .boolean()
      .default(true)
      .describe('shifts, contrast, noise and sampling of the patch depth while training'),
    checkpointEvery: z.number().int().positive().default(200).describe('steps between checkpoints'),
  })
  .refine(({ tasks, data }) => tasks.cells === 0 || data.sources === undefined, {
    path: ['tasks', 'cells'],
    message: 'expected no data.sources beside it: only the phantom knows what each patch shows',
  })
  .refine(({ tasks, model }) => tasks.cells === 0 || samPresets[model.preset].tokenSimilarity, {
    path: ['tasks', 'cells'],
    message: 'expected a preset with tokenSimilarity, which is what the task teaches: tiny or small',
  })
  .readonly();
export type TrainConfig = z.infer<typeof TrainConfig>;

/** Checks a parsed JSON config. @throws {VividMedError} `config` naming every wrong key at once. */
export function parseTrainConfig(value: unknown, source: string): TrainConfig {
  const result = TrainConfig.safeParse(value);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => `  ${issue.path.join('.') || '(top level)'}: ${issue.message}`);
    throw new VividMedError('config', `${source}: ${lines.length} thing(s) to correct:\n${lines.join('\n')}`, {
      hint: 'configs/schema.json lists every key, with its default.',
    });
  }
  return result.data;
}
