import * as tf from '@tensorflow/tfjs';

/**
 * A function of tensors whose gradient is written out: in fewer operations than tfjs puts together from those of the
 * forward pass.
 *
 * @param forward the value, and what the gradient needs of the forward pass.
 * @param gradient the gradient by each input, from that by the value and the saved tensors.
 */
export function withGradient<Saved extends tf.Tensor[]>(
  inputs: readonly tf.Tensor[],
  forward: () => { value: tf.Tensor; saved: [...Saved] },
  gradient: (dy: tf.Tensor, ...saved: Saved) => tf.Tensor[],
): tf.Tensor {
  const run = tf.customGrad((...args) => {
    // tfjs adds the function that saves to the tensors.
    const save = args.at(-1) as unknown as (tensors: tf.Tensor[]) => void;
    const { value, saved } = forward();
    save(saved);
    // tfjs gives back what was saved, in the same order.
    return { value, gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => tf.tidy(() => gradient(dy, ...(kept as Saved))) };
  });
  return run(...inputs);
}
