import { describe, expect, it } from 'vitest';
import { type Complete, judgeAll } from '../index.js';

const number = {
  name: 'test',
  ask: (item: number) => [{ role: 'user' as const, content: `${item}` }],
  read: (answer: string) => (/^\d+$/.test(answer) ? Number(answer) : undefined),
  form: 'digits',
};

describe('judgeAll', () => {
  it('keeps the order of the cases and never asks about more at once than it may', async () => {
    let [open, most] = [0, 0];
    const complete: Complete = async (messages) => {
      open += 1;
      most = Math.max(most, open);
      const turns = Number(messages[0]!.content) % 3;
      for (let i = 0; i <= turns; i++) await new Promise((resolve) => setTimeout(resolve, 0));
      open -= 1;
      return messages[0]!.content;
    };
    const cases = Array.from({ length: 20 }, (_, i) => i);
    const seen: number[] = [];
    const options = { concurrency: 3, onProgress: ({ done }: { done: number }) => void seen.push(done) };
    expect(await judgeAll(complete, cases, number, options)).toEqual({
      verdicts: cases,
      numFailures: 0,
      numUnreadable: 0,
    });
    expect(most).toBe(3);
    expect(seen).toEqual(cases.map((i) => i + 1));
  });

  it('asks again with what was wrong, and counts cases that never get a verdict', async () => {
    const asked: number[] = [];
    const complete: Complete = async (messages) => {
      asked.push(messages.length);
      const isBad = messages[0]!.content === '7' || messages.length < 3;
      return isBad ? 'no idea' : messages[0]!.content;
    };
    const { verdicts, numFailures, numUnreadable } = await judgeAll(complete, [5, 7], number, {
      concurrency: 1,
      maxAttempts: 3,
    });
    expect(verdicts).toEqual([5, undefined]);
    expect([numFailures, numUnreadable]).toEqual([1, 4]);
    // Question; question, answer and what was wrong.
    expect(asked).toEqual([1, 3, 1, 3, 3]);
  });

  it('ends all when the model fails, and stops what is under way', async () => {
    let stopped = 0;
    const complete: Complete = async (messages, { signal }) => {
      if (messages[0]!.content === '1') throw new Error('gone');
      await new Promise<void>((resolve) => {
        signal!.addEventListener('abort', () => resolve());
      });
      stopped += 1;
      throw new Error('stopped');
    };
    await expect(judgeAll(complete, [0, 1, 2], number, { concurrency: 2 })).rejects.toThrow('gone');
    await Promise.resolve();
    expect(stopped).toBe(1);
  });

  it('can be aborted, and says so', async () => {
    const abort = new AbortController();
    let calls = 0;
    const complete: Complete = async () => {
      calls += 1;
      abort.abort();
      return '1';
    };
    const judged = judgeAll(complete, [1, 2, 3], number, { concurrency: 1, signal: abort.signal });
    await expect(judged).rejects.toMatchObject({ code: 'interrupted' });
    expect(calls).toBe(1);
  });

  it('refuses options that make no sense', async () => {
    for (const wrong of [{ concurrency: 0 }, { maxAttempts: 1.5 }, { maxTokens: -1 }])
      await expect(judgeAll(async () => '1', [1], number, wrong)).rejects.toMatchObject({ code: 'config' });
  });
});
