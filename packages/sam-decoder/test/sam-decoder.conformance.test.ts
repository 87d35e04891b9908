import { ParamSpec, zeros } from '@vividmed/nn';
import { expectConformance, expectManifestMatches } from '@vividmed/testing';
import { describe, it } from 'vitest';
import {
  decodePrompts,
  diceLoss,
  encodeImage,
  focalLoss,
  generalisedIou,
  imageEncoderSpec,
  instanceLoss,
  maskLoss,
  resizeMaskLogits,
  SamConfig,
  samSpec,
} from '../src/index.js';
import { fourierPositions } from '../src/fourier.js';
import { twoWaySpec, twoWayTransformer } from '../src/two-way-transformer.js';
import { upscale, upscalingSpec } from '../src/upscale.js';

const golden = (name: string): URL => new URL(`./golden/${name}.safetensors`, import.meta.url);
const config = SamConfig.parse({
  inChannels: 2,
  patch: [4, 2, 3],
  positionGrid: [2, 3, 4],
  width: 16,
  encoderDepth: 2,
  encoderHeads: 2,
  encoderMlpWidth: 24,
  decoderDepth: 2,
  decoderHeads: 4,
  decoderMlpWidth: 24,
  numInstances: 3,
});
const switched: SamConfig = { ...config, positionedImage: true, boxReference: true, tokenSimilarity: true };

describe('agreement with the PyTorch reference', () => {
  it('reads the golden files that the manifest names', () =>
    expectManifestMatches(new URL('./golden/', import.meta.url)));

  it.each([
    ['image-encoder-2d', 1],
    ['image-encoder-3d', 2],
  ] as const)('encodes images: %s', (name, patchDepth) =>
    expectConformance(golden(name), {
      spec: imageEncoderSpec(config),
      run: (params, { image }, tap) => ({ embedding: encodeImage(params, config, image!, { patchDepth, tap }) }),
    }),
  );

  it('codes the positions of the cells of a grid', () =>
    expectConformance(golden('fourier'), {
      spec: { positional_encoding_gaussian_matrix: new ParamSpec([3, 8], zeros, { trainable: false }) },
      run: ({ positional_encoding_gaussian_matrix: matrix }) => ({
        flat: fourierPositions(matrix, [1, 5, 7]),
        deep: fourierPositions(matrix, [3, 2, 4]),
      }),
    }));

  it('lets tokens and image attend to each other', () =>
    expectConformance(golden('two-way-transformer'), {
      spec: twoWaySpec(config),
      run: (params, { tokens, image, imageCode }, tap) =>
        twoWayTransformer(params, config, { tokens_KTC: tokens!, image_KNC: image!, imageCode_1NC: imageCode! }, tap),
    }));

  it('upscales with and without depth, by the rule of the paper and of the published code', () =>
    expectConformance(golden('upscale'), {
      spec: upscalingSpec(config.width),
      run: (params, { image }) => ({
        depth3: upscale(params, image!, 3),
        depth5: upscale(params, image!, 5),
        depth6: upscale(params, image!, 6),
        depth12: upscale(params, image!, 12),
      }),
    }));

  it.each([
    ['localiser-2d', 1, config],
    ['localiser-depth-2', 2, config],
    ['localiser-depth-4', 4, config],
    ['localiser-switches-2d', 1, switched],
    ['localiser-switches-depth-2', 2, switched],
  ] as const)('localises phrases from the image to masks, boxes and presence: %s', (name, patchDepth, sizes) =>
    expectConformance(golden(name), {
      spec: samSpec(sizes),
      run: (params, { image, prompts, imageIndex }, tap) => {
        const [, depth, height, width] = image!.shape as [number, number, number, number];
        const embedding = encodeImage(params.image_encoder, sizes, image!, { patchDepth, tap });
        const found = decodePrompts(
          params,
          sizes,
          { embedding_BDHWC: embedding, prompts_KC: prompts!, imageIndex_K: imageIndex!, depth },
          { tap },
        );
        return { ...found, resized: resizeMaskLogits(found.maskLogits, [depth, height, width]) };
      },
    }),
  );

  it('computes every loss and its gradient', () =>
    expectConformance(golden('losses'), {
      spec: {},
      run: (_, input) => {
        const { logits, target, boxes, others } = input as Record<string, NonNullable<(typeof input)[string]>>;
        const masks = maskLoss({ logits_KDHW: logits!, target_KDHW: target!, weight_K: input['maskWeight']! });
        const instances = instanceLoss({
          boxes_Km6: boxes!,
          presenceLogits_Km: input['presenceLogits']!,
          targetBoxes_Km6: others!,
          matched_Km: input['matched']!,
          presenceWeight_Km: input['presenceWeight']!,
          boxWeight_Km: input['boxWeight']!,
        });
        return {
          dice: diceLoss(logits!, target!),
          focal: focalLoss(logits!, target!),
          focalAlpha: focalLoss(logits!, target!, { alpha: 0.85 }),
          focalGamma: focalLoss(logits!, target!, { gamma: 1.5, alpha: 0.25 }),
          entropy: focalLoss(logits!, target!, { gamma: 0 }),
          maskDice: masks.dice,
          maskFocal: masks.focal,
          boxL1: instances.l1,
          boxGiou: instances.giou,
          presence: instances.presence,
          giou: generalisedIou(boxes!, others!),
          giouOriginal: generalisedIou(boxes!, others!, 'original'),
        };
      },
    }));
});
