import * as tf from '@tensorflow/tfjs';
import type { Jitted } from './jit.js';
import type { Run } from './run.js';

/**
 * Calls several compiled functions, each with its own inputs, at the same time, as far as they have threads of their own
 * (`JitOptions.thread`). Where operations are small that is faster than one graph on all processors: threads wait for each
 * other once, not at each operation. On other engines than `ort` they run one after the other, with the same results.
 *
 * @param meanwhile called once what this thread has to compute is done, while others may still compute.
 * @returns the outputs of each, which the caller owns. When one fails, all others have ended and their outputs are freed.
 */
export function runAll(
  calls: readonly { run: Jitted; inputs: readonly tf.Tensor[] }[],
  meanwhile: () => void = () => {},
): tf.Tensor[][] {
  const begun: Run[] = [];
  const made: tf.Tensor[][] = [];
  const finish = (isHere: boolean): void =>
    begun.forEach((run, i) => {
      if (run.isHere === isHere) made[i] = run.finish();
    });
  try {
    for (const { run, inputs } of calls) begun.push(run.begin(inputs));
    finish(true);
    meanwhile();
    finish(false);
    return made;
  } catch (error) {
    for (const run of begun) run.settle();
    tf.dispose(made);
    throw error;
  }
}
