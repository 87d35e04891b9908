import { z } from 'zod';

/** What a reader may say of a sentence; the paper's "can be accepted as-is" is `acceptable`. */
export const verdicts = {
  acceptable: 'Acceptable as it is',
  wrongFinding: 'Wrong finding',
  wrongPlace: 'Wrong place or side',
  wrongDegree: 'Wrong size or degree',
  other: 'Wrong otherwise',
} as const;
export const Verdict = z.enum(['acceptable', 'wrongFinding', 'wrongPlace', 'wrongDegree', 'other']);
export type Verdict = z.infer<typeof Verdict>;

/** What a reader says of the region of a phrase that names a finding which is there. */
export const groundings = {
  right: 'Region fits',
  wrong: 'Region does not fit',
  notThere: 'Finding is not there',
} as const;
export const Grounding = z.enum(['right', 'wrong', 'notThere']);

const count = z.number().int().min(0);

const JudgedCase = z
  .strictObject({
    id: z.string().min(1),
    numSentences: count,
    sentences: z
      .record(z.string(), Verdict)
      .readonly()
      .describe('verdict of each sentence that was judged, by its index'),
    phrases: z
      .record(z.string(), Grounding)
      .readonly()
      .describe('what was said of each phrase with a region, by its index'),
    criticalOmissions: count.describe('findings that the report had to name and did not'),
    done: z.boolean(),
  })
  .readonly();
export type JudgedCase = z.infer<typeof JudgedCase>;

/** What one reader said of the cases of one page; the page for judgements writes it. */
export const Judgements = z
  .strictObject({
    format: z.literal('vividmed-judgements'),
    version: z.literal(1),
    page: z.string().min(1).describe('which page: the digest of its cases'),
    reader: z.string(),
    cases: z.array(JudgedCase).readonly(),
  })
  .readonly();
export type Judgements = z.infer<typeof Judgements>;
