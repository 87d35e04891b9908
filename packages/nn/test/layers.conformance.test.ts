import * as tf from '@tensorflow/tfjs';
import { expectConformance, expectManifestMatches } from '@vividmed/testing';
import { test } from 'vitest';
import {
  attention,
  gelu,
  layerNorm,
  layerNormSpec,
  linear,
  linearSpec,
  mergeHeads,
  ParamSpec,
  rmsNorm,
  rmsNormSpec,
  silu,
  splitHeads,
  zeros,
} from '../src/index.js';

const golden = (name: string): URL => new URL(`golden/${name}.safetensors`, import.meta.url);
const tight = { rtol: 1e-5, atol: 1e-6 };

test('a linear layer agrees with torch.nn.Linear', () =>
  expectConformance(golden('linear'), {
    spec: linearSpec(7, 6),
    run: (params, { x }) => ({ y: linear(params, x!) }),
    ...tight,
  }));

test('a linear layer with a low-rank adapter is the sum of both maps', () =>
  expectConformance(golden('linear-lora'), {
    spec: {
      base: linearSpec(7, 6),
      lora_A: linearSpec(7, 2, { bias: false }),
      lora_B: linearSpec(2, 6, { bias: false }),
    },
    run: ({ base, lora_A, lora_B }, { x }) => {
      const lora = { lora_A: lora_A.weight, lora_B: lora_B.weight, scale: tf.scalar(0.75) };
      return { y: linear({ ...base, lora }, x!) };
    },
    ...tight,
  }));

test('a layer norm agrees with torch.nn.LayerNorm at epsilon 1e-6', () =>
  expectConformance(golden('layer-norm'), {
    spec: layerNormSpec(7),
    run: (params, { x }) => ({ y: layerNorm(params, x!, 1e-6) }),
    ...tight,
  }));

test('an RMS norm agrees with its formula', () =>
  expectConformance(golden('rms-norm'), {
    spec: rmsNormSpec(7),
    run: (params, { x }) => ({ y: rmsNorm(params, x!, 1e-5) }),
    ...tight,
  }));

test('GELU is the exact one of torch.nn.GELU, not its tanh approximation', () =>
  expectConformance(golden('gelu'), { spec: {}, run: (_, { x }) => ({ y: gelu(x!) }), ...tight }));

test('a gated MLP made of SiLU and three linear maps agrees with its formula', () =>
  expectConformance(golden('gated-mlp'), {
    spec: {
      gate_proj: linearSpec(7, 9, { bias: false }),
      up_proj: linearSpec(7, 9, { bias: false }),
      down_proj: linearSpec(9, 7, { bias: false }),
    },
    run: ({ gate_proj, up_proj, down_proj }, { x }) => ({
      y: linear(down_proj, tf.mul(silu(linear(gate_proj, x!)), linear(up_proj, x!))),
    }),
    ...tight,
  }));

test('attention with a bias on its scores agrees with torch.nn.MultiheadAttention', () =>
  expectConformance(golden('attention'), {
    spec: {
      in_proj_weight: new ParamSpec([8, 24], zeros, { torchAxes: [1, 0] }),
      in_proj_bias: new ParamSpec([24], zeros),
      out_proj: linearSpec(8, 8),
    },
    run: ({ in_proj_weight, in_proj_bias, out_proj }, { q, k, v, bias }) => {
      const weights = tf.split(in_proj_weight, 3, 1);
      const biases = tf.split(in_proj_bias, 3);
      const heads = [q!, k!, v!].map((x, i) => splitHeads(linear({ weight: weights[i]!, bias: biases[i]! }, x), 2));
      return { y: linear(out_proj, mergeHeads(attention(heads[0]!, heads[1]!, heads[2]!, bias))) };
    },
    ...tight,
  }));

test('every golden file is named in the manifest and small', () => {
  expectManifestMatches(new URL('golden/', import.meta.url));
});
