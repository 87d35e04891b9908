import * as tf from '@tensorflow/tfjs';

/** A function of tensors. */
export type TensorFunction = (inputs: tf.Tensor[]) => tf.Tensor[];

/** A run that has begun, or begins when it is finished. */
export interface Run {
  /** Whether it computes on the thread that calls, when it is finished. */
  readonly isHere: boolean;
  /** Waits for the outputs, which the caller owns. */
  finish(): tf.Tensor[];
  /** Waits, whatever came of it, and drops the outputs. */
  settle(): void;
}

/** A run of a function as it is, without compiling it; inputs that are donated are gone afterwards. */
export const plainRun = (fn: TensorFunction, inputs: readonly tf.Tensor[], donate: readonly number[]): Run => ({
  isHere: true,
  finish: () => {
    const outputs = tf.tidy(() => fn([...inputs]).map((output) => tf.clone(output)));
    tf.dispose(donate.map((i) => inputs[i]!));
    return outputs;
  },
  settle: () => {},
});
