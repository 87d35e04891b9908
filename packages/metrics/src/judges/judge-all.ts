import { check, VividMedError } from '@vividmed/core';
import type { ChatMessage, Complete } from './complete.js';

export interface JudgeProgress {
  done: number;
  total: number;
  numFailures: number;
}

export interface JudgeOptions {
  /** How many cases are asked about at the same time. */
  concurrency?: number;
  /** How often a case is asked about until its answer can be read. */
  maxAttempts?: number;
  temperature?: number;
  maxTokens?: number;
  signal?: AbortSignal;
  onProgress?: (progress: JudgeProgress) => void;
}

export interface Judged<Verdict> {
  /** In the order of the cases; undefined where no answer could be read. */
  verdicts: (Verdict | undefined)[];
  numFailures: number;
  /** Answers that could not be read, those that a later one made good included. */
  numUnreadable: number;
}

export interface Judge<Case, Verdict> {
  /** Name in errors. */
  name: string;
  ask: (item: Case) => readonly ChatMessage[];
  /** The verdict in an answer, or undefined where it holds none. */
  read: (answer: string, item: Case) => Verdict | undefined;
  /** The form of an answer in one sentence, for the second try. */
  form: string;
}

/** Asked again at temperature 0 a model would say the same again, so it is shown its answer and told what was wrong. */
const askAgain = (asked: readonly ChatMessage[], answer: string, form: string): ChatMessage[] => [
  ...asked,
  { role: 'assistant', content: answer },
  { role: 'user', content: `I could not read a result in that answer. Answer once more, in this form: ${form}` },
];

/**
 * Asks a language model about each case, some at the same time. An answer that cannot be read is asked for again up to
 * `maxAttempts` times; a case without any readable answer has no verdict and is counted. An error of `complete` ends all.
 *
 * @throws {VividMedError} `config` for a wrong option, `interrupted` when the signal is aborted; whatever `complete` throws.
 */
export async function judgeAll<Case, Verdict>(
  complete: Complete,
  cases: readonly Case[],
  judge: Judge<Case, Verdict>,
  options: JudgeOptions = {},
): Promise<Judged<Verdict>> {
  const { concurrency = 4, maxAttempts = 3, temperature = 0, maxTokens = 1024, signal, onProgress } = options;
  for (const [name, value] of Object.entries({ concurrency, maxAttempts, maxTokens }))
    check(
      Number.isSafeInteger(value) && value > 0,
      'config',
      `${judge.name}: expected ${name} as a whole number above 0, found ${value}.`,
    );
  // One failure stops the requests that are under way.
  const stop = new AbortController();
  const signals = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const stopIfAborted = (): void => {
    if (signal?.aborted)
      throw new VividMedError('interrupted', `${judge.name}: expected to go on to the last case, found an abort.`, {
        cause: signal.reason,
      });
  };
  const verdicts: (Verdict | undefined)[] = Array.from({ length: cases.length }, () => undefined);
  let [next, done, numFailures, numUnreadable] = [0, 0, 0, 0];

  const judgeOne = async (item: Case): Promise<Verdict | undefined> => {
    const asked = judge.ask(item);
    let messages = asked;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      stopIfAborted();
      const answer = await complete(messages, { temperature, maxTokens, signal: signals });
      const verdict = judge.read(answer, item);
      if (verdict !== undefined) return verdict;
      numUnreadable += 1;
      messages = askAgain(asked, answer, judge.form);
    }
    return undefined;
  };
  const work = async (): Promise<void> => {
    while (next < cases.length && !stop.signal.aborted) {
      const at = next++;
      // The index is below the number of cases.
      const verdict = await judgeOne(cases[at] as Case);
      verdicts[at] = verdict;
      done += 1;
      if (verdict === undefined) numFailures += 1;
      onProgress?.({ done, total: cases.length, numFailures });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, cases.length) }, work));
  } catch (error) {
    stop.abort();
    stopIfAborted();
    throw error;
  }
  return { verdicts, numFailures, numUnreadable };
}
