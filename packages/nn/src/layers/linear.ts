import * as tf from '@tensorflow/tfjs';
import { VividMedError } from '@vividmed/core';
import { fanIn, zeros } from '../init.js';
import { type Init, ParamSpec } from '../params.js';
import { type DropoutNode, seededDropout } from './dropout.js';

/**
 * Low-rank adapter beside a weight (Hu et al. 2022), read by `linear`: `dropout(x) @ lora_A @ lora_B * scale` is added.
 * `lora_A` is [in, rank], `lora_B` [rank, out], `scale` a scalar.
 */
export type LoraNode = {
  lora_A: tf.Tensor;
  lora_B: tf.Tensor;
  scale: tf.Tensor;
  /** In training only. */
  dropout?: DropoutNode;
};

/** `weight` is [in, out] here and [out, in] in a checkpoint. */
export type LinearParams = {
  weight: tf.Tensor;
  bias?: tf.Tensor;
  lora?: LoraNode;
};

/** Spec of an affine map; names are PyTorch's `nn.Linear`. */
export function linearSpec(
  inDim: number,
  outDim: number,
  options?: { bias?: true; init?: Init },
): { weight: ParamSpec; bias: ParamSpec };
export function linearSpec(inDim: number, outDim: number, options: { bias: false; init?: Init }): { weight: ParamSpec };
export function linearSpec(
  inDim: number,
  outDim: number,
  { bias = true, init = fanIn(inDim) }: { bias?: boolean; init?: Init } = {},
): { weight: ParamSpec; bias?: ParamSpec } {
  const weight = new ParamSpec([inDim, outDim], init, { torchAxes: [1, 0] });
  return bias ? { weight, bias: new ParamSpec([outDim], zeros) } : { weight };
}

/**
 * `x @ weight + bias`: [..., in] -> [..., out].
 *
 * The product is made in two dimensions: tfjs has no gradient for a 3-D by 2-D product, and one batch dimension is the
 * fast path of every engine.
 */
export function linear(params: LinearParams, x: tf.Tensor): tf.Tensor {
  const [inDim, outDim] = params.weight.shape as [number, number];
  const last = x.shape.at(-1);
  if (last !== inDim) {
    throw new VividMedError('shape', `linear: expected a last axis of ${inDim}, found shape [${x.shape.join(', ')}].`);
  }
  return tf.tidy(() => {
    const rows = tf.reshape(x, [-1, inDim]) as tf.Tensor2D;
    let y: tf.Tensor = tf.matMul(rows, params.weight as tf.Tensor2D);
    if (params.lora) {
      const { lora_A, lora_B, scale, dropout } = params.lora;
      const input = dropout ? seededDropout(rows, dropout) : rows;
      y = tf.add(
        y,
        tf.mul(tf.matMul(tf.matMul(input as tf.Tensor2D, lora_A as tf.Tensor2D), lora_B as tf.Tensor2D), scale),
      );
    }
    if (params.bias) y = tf.add(y, params.bias);
    return tf.reshape(y, [...x.shape.slice(0, -1), outDim]);
  });
}
