import * as tf from '@tensorflow/tfjs';
import { VividMedError } from '@vividmed/core';

/** The tensors in a value: in its lists, records, maps and sets at any depth. */
function tensorsIn(value: unknown, found = new Set<tf.Tensor>(), seen = new Set<object>()): Set<tf.Tensor> {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return found;
  if (value instanceof tf.Tensor) return found.add(value);
  seen.add(value);
  const children = value instanceof Map || value instanceof Set ? [...value.values()] : Object.values(value);
  for (const child of children) tensorsIn(child, found, seen);
  return found;
}

export interface ScopeOptions {
  /** Tensors from before that `fn` frees, such as the parameters that an update replaces. */
  frees?: unknown;
}

/**
 * Runs `fn` and checks that it left no tensors behind but those it returns. `fn` may be asynchronous. Unlike `tf.tidy` it
 * frees nothing: it finds code that forgets to.
 *
 * @throws {VividMedError} `memory` that says how many tensors leaked. What `fn` throws passes through unchecked.
 */
export function scope<T>(where: string, fn: () => T, options: ScopeOptions = {}): T {
  const before = tf.memory().numTensors;
  const mark = tf.scalar(0);
  mark.dispose();
  const living = [...tensorsIn(options.frees)].filter((tensor) => !tensor.isDisposed);
  const finish = <R>(result: R): R => {
    const returned = [...tensorsIn(result)].filter(({ id, isDisposed }) => id > mark.id && !isDisposed).length;
    const freed = living.filter((tensor) => tensor.isDisposed).length;
    const leaked = tf.memory().numTensors - before - returned + freed;
    if (leaked > 0) {
      throw new VividMedError(
        'memory',
        `${where}: expected no tensors left but those returned, found ${leaked} more.`,
        {
          hint: 'Wrap the synchronous parts in tf.tidy, and dispose of what asynchronous code makes.',
        },
      );
    }
    return result;
  };
  const result = fn();
  return result instanceof Promise ? (result.then(finish) as T) : finish(result);
}
