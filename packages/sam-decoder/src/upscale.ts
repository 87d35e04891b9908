import * as tf from '@tensorflow/tfjs';
import { fanIn, gelu, layerNorm, layerNormSpec, type ParamsOf, ParamSpec, zeros } from '@vividmed/nn';

/** A transposed convolution with kernel and stride 2; `weight` is [Cin, Cout, 2, 2, 2] in a checkpoint. */
const transposedSpec = (inDim: number, outDim: number) => ({
  weight: new ParamSpec([inDim, 2, 2, 2, outDim], fanIn(inDim), { torchAxes: [0, 2, 3, 4, 1] }),
  bias: new ParamSpec([outDim], zeros),
});
type TransposedParams = ParamsOf<ReturnType<typeof transposedSpec>>;

/** Spec of SAM's `output_upscaling`; 2 and 4 are the activations. */
export const upscalingSpec = (width: number) => ({
  0: transposedSpec(width, width / 4),
  1: layerNormSpec(width / 4),
  3: transposedSpec(width / 4, width / 8),
});
export type UpscalingParams = ParamsOf<ReturnType<typeof upscalingSpec>>;

/**
 * Doubles height and width, and depth where `doubleDepth` holds; otherwise the kernel is averaged over depth (paper 3.2.3).
 * A kernel that equals its stride is a product and a shuffle: [K, d, h, w, Cin] -> [K, d or 2d, 2h, 2w, Cout].
 */
function transposed(params: TransposedParams, x_KDHWC: tf.Tensor, doubleDepth: boolean): tf.Tensor {
  return tf.tidy(() => {
    const [batch, depth, height, width, inDim] = x_KDHWC.shape as [number, number, number, number, number];
    const outDim = params.bias.shape[0]!;
    const factor = doubleDepth ? 2 : 1;
    const kernel = doubleDepth ? params.weight : tf.mean(params.weight, 1, true);
    const cells = tf.matMul(
      tf.reshape(x_KDHWC, [-1, inDim]) as tf.Tensor2D,
      tf.reshape(kernel, [inDim, factor * 4 * outDim]) as tf.Tensor2D,
    );
    // [K*d, h, w, f, 2, 2*Cout] -> [K*d, f, h, 2, w, 2*Cout]
    const shuffled = tf.transpose(
      tf.reshape(cells, [batch * depth, height, width, factor, 2, 2 * outDim]),
      [0, 3, 1, 4, 2, 5],
    );
    return tf.add(tf.reshape(shuffled, [batch, depth * factor, height * 2, width * 2, outDim]), params.bias);
  });
}

/**
 * Upscales image features fourfold in plane, and each time twofold in depth unless that has already reached `depth`, the
 * depth of the image in voxels (paper 3.2.3): [K, d, h, w, C] -> [K, d', 4h, 4w, C / 8].
 *
 * The published code decides by the patch depth p instead: from p = 2 on the first layer doubles depth, from p = 4 on the
 * second. That is the same rule for a padded image, whose depth is d * p.
 */
export function upscale(params: UpscalingParams, image_KDHWC: tf.Tensor, depth: number): tf.Tensor {
  return tf.tidy(() => {
    const isShort = (x: tf.Tensor): boolean => x.shape[1]! < depth;
    const x = gelu(layerNorm(params[1], transposed(params[0], image_KDHWC, isShort(image_KDHWC))));
    return gelu(transposed(params[3], x, isShort(x)));
  });
}
