import * as tf from '@tensorflow/tfjs';
import { adamwUpdate, clipByGlobalNorm, initParams, leaves, mapLeaves } from '@vividmed/nn';
import { readGolden } from '@vividmed/testing';
import { expect, test } from 'vitest';
import { type VividMedParams, vividMedSpec } from '../src/index.js';
import { type LossTerm, runToy, toyConfig, type ToyInput, toyInput } from './toy.js';

/** The last two conversations of the golden batch: one about a volume with a mask and boxes, one of text alone. */
function twoSamples(): ToyInput {
  const batch = toyInput(readGolden(new URL('golden/vividmed.safetensors', import.meta.url)));
  return tf.tidy(() => {
    const rows = Object.entries(batch).map(([name, x]) => {
      const isText = !name.startsWith('group') && !name.startsWith('cotangent');
      return [name, isText ? tf.slice(x, 2, 2) : tf.clone(x)] as const;
    });
    const kept = Object.fromEntries(rows.filter(([name]) => !name.startsWith('group0.')));
    const before = tf.scalar(2 * kept['ids']!.shape[1]!, 'int32');
    const input = { ...kept, 'group1.hiddenIndex': tf.sub(kept['group1.hiddenIndex']!, before) };
    tf.dispose(batch);
    return input;
  });
}

test('thirty steps on two samples lower every loss, and their sum by more than half', () => {
  const input = twoSamples();
  const spec = vividMedSpec(toyConfig);
  const initial = initParams(spec, 11);
  const specs = leaves(spec);
  const tensors = leaves(initial).map(([, tensor]) => tensor);
  const trained = specs.flatMap(([, { trainable }], i) => (trainable ? [i] : []));
  const joined = (): VividMedParams => {
    let at = 0;
    return mapLeaves(spec, () => tensors[at++]!);
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
}, 240_000);
