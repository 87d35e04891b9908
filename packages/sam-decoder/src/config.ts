import { z } from 'zod';

const count = z.number().int().positive();

export const SamConfig = z
  .strictObject({
    inChannels: count.describe('channels of the image'),
    patch: z.tuple([count, count, count]).readonly().describe('stored patch kernel in voxels: depth, height, width'),
    positionGrid: z.tuple([count, count, count]).readonly().describe('grid of the stored position embeddings'),
    width: count.describe('width of the image encoder, of the decoder and of prompts'),
    encoderDepth: count.describe('blocks of the image encoder'),
    encoderHeads: count.describe('attention heads of the image encoder'),
    encoderMlpWidth: count.describe('width of the MLPs of the image encoder'),
    decoderDepth: count.describe('layers of the two-way transformer'),
    decoderHeads: count.describe('attention heads of the two-way transformer'),
    decoderMlpWidth: count.describe('width of the MLPs of the two-way transformer'),
    numInstances: count.describe('instance queries m, so at most so many boxes per phrase'),
    positionedImage: z
      .boolean()
      .default(false)
      .describe('adds the position code to the encoded image, not only to the keys of its attention'),
    boxReference: z
      .boolean()
      .default(false)
      .describe('boxes start from where their query looks in the image, which learns sooner than the box head alone'),
    tokenSimilarity: z
      .boolean()
      .default(false)
      .describe('masks and boxes start from how alike the phrase and the encoded patches are'),
  })
  .refine(({ width }) => width % 8 === 0, {
    path: ['width'],
    message: 'expected a multiple of 8: masks have width / 8',
  })
  .refine(({ width, encoderHeads }) => width % encoderHeads === 0, {
    path: ['encoderHeads'],
    message: 'expected a divisor of width',
  })
  .refine(({ width, decoderHeads }) => width % (2 * decoderHeads) === 0, {
    path: ['decoderHeads'],
    message: 'expected a divisor of width / 2, the width of cross-attention',
  })
  .readonly();
export type SamConfig = z.infer<typeof SamConfig>;

/** Sizes of the localiser. `paper` is that of the published code: a SegVol-like ViT-B encoder, six instance queries. */
export const samPresets = {
  toy: {
    inChannels: 1,
    patch: [4, 4, 4],
    positionGrid: [2, 4, 4],
    width: 16,
    encoderDepth: 2,
    encoderHeads: 2,
    encoderMlpWidth: 32,
    decoderDepth: 2,
    decoderHeads: 2,
    decoderMlpWidth: 32,
    numInstances: 3,
    positionedImage: false,
    boxReference: false,
    tokenSimilarity: false,
  },
  tiny: {
    inChannels: 1,
    patch: [8, 8, 8],
    positionGrid: [8, 12, 12],
    width: 128,
    encoderDepth: 2,
    encoderHeads: 4,
    encoderMlpWidth: 384,
    decoderDepth: 2,
    decoderHeads: 4,
    decoderMlpWidth: 256,
    numInstances: 6,
    positionedImage: true,
    boxReference: true,
    tokenSimilarity: true,
  },
  small: {
    inChannels: 1,
    patch: [16, 16, 16],
    positionGrid: [8, 16, 16],
    width: 384,
    encoderDepth: 8,
    encoderHeads: 6,
    encoderMlpWidth: 1536,
    decoderDepth: 2,
    decoderHeads: 8,
    decoderMlpWidth: 1024,
    numInstances: 6,
    positionedImage: true,
    boxReference: true,
    tokenSimilarity: true,
  },
  paper: {
    inChannels: 3,
    patch: [16, 16, 16],
    positionGrid: [8, 32, 32],
    width: 768,
    encoderDepth: 12,
    encoderHeads: 12,
    encoderMlpWidth: 3072,
    decoderDepth: 2,
    decoderHeads: 8,
    decoderMlpWidth: 2048,
    numInstances: 6,
    positionedImage: false,
    boxReference: false,
    tokenSimilarity: false,
  },
} as const satisfies Record<string, SamConfig>;
