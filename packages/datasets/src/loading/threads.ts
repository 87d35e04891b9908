import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { check, type ErrorCode, VividMedError } from '@vividmed/core';

/** Answers requests with bytes. */
export type Handler<Request> = (request: Request) => Promise<Uint8Array>;

/** Threads that answer requests. */
export interface Threads<Request> {
  run: Handler<Request>;
  /** Ends the threads; what was not answered fails. */
  close(): Promise<void>;
}

interface Question<Request> {
  id: number;
  request: Request;
}

type Answer = { id: number } & ({ bytes: Uint8Array } | { error: { code: ErrorCode; message: string; hint?: string } });

export interface ThreadsOptions {
  numThreads: number;
  /** A module that calls `serveThread`. */
  script: URL;
  /** Given to each thread as `workerData`. */
  data: unknown;
  /** Flags of Node for the threads; those of this process unless given. */
  execArgv?: readonly string[];
}

/**
 * Starts threads that answer requests, each its own in the order they came. Requests are dealt out at once, so that a thread has
 * work while this one is busy.
 */
export function createThreads<Request>({ numThreads, script, data, execArgv }: ThreadsOptions): Threads<Request> {
  check(
    Number.isInteger(numThreads) && numThreads > 0,
    'config',
    `createThreads: expected 1 thread or more, found ${numThreads}.`,
  );
  const open = new Map<number, { at: number; resolve(bytes: Uint8Array): void; reject(error: Error): void }>();
  let asked = 0;
  const failAll = (at: number, reason: string): void => {
    for (const [id, { at: of, reject }] of open) {
      if (of !== at) continue;
      open.delete(id);
      reject(new VividMedError('interrupted', `createThreads: expected an answer, found that ${reason}.`));
    }
  };
  const workers = Array.from({ length: numThreads }, (_, at) => {
    const worker = new Worker(script, { workerData: data, ...(execArgv && { execArgv: [...execArgv] }) });
    worker.on('message', (answer: Answer) => {
      const question = open.get(answer.id);
      open.delete(answer.id);
      if (!question) return;
      if ('bytes' in answer) return question.resolve(answer.bytes);
      const { code, message } = answer.error;
      return question.reject(new VividMedError(code, message));
    });
    worker.on('error', (error) => failAll(at, `the thread failed: ${error.message}`));
    worker.on('exit', () => failAll(at, 'the thread ended'));
    // A program that is done need not close them.
    worker.unref();
    return worker;
  });
  return {
    run: (request) =>
      new Promise((resolve, reject) => {
        const id = asked++;
        const at = id % numThreads;
        // While somebody waits the program goes on.
        workers[at]!.ref();
        const settle = (): void => {
          if (![...open.values()].some((question) => question.at === at)) workers[at]!.unref();
        };
        open.set(id, {
          at,
          resolve: (bytes) => (settle(), resolve(bytes)),
          reject: (error) => (settle(), reject(error)),
        });
        workers[at]!.postMessage({ id, request } satisfies Question<Request>, []);
      }),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** Answers the requests of `createThreads` in this thread, one after the other. */
export function serveThread<Request>(start: () => Promise<Handler<Request>>): void {
  const port = parentPort;
  check(!isMainThread && port, 'config', 'serveThread: expected a thread of createThreads, found the main one.');
  const handler = start();
  let last: Promise<void> = Promise.resolve();
  const answer = async ({ id, request }: Question<Request>): Promise<void> => {
    try {
      const bytes = await (await handler)(request);
      port.postMessage({ id, bytes } satisfies Answer, [bytes.buffer as ArrayBuffer]);
    } catch (error) {
      const code = VividMedError.isInstance(error) ? error.code : 'data';
      const message = error instanceof Error ? error.message : String(error);
      port.postMessage({ id, error: { code, message } } satisfies Answer);
    }
  };
  port.on('message', (question: Question<Request>) => {
    last = last.then(() => answer(question));
  });
}
