import { z } from 'zod';

const fraction = z.number().min(0).max(1);
const limit = z.number().min(0);

/** What is drawn when an image is made from a label map; left out, the limits of `renderLabelMap` hold. */
export const Rendering = z
  .strictObject({
    blackBackground: fraction.exactOptional().describe('chance that the background is black, 0.5 unless given'),
    tissueStd: limit.exactOptional().describe('largest deviation within a tissue, 0.08 unless given'),
    blur: limit.exactOptional().describe("widest blur of the borders in voxels of the model's image, 1 unless given"),
    bias: limit.exactOptional().describe('largest deviation of the logarithm of the bias field, 0.4 unless given'),
    gammaStd: limit.exactOptional().describe('deviation of the logarithm of the gamma exponent, 0.3 unless given'),
    noise: limit.exactOptional().describe('largest deviation of the noise, 0.05 unless given'),
    sliceThickness: z
      .number()
      .min(1)
      .exactOptional()
      .describe("thickest slices in voxels of the model's image, 4 unless given"),
  })
  .readonly()
  .describe('an image of random contrast is drawn from each label map, another for each draw');
export type Rendering = z.infer<typeof Rendering>;

/** Changes of a study that are drawn anew for each draw of it, in this order. */
export const Variation = z
  .strictObject({
    varySides: z
      .literal(true)
      .exactOptional()
      .describe('mirrors half of the studies of which the mirrored one would be true, and swaps left and right'),
    varyPose: z
      .strictObject({
        inPlane: z.number().min(0).max(45).exactOptional().describe('most degrees about the depth axis'),
        throughPlane: z.number().min(0).max(45).exactOptional().describe('most degrees about the others'),
        scale: z.number().min(0).max(0.5).exactOptional().describe('most that anything grows or shrinks, as a part'),
      })
      .readonly()
      .exactOptional()
      .describe('turns and scales'),
    varyPlace: z.number().min(0).max(0.5).exactOptional().describe('moves by at most this part of each axis'),
    varyIntensity: z
      .strictObject({
        gammaStd: limit.exactOptional(),
        contrast: z.number().min(0).lt(1).exactOptional(),
        brightness: limit.exactOptional(),
        noise: limit.exactOptional(),
        blurMm: limit.exactOptional(),
        bias: limit.exactOptional().describe('of MR alone'),
      })
      .readonly()
      .exactOptional()
      .describe('gamma, contrast, brightness, noise, blur and bias field; limits as of varyIntensity'),
  })
  .readonly()
  .describe('transforms of @vividmed/datasets by their names; masks, boxes and the names of sides stay true');
export type Variation = z.infer<typeof Variation>;

/** A data set that a stage trains on. */
export const DataSource = z
  .strictObject({
    dataset: z.string().min(1).describe('name of the data set, as openDataset of @vividmed/datasets/node has it'),
    folder: z.string().min(1).describe('folder of its files, laid out as its owners ship them'),
    options: z.record(z.string(), z.unknown()).optional().describe('options of its adapter'),
    split: z
      .enum(['train', 'validate', 'test'])
      .nullable()
      .default('train')
      .describe('split of its owners; studies that are in none are for training, and null takes them all'),
    testPatients: z
      .array(z.string().min(1))
      .min(1)
      .readonly()
      .optional()
      .describe('patients kept aside: their studies are of split test, where the owners made none'),
    weight: z.number().positive().default(1).describe('how often it is drawn, beside the weights of the others'),
    positiveShare: fraction
      .optional()
      .describe('share of draws with a target known to be there; left out, studies are drawn as they come'),
    render: Rendering.optional(),
    transforms: Variation.optional(),
  })
  .readonly()
  .describe('a data set to train on');
export type DataSource = z.infer<typeof DataSource>;
