import * as tf from '@tensorflow/tfjs';

const binary = ['Greater', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd', 'LogicalOr'];

/**
 * Comparisons are constant wherever they have a derivative, so it is 0. tfjs says so for `greaterEqual` alone and throws
 * for the others as soon as a condition is computed from what is differentiated.
 */
export function registerComparisonGradients(): void {
  const zeros = (tensor: tf.Tensor): tf.Tensor => tf.zeros(tensor.shape);
  for (const kernelName of binary) {
    tf.registerGradient({
      kernelName,
      inputsToSave: ['a', 'b'],
      gradFunc: (_, saved) => {
        const [a, b] = saved as [tf.Tensor, tf.Tensor];
        return { a: () => zeros(a), b: () => zeros(b) };
      },
    });
  }
  tf.registerGradient({ kernelName: 'LogicalNot', gradFunc: (dy) => ({ x: () => zeros(dy as tf.Tensor) }) });
}
