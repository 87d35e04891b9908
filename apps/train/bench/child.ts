import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { BenchCase, BenchEngine, Prepared } from './case.js';

export interface ChildOptions {
  name: string;
  command: string;
  args: readonly string[];
  env?: Record<string, string>;
  /** Milliseconds after which a request counts as failed. */
  timeoutMs?: number;
}

type Answer = { error?: string } & Record<string, unknown>;

/** The most memory that a process had at once, in bytes, as Linux counts it. */
function peakOf(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}

/**
 * An engine in a process of its own, which answers each JSON line on its input with one on its output. Lines that are no JSON
 * objects are let through to standard error.
 */
export function childEngine({ name, command, args, env = {}, timeoutMs = 300_000 }: ChildOptions): BenchEngine {
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  const fail = (error: Error): void => {
    waiting?.reject(error);
    waiting = undefined;
  };

  const ask = async (request: object): Promise<Answer> => {
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise<Answer>((resolve, reject) => {
        if (!child || child.exitCode !== null || child.signalCode !== null) {
          reject(new Error(`${name}: the process ended`));
          return;
        }
        waiting = { resolve, reject };
        timer = setTimeout(() => fail(new Error(`${name}: no answer within ${timeoutMs / 1000} s`)), timeoutMs);
        child.stdin!.write(`${JSON.stringify(request)}\n`);
      });
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer;
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    name,
    start: async () => {
      child = spawn(command, [...args], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env, ...env },
      });
      const started = child;
      ended = new Promise((resolve) => {
        started.once('error', (error) => {
          fail(new Error(`${name}: ${error.message}`));
          resolve();
        });
        started.once('exit', (code, signal) => {
          fail(new Error(`${name}: the process ended (${signal ?? `code ${code}`})`));
          resolve();
        });
      });
      // A process that is gone cannot be written to; its end is what is reported.
      started.stdin!.on('error', () => {});
      createInterface({ input: started.stdout! }).on('line', (line) => {
        if (!line.startsWith('{')) {
          process.stderr.write(`${name}: ${line}\n`);
          return;
        }
        waiting?.resolve(JSON.parse(line) as Answer);
        waiting = undefined;
      });
      return (await ask({ op: 'start' })) as Record<string, string>;
    },
    prepare: async (benchCase: BenchCase, file: string) =>
      // An answer without an error is, for this request, what the protocol says: both sides of it are in this folder.
      (await ask({ op: 'prepare', case: benchCase, file })) as unknown as Prepared,
    run: async () => (await ask({ op: 'run' })).ms as number,
    peakBytes: () => peakOf(child?.pid),
    finish: async () => void (await ask({ op: 'finish' })),
    stop: async () => {
      child?.kill('SIGKILL');
      if (child?.pid !== undefined) await ended;
      child = undefined;
    },
  };
}
