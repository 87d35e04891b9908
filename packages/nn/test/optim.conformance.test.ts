import * as tf from '@tensorflow/tfjs';
import { compute, expectClose, type GoldenTensor, readGolden, testedBounds } from '@vividmed/testing';
import { expect, test } from 'vitest';
import { adamwUpdate, clipByGlobalNorm, learningRateAt } from '../src/index.js';

const golden = (name: string) => readGolden(new URL(`golden/${name}.safetensors`, import.meta.url));
const close = { rtol: 1e-6, atol: 0 };
const tensorOf = ({ data, shape }: GoldenTensor): tf.Tensor => tf.tensor(data, [...shape]);

test('six updates of AdamW agree with torch.optim.AdamW, with decay and without', async () => {
  const { params, input, output } = golden('adamw');
  const config = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.05 };
  const rates = input.get('rates')!.data;
  expect(rates).toHaveLength(6);
  for (const [name, decay] of [
    ['matrix', true],
    ['vector', false],
  ] as const) {
    const first = tensorOf(params.get(name)!);
    let state = [first, tf.zerosLike(first), tf.zerosLike(first)];
    for (const [i, rate] of rates.entries()) {
      const given = [...state, tensorOf(input.get(`grad.${i}.${name}`)!), tf.scalar(i + 1), tf.scalar(rate)];
      const next = compute((inputs) => {
        const [param, m, v, grad, step, lr] = inputs as [
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
        ];
        const updated = adamwUpdate({ param, m, v, grad, step, lr, decay }, config);
        return [updated.param, updated.m, updated.v];
      }, given);
      tf.dispose(given);
      state = next;
      const label = `${name}, update ${i}`;
      expectClose(await next[0]!.data(), output.get(`${i}.${name}`)!.data, { ...testedBounds(close), label });
    }
    tf.dispose(state);
  }
});

test.each(['large', 'small'])('clipping of %s gradients agrees with torch.nn.utils.clip_grad_norm_', async (name) => {
  const { input, output } = golden('clip');
  const given = [0, 1].map((i) => tensorOf(input.get(`${name}.${i}`)!));
  const found = compute((inputs) => {
    const { norm, grads } = clipByGlobalNorm(inputs, 1);
    return [norm, ...grads];
  }, given);
  const names = ['norm', 0, 1];
  for (const [i, tensor] of found.entries())
    expectClose(await tensor.data(), output.get(`${name}.${names[i]}`)!.data, testedBounds(close));
  tf.dispose([given, found]);
});

test("warm-up and cosine agree with torch's schedulers at every update", () => {
  const config = { peakLr: 5e-5, warmupSteps: 7, totalSteps: 40 };
  const rates = Array.from({ length: 40 }, (_, i) => learningRateAt(i + 1, config));
  expectClose(rates, golden('schedule').output.get('rates')!.data, close);
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
