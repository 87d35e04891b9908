import { createRequire } from 'node:module';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { VividMedError } from '@vividmed/core';
import { numThreads } from '../onnx/native.js';

/** A thread with sessions of its own. Messages are acted on in order; `wait` blocks until all are. */
export interface Thread {
  send(message: { action: string; id: number; [key: string]: unknown }): void;
  /** @throws {VividMedError} unsupported, when an action failed. */
  wait(): void;
  /** `wait` for a caller that has a failure of its own to tell. */
  settle(): void;
}

function startThread(): Thread {
  const control = new Int32Array(new SharedArrayBuffer(8));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(createRequire(import.meta.url).resolve('#thread'), {
    workerData: { control, port: port2 },
    transferList: [port2],
    // Loaders that the program was started with are of no use to a file of plain JavaScript.
    execArgv: [],
  });
  // Neither keeps the program alive.
  worker.unref();
  port1.unref();
  let sent = 0;
  /** What failed first, once all is done. */
  const settle = (): string | undefined => {
    for (let done = Atomics.load(control, 1); done < sent; done = Atomics.load(control, 1))
      Atomics.wait(control, 1, done);
    const failures: string[] = [];
    for (let got = receiveMessageOnPort(port1); got; got = receiveMessageOnPort(port1))
      failures.push(got.message.error);
    return failures[0];
  };
  return {
    send: (message) => {
      port1.postMessage(message);
      Atomics.store(control, 0, ++sent);
      Atomics.notify(control, 0);
    },
    wait: () => {
      const failure = settle();
      if (failure === undefined) return;
      throw new VividMedError('unsupported', `runAll: expected a run that succeeds, found: ${failure}`);
    },
    settle: () => void settle(),
  };
}

const started: Thread[] = [];

/** Threads beside the one that calls: one for each processor but one, started when they are first asked for. */
export function otherThread(index: number): Thread {
  const at = index % Math.max(1, numThreads() - 1);
  return (started[at] ??= startThread());
}
