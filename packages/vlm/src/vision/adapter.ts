import * as tf from '@tensorflow/tfjs';
import {
  gelu,
  layerNorm,
  layerNormSpec,
  linear,
  linearSpec,
  normal,
  type ParamsOf,
  ParamSpec,
  swiglu,
} from '@vividmed/nn';
import { z } from 'zod';

export const AdapterConfig = z
  .strictObject({
    inWidth: z.number().int().positive().describe('width of the vision tokens'),
    width: z.number().int().positive().describe('width of the language model'),
    mlpWidth: z.number().int().positive().describe('width of the gated unit'),
  })
  .readonly();
export type AdapterConfig = z.infer<typeof AdapterConfig>;

const bare = (inDim: number, outDim: number) => linearSpec(inDim, outDim, { bias: false });

/** Spec of the adapter and the image brackets; names are those of the published checkpoint under `model.vision`. */
export const adapterSpec = ({ inWidth, width, mlpWidth }: AdapterConfig) => ({
  linear_proj: {
    linear_proj: bare(inWidth, width),
    norm1: layerNormSpec(width),
    gate_proj: bare(width, mlpWidth),
    dense_h_to_4h: bare(width, mlpWidth),
    dense_4h_to_h: bare(mlpWidth, width),
  },
  boi: new ParamSpec([1, 1, width], normal(0.02), { decay: false }),
  eoi: new ParamSpec([1, 1, width], normal(0.02), { decay: false }),
});
export type AdapterParams = ParamsOf<ReturnType<typeof adapterSpec>>;

/** Pooled vision tokens as image tokens of the language model, between the two brackets: [B, N, Cv] -> [B, N + 2, Cl]. */
export function adapter(params: AdapterParams, tokens_BNC: tf.Tensor): tf.Tensor {
  const { linear_proj: layers } = params;
  return tf.tidy(() => {
    const x = gelu(layerNorm(layers.norm1, linear(layers.linear_proj, tokens_BNC)));
    const image = swiglu({ gate: layers.gate_proj, up: layers.dense_h_to_4h, down: layers.dense_4h_to_h }, x);
    const batch = tokens_BNC.shape[0]!;
    return tf.concat([tf.tile(params.boi, [batch, 1, 1]), image, tf.tile(params.eoi, [batch, 1, 1])], 1);
  });
}
