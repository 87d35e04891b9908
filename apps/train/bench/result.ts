import { z } from 'zod';

const SpreadSchema = z.strictObject({
  median: z.number(),
  min: z.number(),
  max: z.number(),
  samples: z.number().int().positive(),
});

const Measured = z.strictObject({
  ms: SpreadSchema.optional().describe('milliseconds of one run'),
  value: z.number().optional().describe('what the case computed: a loss'),
  peakBytes: z.number().optional().describe('peak memory of a process that runs this case alone'),
  error: z.string().optional().describe('why there are no times'),
});
export type Measured = z.infer<typeof Measured>;

const Row = z.strictObject({
  name: z.string(),
  group: z.string(),
  sizes: z.record(z.string(), z.union([z.number(), z.string()])),
  measured: z.record(z.string(), Measured).describe('by engine'),
  ratios: z.record(z.string(), SpreadSchema).describe('time of another engine over that of the first, round by round'),
  flops: z.number().optional().describe('floating-point operations of one run, by formula'),
  tokens: z.number().int().optional().describe('tokens that one run writes'),
  targets: z.record(z.string(), z.number()).optional().describe('least ratio to reach, by engine'),
  agree: z.boolean().optional().describe('whether all engines computed the same number'),
});
export type Row = z.infer<typeof Row>;

/** The form of `bench.json`. */
export const BenchResult = z.strictObject({
  version: z.literal(1),
  options: z.strictObject({ quick: z.boolean(), rounds: z.number().int(), threads: z.number().int() }),
  machine: z.strictObject({ cpu: z.string(), cores: z.number().int(), memoryGib: z.number(), loadBefore: z.number() }),
  engines: z.record(z.string(), z.record(z.string(), z.string())),
  peakGflops: z.record(z.string(), z.number()).describe('best rate of the product 1024 x 1024 x 1024, by engine'),
  rows: z.array(Row),
});
export type BenchResult = z.infer<typeof BenchResult>;
