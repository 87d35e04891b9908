import type { Complete } from './complete.js';
import { greenForm, greenMessages } from './green-prompt.js';
import { judgeAll, type JudgeOptions } from './judge-all.js';
import { judgeScores, type JudgeScores } from './judge-scores.js';
import { pairsOf } from './report-pairs.js';

/** The six kinds of errors, (a) to (f). */
export const greenErrors = [
  'false finding',
  'missing finding',
  'wrong location',
  'wrong severity',
  'comparison that the reference has not',
  'missing comparison',
] as const;

export interface GreenCounts {
  matchedFindings: number;
  /** Clinically significant errors of each kind, in the order of `greenErrors`. */
  significantErrors: number[];
}

/** GREEN of counted findings and errors, in [0, 1]: matched / (matched + significant errors); 0 where nothing matches. */
export function greenScore({ matchedFindings, significantErrors }: GreenCounts): number {
  if (matchedFindings === 0) return 0;
  return matchedFindings / (matchedFindings + significantErrors.reduce((a, b) => a + b, 0));
}

/** Text of a section: from its heading to the next empty line. */
function sectionOf(answer: string, heading: string): string | undefined {
  const start = answer.indexOf(`[${heading}]:`);
  if (start < 0) return undefined;
  const rest = answer.slice(start + heading.length + 3).trimStart();
  const end = rest.search(/\n\s*\n/);
  return end < 0 ? rest : rest.slice(0, end);
}

const countAfterColon = /: (\d+)\./;
const toCount = (digits: string | undefined): number | undefined => {
  const count = Number(digits);
  return digits !== undefined && Number.isSafeInteger(count) ? count : undefined;
};

function significantErrorsIn(section: string): number[] | undefined {
  const counts = greenErrors.map(() => 0);
  if (section.startsWith('No')) return counts;
  // GREEN's own model writes letters, GPT-4 numbers.
  const byLetter = [...section.matchAll(/\(([a-f])\) .*/g)];
  const lines = byLetter.length > 0 ? byLetter : [...section.matchAll(/\(([1-6])\) .*/g)];
  if (lines.length === 0) return undefined;
  for (const [line, mark] of lines) {
    const count = toCount(countAfterColon.exec(line)?.[1]);
    if (count === undefined) return undefined;
    counts['abcdef123456'.indexOf(mark!) % 6] = count;
  }
  return counts;
}

function matchedFindingsIn(section: string): number | undefined {
  return section.startsWith('No') ? 0 : toCount(/^(\d+)\./.exec(section)?.[1]);
}

/**
 * The counts in an answer of the form that GREEN's model writes (Ostmeier et al. 2024; Stanford-AIMI/GREEN@d72c195): sections
 * `[Clinically Significant Errors]:` and `[Matched Findings]:`, in the first a line `(a) …: 2. …` for each kind, in the second
 * `3. …`; a section that begins with `No` holds none, and so does a kind without a line.
 *
 * Undefined where a section or a number is missing. Differs: the published parser then counts 0.
 */
export function readGreen(answer: string): GreenCounts | undefined {
  const [errors, matched] = ['Clinically Significant Errors', 'Matched Findings'].map((name) =>
    sectionOf(answer, name),
  );
  const significantErrors = errors === undefined ? undefined : significantErrorsIn(errors);
  const matchedFindings = matched === undefined ? undefined : matchedFindingsIn(matched);
  if (significantErrors === undefined || matchedFindings === undefined) return undefined;
  return { matchedFindings, significantErrors };
}

export interface GreenScores extends JudgeScores {
  /** Answers that could not be read, those that a later one made good included. */
  numUnreadable: number;
  counts: (GreenCounts | undefined)[];
}

/**
 * A score in the manner of GREEN from any language model: it counts matched findings and six kinds of errors. It is GREEN
 * itself only with GREEN's model and prompt, which `prompt` may give. An empty prediction or reference is asked about too.
 *
 * @throws {VividMedError} as `judgeAll`; `shape` for lists of different lengths.
 */
export async function greenJudge(
  complete: Complete,
  predicted: readonly string[],
  references: readonly string[],
  { prompt = greenMessages, ...options }: JudgeOptions & { prompt?: typeof greenMessages } = {},
): Promise<GreenScores> {
  const pairs = pairsOf(predicted, references, 'greenJudge');
  const judged = await judgeAll(
    complete,
    pairs,
    { name: 'greenJudge', ask: prompt, read: readGreen, form: greenForm },
    options,
  );
  const perSample = judged.verdicts.map((counts) => counts && greenScore(counts));
  return { ...judgeScores(perSample), numUnreadable: judged.numUnreadable, counts: judged.verdicts };
}
