import * as tf from '@tensorflow/tfjs';
import { expectClose, type GoldenTensor, readGolden } from '@vividmed/testing';
import { expect, test } from 'vitest';
import { type AdamWState, adamwUpdate, clipByGlobalNorm, learningRateAt } from '../src/index.js';

const golden = (name: string) => readGolden(new URL(`golden/${name}.safetensors`, import.meta.url));
const tensorOf = ({ data, shape }: GoldenTensor): tf.Tensor => tf.tensor(data, [...shape]);

test('six updates of AdamW agree with torch.optim.AdamW, with decay and without', () => {
  const { params, input, output } = golden('adamw');
  const config = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.05 };
  const rates = input.get('rates')!.data;
  expect(rates).toHaveLength(6);
  for (const [name, decay] of [
    ['matrix', true],
    ['vector', false],
  ] as const) {
    const param = tensorOf(params.get(name)!);
    let state: AdamWState = { param, m: tf.zerosLike(param), v: tf.zerosLike(param) };
    rates.forEach((rate, i) => {
      const [grad, step, lr] = [tensorOf(input.get(`grad.${i}.${name}`)!), tf.scalar(i + 1), tf.scalar(rate)] as const;
      const next = adamwUpdate({ ...state, grad, step, lr, decay }, config);
      tf.dispose([state.param, state.m, state.v, grad, step, lr]);
      state = next;
      expectClose(state.param, output.get(`${i}.${name}`)!.data, {
        rtol: 1e-6,
        atol: 0,
        label: `${name}, update ${i}`,
      });
    });
    tf.dispose([state.param, state.m, state.v]);
  }
});

test.each(['large', 'small'])('clipping of %s gradients agrees with torch.nn.utils.clip_grad_norm_', (name) => {
  const { input, output } = golden('clip');
  const grads = [0, 1].map((i) => tensorOf(input.get(`${name}.${i}`)!));
  const clipped = clipByGlobalNorm(grads, 1);
  const close = { rtol: 1e-6, atol: 0 };
  expectClose(clipped.norm, output.get(`${name}.norm`)!.data, close);
  clipped.grads.forEach((grad, i) => expectClose(grad, output.get(`${name}.${i}`)!.data, close));
  tf.dispose([grads, clipped.norm, clipped.grads]);
});

test("warm-up and cosine agree with torch's schedulers at every update", () => {
  const config = { peakLr: 5e-5, warmupSteps: 7, totalSteps: 40 };
  const rates = Array.from({ length: 40 }, (_, i) => learningRateAt(i + 1, config));
  expectClose(rates, golden('schedule').output.get('rates')!.data, { rtol: 1e-6, atol: 0 });
});

test.each([
  [40_000, 2_000, { 249: 0, 250: 6.25e-6, 2000: 5e-5, 10_000: 4.523e-5, 20_000: 2.891e-5, 40_000: 3.08e-7 }],
  [50_000, 2_500, { 2500: 5e-5, 25_000: 2.891e-5 }],
  [10_000, 0, { 0: 5e-5, 5000: 2.5e-5 }],
])('profile original follows the published staircase over %i updates', (totalSteps, warmupSteps, expected) => {
  for (const [step, rate] of Object.entries(expected)) {
    const found = learningRateAt(Number(step), { peakLr: 5e-5, warmupSteps, totalSteps, profile: 'original' });
    expect(Math.abs(found - rate), `update ${step}`).toBeLessThanOrEqual(5e-9);
  }
});
