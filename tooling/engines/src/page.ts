// What the browser test opens: chooses an engine in a page and computes a module there, with a gradient.
import * as tf from '@tensorflow/tfjs';
import { type EngineInfo, jit, useEngine } from '@vividmed/engine';
import { loadParams, parseSafetensors, toFloat32 } from '@vividmed/nn';
import { patchEmbed, type PatchEmbedConfig, patchEmbedSpec } from '@vividmed/patch-embed';

export interface PageResult {
  engine: EngineInfo;
  /** Embedded patches of the golden file. */
  tokens: number[];
  /** Gradient of sum(tokens * cotangent) in the bias. */
  bias: number[];
}

/** Computes the golden file at an address. Its config is given, since the file has none. */
async function compute(name: string, url: string, config: PatchEmbedConfig): Promise<PageResult> {
  const engine = await useEngine(name);
  const { tensors, metadata } = parseSafetensors(new Uint8Array(await (await fetch(url)).arrayBuffer()));
  const raw = (key: string) => tensors.get(key)!;
  const tensorOf = (key: string): tf.Tensor => tf.tensor(toFloat32(raw(key)), [...raw(key).shape]);
  const params = await loadParams(patchEmbedSpec(config), {
    names: [...tensors.keys()].flatMap((key) => (key.startsWith('params.') ? [key.slice('params.'.length)] : [])),
    metadata,
    shapeOf: (key) => raw(`params.${key}`).shape,
    read: (key) => Promise.resolve({ shape: raw(`params.${key}`).shape, data: toFloat32(raw(`params.${key}`)) }),
  });
  const step = jit(([image, cotangent, bias]) => {
    const embed = (b: tf.Tensor) => patchEmbed({ ...params, bias: b }, config, image!, { patchDepth: 1 });
    return [embed(bias!), tf.grad((b) => tf.sum(tf.mul(embed(b), cotangent!)))(bias!)];
  });
  const [tokens, bias] = step([tensorOf('input.image'), tensorOf('input.cotangent.tokens'), params.bias]);
  return { engine, tokens: [...(await tokens!.data())], bias: [...(await bias!.data())] };
}

Object.assign(globalThis, { compute });
