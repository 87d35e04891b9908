import { z } from 'zod';
import { EvaluationTask } from './prediction.js';
import { RunLengthMask, ShapeDhw, VoxelBox } from './voxels.js';

/** A phrase of a reference report, and the target whose mask or boxes are its region. */
export const ReferencePhrase = z
  .strictObject({
    text: z.string(),
    start: z.number().int().min(0).describe('its first character in the report'),
    end: z.number().int().min(0).describe('one past its last character'),
    target: z.string().optional(),
    boxes: z.array(VoxelBox).readonly().optional().describe('its own instances, where they are not all of the target'),
  })
  .readonly();
export type ReferencePhrase = z.infer<typeof ReferencePhrase>;

/**
 * What is known to be true of a sample. What is neither in `masks`, `boxes` nor `labels` nor in `absent` is unknown, and is
 * not scored as if it were absent.
 */
export const Reference = z
  .strictObject({
    id: z.string().min(1).describe('that of the sample'),
    dataset: z.string().min(1),
    task: EvaluationTask,
    modality: z.string().describe('of DICOM: CT, CR, DX, MR'),
    patient: z.string().optional().describe('whom the image shows: samples of one patient are not independent'),
    question: z.string().optional(),
    answer: z.string().optional(),
    answerType: z
      .string()
      .optional()
      .describe('kind of the question: closed or open where the data set says so, else its own name of the kind'),
    report: z.string().optional(),
    phrases: z.array(ReferencePhrase).readonly().optional().describe('of the report, in order'),
    labels: z.record(z.string(), z.boolean()).readonly().optional().describe('findings: there, or known not to be'),
    masks: z.record(z.string(), RunLengthMask).readonly().optional().describe('by the name of the target'),
    boxes: z
      .record(z.string(), z.array(VoxelBox).readonly())
      .readonly()
      .optional()
      .describe('by the name of the target'),
    absent: z.array(z.string()).readonly().optional().describe('targets known not to be in the image'),
    spacingMm: z
      .tuple([z.number(), z.number(), z.number()])
      .readonly()
      .describe('of a voxel along depth, height, width'),
    shape: ShapeDhw,
  })
  .readonly();
export type Reference = z.infer<typeof Reference>;
