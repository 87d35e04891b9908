import * as tf from '@tensorflow/tfjs';
import type { Jitted } from './jit.js';

/**
 * Calls several compiled functions, each with its own inputs, at the same time, as far as they have threads of their own
 * (`JitOptions.thread`). Where operations are small that is faster than one graph on all processors: threads wait for each
 * other once, not at each operation. On other engines than `ort` they run one after the other, with the same results.
 *
 * @returns the outputs of each, which the caller owns. When one fails, all others have ended and their outputs are freed.
 */
export function runAll(calls: readonly { run: Jitted; inputs: readonly tf.Tensor[] }[]): tf.Tensor[][] {
  const begun: ReturnType<Jitted['begin']>[] = [];
  const made: tf.Tensor[][] = [];
  try {
    for (const { run, inputs } of calls) begun.push(run.begin(inputs));
    for (const run of begun) made.push(run.finish());
    return made;
  } catch (error) {
    for (const run of begun) run.settle();
    tf.dispose(made);
    throw error;
  }
}
