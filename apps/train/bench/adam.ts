import * as tf from '@tensorflow/tfjs';
import { jit } from '@vividmed/engine';
import { adamwUpdate } from '@vividmed/nn';

/** AdamW of the benchmark's own steps, the same in `torch/steps.py`. */
const config = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };
const learningRate = 1e-3;

/** A function of parameters and other tensors that is to be lowered. */
export type Loss = (params: tf.Tensor[], inputs: tf.Tensor[]) => tf.Scalar;

export interface Step {
  /** One step; the loss before it. */
  run(): number;
  dispose(): void;
}

/** The number in a scalar, which is freed. */
function take(scalar: tf.Tensor): number {
  const number = scalar.dataSync()[0]!;
  scalar.dispose();
  return number;
}

/** Forward pass, gradients and AdamW as one compiled function. It owns the tensors. */
export function adamStep(loss: Loss, params: tf.Tensor[], inputs: tf.Tensor[]): Step {
  const count = params.length;
  const compiled = jit((tensors) => {
    const [weights, first, second] = [0, 1, 2].map((i) => tensors.slice(i * count, (i + 1) * count)) as tf.Tensor[][];
    const step = tensors[3 * count]!;
    const { value, grads } = tf.valueAndGrads((...p: tf.Tensor[]) => loss(p, tensors.slice(3 * count + 1)))(weights!);
    const lr = tf.scalar(learningRate);
    const states = grads.map((grad, i) =>
      adamwUpdate({ param: weights![i]!, grad, m: first![i]!, v: second![i]!, step, lr, decay: true }, config),
    );
    return [value, ...states.map(({ param }) => param), ...states.map(({ m }) => m), ...states.map(({ v }) => v)];
  });
  let state = [...params, ...zerosLike(params), ...zerosLike(params)];
  let steps = 0;
  return {
    run: () => {
      steps += 1;
      const step = tf.scalar(steps);
      const [value, ...next] = compiled([...state, step, ...inputs]);
      tf.dispose([step, state]);
      state = next;
      return take(value!);
    },
    dispose: () => {
      compiled.dispose();
      tf.dispose([state, inputs]);
    },
  };
}

const zerosLike = (tensors: readonly tf.Tensor[]): tf.Tensor[] => tensors.map((x) => tf.zerosLike(x));

/** The loss alone as a compiled function. It owns the tensors. */
export function forwardOnly(loss: Loss, params: tf.Tensor[], inputs: tf.Tensor[]): Step {
  const count = params.length;
  const compiled = jit((tensors) => [loss(tensors.slice(0, count), tensors.slice(count))]);
  return {
    run: () => {
      const [value] = compiled([...params, ...inputs]);
      return take(value!);
    },
    dispose: () => {
      compiled.dispose();
      tf.dispose([params, inputs]);
    },
  };
}
