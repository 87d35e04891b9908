import type * as tf from '@tensorflow/tfjs';
import { leaves, mapLeaves } from '@vividmed/nn';
import type { Tokenizer, VividMedConfig, VividMedParams } from '@vividmed/vlm';

/** A model with what it takes to use it. */
export interface ModelInUse {
  params: VividMedParams;
  config: VividMedConfig;
  tokenizer: Tokenizer;
}

/** Parameters as a list of inputs of a traced function, and the tree again inside of it. */
export function flatInputs(params: VividMedParams): {
  tensors: tf.Tensor[];
  tree: (inputs: readonly tf.Tensor[]) => VividMedParams;
} {
  return {
    tensors: leaves(params).map(([, tensor]) => tensor),
    tree: (inputs) => {
      let used = 0;
      return mapLeaves(params, () => inputs[used++]!);
    },
  };
}
