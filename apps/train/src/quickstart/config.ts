import { VividMedError } from '@vividmed/core';
import { z } from 'zod';

const target = z.number().nullable();

export const QuickstartConfig = z
  .strictObject({
    $schema: z.string().optional(),
    seed: z.number().int().default(0).describe('seed of everything random'),
    stages: z.array(z.string()).min(1).describe('configs of the stages, in order; each starts from the one before'),
    set: z.array(z.string()).default([]).describe('assignments as of --set, made in every stage'),
    heldOut: z
      .strictObject({
        firstSeed: z.number().int().default(1_000_001).describe('seed of the first held-out phantom'),
        numCases: z
          .number()
          .int()
          .positive()
          .default(32)
          .describe('held-out phantoms, each measured as a CT and as a radiograph'),
        shown: z.number().int().min(0).default(3).describe('of each kind on the page, and one CT slice'),
      })
      .readonly()
      .prefault({}),
    targets: z
      .strictObject({
        diceLungs: target.default(0.8),
        diceHeart: target.default(0.8),
        ap50: target.default(0.5),
        findingF1: target.default(0.7),
        vqaAccuracy: target.default(0.85),
      })
      .readonly()
      .prefault({})
      .describe('figures to reach; the table says where one is missed'),
  })
  .readonly();
export type QuickstartConfig = z.infer<typeof QuickstartConfig>;

/** Checks a parsed JSON config. @throws {VividMedError} `config` naming every wrong key at once. */
export function parseQuickstartConfig(value: unknown, source: string): QuickstartConfig {
  const result = QuickstartConfig.safeParse(value);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.') || '(top level)'}: ${issue.message}`);
  throw new VividMedError('config', `${source}: ${lines.length} thing(s) to correct:\n${lines.join('\n')}`);
}
