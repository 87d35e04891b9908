import { z } from 'zod';

export const LanguageConfig = z
  .strictObject({
    vocabSize: z.number().int().positive().describe('rows of the embedding, special tokens included'),
    width: z.number().int().positive().describe('width of the hidden states'),
    depth: z.number().int().positive().describe('number of layers'),
    numHeads: z.number().int().positive().describe('attention heads; width / numHeads is even'),
    mlpWidth: z.number().int().positive().describe('width of the gated MLP'),
    ropeBase: z.number().positive().default(10_000).describe('base of the rotary frequencies'),
    normEpsilon: z
      .number()
      .positive()
      .default(1e-5)
      .describe('epsilon of the RMS norms; published weights bring their own'),
  })
  .refine(({ width, numHeads }) => width % (2 * numHeads) === 0, {
    path: ['width'],
    message: 'expected an even width per head, since the rotary embedding turns pairs',
  })
  .readonly();
export type LanguageConfig = z.infer<typeof LanguageConfig>;
