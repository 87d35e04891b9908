import * as tf from '@tensorflow/tfjs';
import { adamwUpdate, clipByGlobalNorm, initParams, leaves, mapLeaves, type ParamSpec, type Tree } from '@vividmed/nn';
import { readGolden } from '@vividmed/testing';
import { expect, test } from 'vitest';
import { type VividMedParams, vividMedSpec } from '../src/index.js';
import { type LossTerm, runToy, toyConfig, toyInput } from './toy.js';

test('thirty steps on the golden batch lower every loss, and their sum by more than half', () => {
  const input = toyInput(readGolden(new URL('golden/vividmed.safetensors', import.meta.url)));
  const spec = vividMedSpec(toyConfig);
  const initial = initParams(spec, 11);
  const specs = leaves(spec as Tree<ParamSpec>);
  const tensors = leaves(initial as Tree<tf.Tensor>).map(([, tensor]) => tensor);
  const trained = specs.flatMap(([, { trainable }], i) => (trainable ? [i] : []));
  const joined = (): VividMedParams => {
    let at = 0;
    return mapLeaves(spec as Tree<ParamSpec>, () => tensors[at++]!) as VividMedParams;
  };
  let states = trained.map((i) => ({
    param: tensors[i]!,
    m: tf.zerosLike(tensors[i]!),
    v: tf.zerosLike(tensors[i]!),
  }));
  const config = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.05 };
  const history: Record<LossTerm | 'total', number>[] = [];
  for (let step = 1; step <= 30; step++) {
    const next = tf.tidy(() => {
      const { grads } = tf.engine().gradients(
        () => {
          const { terms, total } = runToy(joined(), input);
          const named = Object.entries({ ...terms, total }).map(([name, x]) => [name, x.dataSync()[0]!]);
          history.push(Object.fromEntries(named) as Record<LossTerm | 'total', number>);
          return total as tf.Scalar;
        },
        states.map(({ param }) => param),
      );
      const clipped = clipByGlobalNorm(grads, 1).grads;
      const [count, lr] = [tf.scalar(step), tf.scalar(5e-3)];
      return clipped.map((grad, k) => {
        const decay = specs[trained[k]!]![1].decay;
        const { param, m, v } = adamwUpdate({ ...states[k]!, grad, step: count, lr, decay }, config);
        return { param, m, v };
      });
    });
    tf.dispose(states);
    states = next;
    trained.forEach((i, k) => (tensors[i] = states[k]!.param));
  }
  const [first, last] = [history[0]!, history.at(-1)!];
  for (const term of Object.keys(first) as LossTerm[]) expect(last[term], term).toBeLessThan(first[term]);
  expect(last.total).toBeLessThan(first.total / 2);
  tf.dispose([input, states, tensors]);
});
