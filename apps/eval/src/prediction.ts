import { z } from 'zod';
import { RunLengthMask, VoxelBox } from './voxels.js';

/** Tasks of the paper's Section 4. */
export const EvaluationTask = z.enum(['localisation', 'vqa', 'report', 'groundedReport']);
export type EvaluationTask = z.infer<typeof EvaluationTask>;

/** A phrase and where the model says that the image shows it. */
export const PredictedPhrase = z
  .strictObject({
    text: z.string(),
    start: z.number().int().min(0).describe('its first character in the prediction'),
    end: z.number().int().min(0).describe('one past its last character'),
    target: z
      .string()
      .optional()
      .describe('what it names, by the name in the taxonomy; left out where that is unknown'),
    found: z.boolean().describe('whether the mask or a box passed the threshold'),
    score: z.number().optional().describe('how sure the model is of it, in [0, 1]'),
    boxes: z
      .array(z.strictObject({ box: VoxelBox, score: z.number() }).readonly())
      .readonly()
      .describe('instances, best first; in localisation those below the threshold too'),
    mask: RunLengthMask.optional(),
  })
  .readonly();
export type PredictedPhrase = z.infer<typeof PredictedPhrase>;

/**
 * What a model says about one sample: a line of a file of predictions. In localisation nothing is written: `prediction` is
 * the phrases that were asked for, one a line, so that `prediction.slice(start, end)` is the text of every phrase in every
 * task.
 */
export const Prediction = z
  .strictObject({
    id: z.string().min(1).describe('that of the sample: unique in its data set'),
    dataset: z.string().min(1),
    task: EvaluationTask,
    modality: z.string().optional().describe('of DICOM: CT, CR, DX, MR'),
    question: z.string().optional(),
    prediction: z.string(),
    phrases: z.array(PredictedPhrase).readonly().optional(),
  })
  .readonly();
export type Prediction = z.infer<typeof Prediction>;

/** First line of a file of predictions: what made it. A file goes on only with the same. */
export const PredictionHeader = z
  .strictObject({
    format: z.literal('vividmed-predictions'),
    version: z.literal(1),
    model: z.strictObject({ digest: z.string().describe('SHA-256 of its weights, config and vocabulary') }).readonly(),
    seed: z.number().int(),
    config: z.record(z.string(), z.json()).readonly().describe('whatever of the config changes predictions'),
    versions: z.record(z.string(), z.string()).readonly(),
  })
  .readonly();
export type PredictionHeader = z.infer<typeof PredictionHeader>;
