import * as tf from '@tensorflow/tfjs';
import { silu } from './activation.js';
import { linear, type LinearParams } from './linear.js';

/** The three maps of a SwiGLU block; checkpoints name them differently, so the caller says which is which. */
export interface SwigluParams {
  gate: LinearParams;
  up: LinearParams;
  down: LinearParams;
}

/** SwiGLU (Shazeer 2020): down(silu(gate(x)) * up(x)), [..., in] -> [..., out]. */
export function swiglu({ gate, up, down }: SwigluParams, x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => linear(down, tf.mul(silu(linear(gate, x)), linear(up, x))));
}
