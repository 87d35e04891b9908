import * as tf from '@tensorflow/tfjs';
import { check } from '@vividmed/core';
import {
  fanIn,
  type Init,
  linear,
  type LinearParams,
  linearSpec,
  normal,
  type ParamsOf,
  ParamSpec,
  stopGradient,
  truncNormal,
  zeros,
} from '@vividmed/nn';
import { resizeAxes } from '@vividmed/patch-embed';
import { boxReference, windowsSpec } from './box-reference.js';
import type { SamConfig } from './config.js';
import { fourierPositions } from './fourier.js';
import { imageEncoderSpec, type Tap } from './image-encoder.js';
import { twoWaySpec, twoWayTransformer } from './two-way-transformer.js';
import { upscale, upscalingSpec } from './upscale.js';

const hypernetworkSpec = (width: number, init: Init) => ({
  layers: [linearSpec(width, width), linearSpec(width, width), linearSpec(width, width / 8, { init })],
});

const withBias = (inDim: number, outDim: number, bias: Init) => ({
  ...linearSpec(inDim, outDim),
  bias: new ParamSpec([outDim], bias),
});
/** Boxes start at the centre of the image, a fifth of it in height and width; presence starts at one in ten. */
const firstBox: Init = () => Float32Array.of(0, 0, 0, 0, -1.4, -1.4);
const firstPresence: Init = () => Float32Array.of(-2.2);
/** The last number of an alignment is the bias of its logits: a patch shows one phrase in a dozen at first. */
const firstAlignment: Init = ([size]) => {
  const bias = new Float32Array(size!);
  bias[size! - 1] = -2.5 * Math.sqrt(size! - 1);
  return bias;
};

/**
 * Spec of the localiser (paper 3.2.2), names as in SAM, SegVol and the published code. One row of `mask_tokens` is the mask
 * token, the others are the m instance tokens.
 *
 * Differs: the published code trains two such models, one for masks and one for boxes; here one serves both, as the paper
 * says. There are no prompts but phrases, so parameters for points and boxes, and the quality score, are left out.
 */
export const samSpec = (config: SamConfig) => {
  // Where masks start from the similarity of tokens, what the decoder adds to it is nothing at first.
  const added = (inDim: number): Init => (config.tokenSimilarity ? zeros : fanIn(inDim));
  return {
    image_encoder: imageEncoderSpec(config),
    prompt_encoder: {
      pe_layer: {
        positional_encoding_gaussian_matrix: new ParamSpec([3, config.width / 2], normal(1), { trainable: false }),
      },
      no_mask_embed: { weight: new ParamSpec([1, config.width], truncNormal(0.02), { decay: false }) },
    },
    mask_decoder: {
      transformer: twoWaySpec(config),
      iou_token: { weight: new ParamSpec([1, config.width], normal(1), { decay: false }) },
      mask_tokens: { weight: new ParamSpec([1 + config.numInstances, config.width], normal(1), { decay: false }) },
      output_upscaling: upscalingSpec(config.width),
      output_hypernetworks_mlps: Array.from({ length: config.boxReference ? 2 : 1 }, () =>
        hypernetworkSpec(config.width, added(config.width)),
      ),
      txt_align_upscaled_embedding: linearSpec(config.width, config.width / 8, { init: added(config.width) }),
      ...(config.boxReference && {
        instance_windows: { weight: windowsSpec(config.numInstances) },
        instance_prior: linearSpec(config.width, config.numInstances, { init: zeros }),
      }),
      ...(config.tokenSimilarity && {
        txt_align_embedding: withBias(config.width, config.width + 1, firstAlignment),
      }),
    },
    box_head: {
      0: linearSpec(config.width, config.width),
      2: linearSpec(config.width, config.width),
      4: withBias(config.width, 6, config.boxReference ? zeros : firstBox),
    },
    disc_head: { 0: linearSpec(config.width, config.width), 2: withBias(config.width, 1, firstPresence) },
  };
};
export type SamParams = ParamsOf<ReturnType<typeof samSpec>>;

export interface PromptInput {
  /** Encoded images of one shape, [B, d, h, w, C]. */
  embedding_BDHWC: tf.Tensor;
  /** Phrases as prompts, [K, C]. */
  prompts_KC: tf.Tensor;
  /** int32 [K]: the image that each phrase is about. */
  imageIndex_K: tf.Tensor;
  /** Depth of the images in voxels, at which masks stop growing in depth; the published code's rule for the padded depth. */
  depth: number;
}

export type Localised = {
  /** [K, d', 4h, 4w]. */
  maskLogits: tf.Tensor;
  /**
   * [K, m, 6] in (0, 1): centre and size along depth, height, width, as parts of the padded image. In 2D an instance is as
   * deep as its image: targets have a centre of 0.5 and a size of 1 along depth, and predictions near them mean nothing more.
   */
  boxes: tf.Tensor;
  /** [K, m]. */
  presenceLogits: tf.Tensor;
};

function mlp(layers: readonly { weight: tf.Tensor; bias: tf.Tensor }[], x: tf.Tensor): tf.Tensor {
  return layers.reduce((y, layer, i) => (i === 0 ? linear(layer, y) : linear(layer, tf.relu(y))), x);
}

/** Phrases as linear maps of encoded patches: kernels [K, C] and biases [K]. */
function alignedKernels(
  params: { txt_align_embedding?: LinearParams },
  prompts_KC: tf.Tensor,
): { kernels: tf.Tensor; bias: tf.Tensor } {
  const align = params.txt_align_embedding;
  check(
    align !== undefined,
    'config',
    'tokenSimilarity: expected a localiser with txt_align_embedding, found none.',
    'Switch tokenSimilarity on in the config of the localiser; the presets tiny and small have it.',
  );
  const [numPrompts, width] = prompts_KC.shape as [number, number];
  // Divided as in attention, so that one step of the optimiser does not move all logits far.
  const aligned = tf.div(linear(align, prompts_KC), Math.sqrt(width));
  const [kernels, bias] = tf.split(aligned, [width, 1], 1) as [tf.Tensor, tf.Tensor];
  return { kernels, bias: tf.reshape(bias, [numPrompts]) };
}

/**
 * How alike encoded patches and phrases are: embedding [B, d, h, w, C], prompts [M, C] -> logits [B, d, h, w, M]. All phrases
 * share the encoded images, so many of them cost little more than one.
 *
 * @throws {VividMedError} `config` for a localiser without `txt_align_embedding`.
 */
export function tokenSimilarity(
  params: { txt_align_embedding?: LinearParams },
  embedding_BDHWC: tf.Tensor,
  prompts_MC: tf.Tensor,
): tf.Tensor {
  return tf.tidy(() => {
    const { kernels, bias } = alignedKernels(params, prompts_MC);
    const alike = tf.matMul(tf.reshape(embedding_BDHWC, [-1, embedding_BDHWC.shape[4]!]), kernels, false, true);
    return tf.reshape(tf.add(alike, bias), [...embedding_BDHWC.shape.slice(0, 4), bias.size]);
  });
}

/** `tokenSimilarity` of each phrase in its own image: [K, d, h, w]. */
function similarityOf(
  params: { txt_align_embedding?: LinearParams },
  embedding_BDHWC: tf.Tensor,
  prompts_KC: tf.Tensor,
  imageIndex_K: tf.Tensor,
): tf.Tensor {
  const [batch, d, h, w, width] = embedding_BDHWC.shape as [number, number, number, number, number];
  const { kernels, bias } = alignedKernels(params, prompts_KC);
  const numPrompts = bias.size;
  const seen = tf.gather(tf.reshape(embedding_BDHWC, [batch, d * h * w, width]), imageIndex_K as tf.Tensor1D);
  const alike = tf.matMul(seen, tf.reshape(kernels, [numPrompts, width, 1]));
  return tf.reshape(tf.add(alike, tf.reshape(bias, [numPrompts, 1, 1])), [numPrompts, d, h, w]);
}

/**
 * Masks, boxes and presence scores of phrases (paper 3.2.2): mask and instance tokens of a phrase share one two-way
 * transformer; the mask comes from the hypernetwork of the mask token, boxes and scores from the instance tokens.
 *
 * @throws {VividMedError} `shape` for prompts that are not [K, C], images that are not [B, d, h, w, C], or another number of
 * indices than prompts.
 */
export function decodePrompts(
  params: Omit<SamParams, 'image_encoder'>,
  config: SamConfig,
  { embedding_BDHWC, prompts_KC, imageIndex_K, depth }: PromptInput,
  { tap }: { tap?: Tap } = {},
): Localised {
  const [numPrompts, width] = prompts_KC.shape as [number, number];
  check(
    prompts_KC.rank === 2 && width === config.width && numPrompts > 0,
    'shape',
    `decodePrompts: expected prompts [K, ${config.width}], found [${prompts_KC.shape.join(', ')}].`,
  );
  check(
    embedding_BDHWC.rank === 5 && embedding_BDHWC.shape[4] === width,
    'shape',
    `decodePrompts: expected encoded images [B, d, h, w, ${width}], found [${embedding_BDHWC.shape.join(', ')}].`,
  );
  check(
    imageIndex_K.shape.join() === `${numPrompts}`,
    'shape',
    `decodePrompts: expected ${numPrompts} image indices, found [${imageIndex_K.shape.join(', ')}].`,
  );
  const decoder = params.mask_decoder;
  return tf.tidy(() => {
    const [batch, d, h, w] = embedding_BDHWC.shape as [number, number, number, number, number];
    const queries = tf.concat([decoder.iou_token.weight, decoder.mask_tokens.weight], 0);
    const tokens = tf.concat([tf.tile(tf.expandDims(queries, 0), [numPrompts, 1, 1]), tf.expandDims(prompts_KC, 1)], 1);
    const dense = tf.add(
      tf.reshape(embedding_BDHWC, [batch, d * h * w, width]),
      params.prompt_encoder.no_mask_embed.weight,
    );
    const imageCode = fourierPositions(params.prompt_encoder.pe_layer.positional_encoding_gaussian_matrix, [d, h, w]);
    const seen = tf.gather(dense, imageIndex_K as tf.Tensor1D);
    // Differs: SAM adds the code to keys alone; an encoder trained from nothing does not yet say where its tokens are.
    const image = config.positionedImage ? tf.add(seen, imageCode) : seen;
    const out = twoWayTransformer(
      decoder.transformer,
      config,
      { tokens_KTC: tokens, image_KNC: image, imageCode_1NC: imageCode },
      tap,
    );
    const features = upscale(decoder.output_upscaling, tf.reshape(out.image, [numPrompts, d, h, w, width]), depth);
    tap?.('upscaled', features);
    const maskToken = tf.reshape(tf.slice(out.tokens, [0, 1, 0], [numPrompts, 1, width]), [numPrompts, width]);
    // The phrase itself is compared with the features too (SegVol's text similarity): both are linear in them, so their sum is.
    const kernel = tf.add(
      mlp(decoder.output_hypernetworks_mlps[0]!.layers, maskToken),
      linear(decoder.txt_align_upscaled_embedding, prompts_KC),
    );
    const [, depthOut, heightOut, widthOut, channels] = features.shape as [number, number, number, number, number];
    const cells = tf.reshape(features, [numPrompts, depthOut * heightOut * widthOut, channels]);
    const size = [depthOut, heightOut, widthOut] as const;
    // Differs: in the paper a mask comes from the upscaled features alone. What the encoder's own tokens say about a phrase,
    // before any query has changed them, is learnt from all phrases of an image at once, and so much sooner.
    const alike =
      config.tokenSimilarity &&
      resizeMaskLogits(similarityOf(decoder, embedding_BDHWC, prompts_KC, imageIndex_K), size);
    if (alike) tap?.('tokenSimilarity', alike);
    const drawn = tf.reshape(tf.matMul(cells, tf.reshape(kernel, [numPrompts, channels, 1])), [numPrompts, ...size]);
    const maskLogits = alike ? tf.add(drawn, alike) : drawn;
    const instances = tf.slice(out.tokens, [0, 2, 0], [numPrompts, config.numInstances, width]);
    const { box_head: box, disc_head: presence } = params;
    let boxLogits = mlp([box[0], box[2], box[4]], instances);
    let presenceLogits = tf.reshape(mlp([presence[0], presence[2]], instances), [numPrompts, config.numInstances]);
    if (config.boxReference) {
      // The phrase is compared with the features here too: what it means is where its instances are.
      const kernels = tf.add(
        mlp(decoder.output_hypernetworks_mlps[1]!.layers, instances),
        tf.expandDims(linear(decoder.txt_align_upscaled_embedding, prompts_KC), 1),
      );
      const looked = tf.matMul(cells, kernels, false, true);
      // Boxes are read from what masks have taught. A box is a coarse account of a region, and a window that sees half of it is
      // rightly unmatched: their gradients would spoil the similarity.
      const similarity = alike ? tf.add(looked, tf.reshape(stopGradient(alike), [numPrompts, -1, 1])) : looked;
      const reference = boxReference(similarity, decoder.instance_windows!.weight, size);
      tap?.('boxReference', reference.boxLogits);
      tap?.('evidence', reference.evidence);
      boxLogits = tf.add(boxLogits, reference.boxLogits);
      // Which windows suit a phrase, whatever is there: one side for an effusion, the whole image for the heart.
      const prior = linear(decoder.instance_prior!, prompts_KC);
      presenceLogits = tf.addN([presenceLogits, reference.evidence, prior]);
    }
    return {
      maskLogits,
      boxes: tf.sigmoid(boxLogits),
      presenceLogits,
    };
  });
}

/** Mask logits on the grid of the padded image, [K, d, h, w] -> [K, D, H, W]: trilinear (original-implementation 1.4). */
export function resizeMaskLogits(logits_KDHW: tf.Tensor, size: readonly [number, number, number]): tf.Tensor {
  return resizeAxes(logits_KDHW, 1, size, { shrink: 'linear', grow: 'linear' });
}
