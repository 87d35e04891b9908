import * as tf from '@tensorflow/tfjs';
import { leaves } from '@vividmed/nn';
import { expectClose } from '@vividmed/testing';
import { vividMedSpec, type VividMedParams } from '@vividmed/vlm';
import { expect, it } from 'vitest';
import { createCollate } from '../src/data/collate.js';
import { createDraw } from '../src/data/draw.js';
import { newModel } from '../src/stage.js';
import { toTensors } from '../src/training/batch.js';
import { batchLosses, lossTerms } from '../src/training/losses.js';
import { createTrainer } from '../src/training/step.js';
import { createStore, disposeStore, joinParams } from '../src/training/store.js';
import { toyConfig, toyCorpus } from './toy.js';

/** A matrix, which decays, and a gain, which does not. */
const trained = ['lm_head.weight', 'model.norm.weight'];
const rates = [0.02, 0.01];

interface State {
  param: number[];
  m: number[];
  v: number[];
}

it.each([0.05, 1e6])(
  'an update is that of AdamW on gradients whose norm is at most %d, and leaves everything else alone',
  async (clipNorm) => {
    const optimiser = { peakLr: 1, warmupSteps: 0, weightDecay: 0.5, beta1: 0.8, beta2: 0.9, epsilon: 1e-3, clipNorm };
    const train = toyConfig({ tasks: { report: 1 }, augment: false, optimiser });
    const { params, config, tokenizer } = await newModel(train);
    const spec = vividMedSpec(config);
    const store = createStore(spec, params, trained);
    const draw = createDraw(train, await toyCorpus());
    const collate = createCollate({ model: config, train, tokenizer });
    const trainer = createTrainer({ model: config, train });

    const valuesOf = (tensors: ReadonlyMap<string, tf.Tensor>, path: string): number[] => [
      ...tensors.get(path)!.dataSync(),
    ];
    /** Gradients of the weighted losses at the parameters of now. */
    const gradients = (step: number): number[][] => {
      const batch = collate(draw(step));
      const arrays = toTensors(batch.arrays);
      const values = tf.tidy(() => {
        const loss = (...tensors: tf.Tensor[]): tf.Scalar => {
          const all = new Map([...store.params, ...trained.map((path, i) => [path, tensors[i]!] as const)]);
          // The tree of a spec that is known here, though not to a store.
          const tree = joinParams(spec, all) as VividMedParams;
          const losses = batchLosses(tree, config, arrays, batch.groups, { weights: train.loss });
          return tf.addN(lossTerms.map((term) => tf.mul(losses[term], train.loss[term]))) as tf.Scalar;
        };
        return tf
          .grads(loss)(trained.map((path) => store.params.get(path)!))
          .map((grad) => [...grad.dataSync()]);
      });
      tf.dispose(arrays);
      return values;
    };

    const decays = new Map(leaves(spec).map(([path, { shape }]) => [path, shape.length > 1]));
    expect(trained.map((path) => decays.get(path))).toEqual([true, false]);
    const others = store.frozen.map((path) => [path, store.params.get(path)] as const);
    let states = trained.map((path): State => {
      const param = valuesOf(store.params, path);
      return { param, m: param.map(() => 0), v: param.map(() => 0) };
    });
    rates.forEach((rate, before) => {
      const t = before + 1;
      const grads = gradients(t);
      const norm = Math.sqrt(grads.flat().reduce((sum, g) => sum + g * g, 0));
      const scale = Math.min(1, clipNorm / norm);
      expect(scale < 1).toBe(clipNorm < 1);
      states = states.map(({ param, m, v }, i) => {
        const [b1, b2] = [optimiser.beta1, optimiser.beta2];
        const grad = grads[i]!.map((g) => g * scale);
        const first = m.map((x, k) => b1 * x + (1 - b1) * grad[k]!);
        const second = v.map((x, k) => b2 * x + (1 - b2) * grad[k]! ** 2);
        const decay = decays.get(trained[i]!) ? rate * optimiser.weightDecay : 0;
        const moved = param.map((x, k) => {
          const [mean, square] = [first[k]! / (1 - b1 ** t), second[k]! / (1 - b2 ** t)];
          return x * (1 - decay) - (rate * mean) / (Math.sqrt(square) + optimiser.epsilon);
        });
        return { param: moved, m: first, v: second };
      });

      expectClose([trainer.step(store, [collate(draw(t))], rate).gradNorm], [norm], { label: `norm of update ${t}` });
      trained.forEach((path, i) => {
        const { param, m, v } = states[i]!;
        const label = `${path}, update ${t}`;
        expectClose(valuesOf(store.params, path), param, { atol: 1e-6, label });
        expectClose(valuesOf(store.firstMoments, path), m, { atol: 0, label: `mean of ${label}` });
        expectClose(valuesOf(store.secondMoments, path), v, { atol: 0, label: `square of ${label}` });
      });
    });
    for (const [path, tensor] of others) expect(store.params.get(path), path).toBe(tensor);
    expect(store.updates).toBe(rates.length);
    trainer.dispose();
    disposeStore(store);
  },
);
