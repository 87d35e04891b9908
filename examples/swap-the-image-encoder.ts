// Replaces the localiser's image encoder by a function of the same type, and takes a gradient through it.
import * as tf from '@tensorflow/tfjs';
import { disposeParams, initParams } from '@vividmed/nn';
import { patchEmbed, planImage } from '@vividmed/patch-embed';
import {
  buildSequence,
  presetConfig,
  vividMed,
  type VividMedModules,
  vividMedSpec,
  wordTokenizer,
  wordVocabulary,
} from '@vividmed/vlm';

/** Patches alone, no transformer: [B, D, H, W, Cin] -> [B, d, h, w, C]. */
const imageEncoder: VividMedModules['imageEncoder'] = (params, config, image_BDHWC, { patchDepth }) =>
  tf.tidy(() => tf.tanh(patchEmbed(params.patch_embedding.proj, config, image_BDHWC, { patchDepth })));
const tokenizer = wordTokenizer(wordVocabulary([' Where is the opacity?', 'opacity']));
const config = presetConfig('toy', { vocabSize: tokenizer.vocabSize });
const params = initParams(vividMedSpec(config), 0);
const { padded, patchDepth, poolDepth, numTokens } = planImage([8, 32, 32], { ...config, patch: config.vision.patch });
const turns = [{ question: 'Where is the opacity?', answer: [{ phrase: 'opacity' }] }];
const { ids, positions, phrases } = buildSequence({ turns, grounded: true, numImageTokens: numTokens, tokenizer });
const kernel = params.sam.image_encoder.patch_embedding.proj.weight;
const [ours, swapped, gradient] = tf.tidy(() => {
  const image_BDHWC = tf.randomUniform([1, ...padded, 1], 0, 1, 'float32', 0);
  const indices = { hiddenIndex_K: tf.tensor1d([phrases[0]!.index], 'int32'), imageIndex_K: tf.zeros([1], 'int32') };
  const groups = [{ image_BDHWC, patchDepth, poolDepth, phrases: indices }];
  const input = { ids: tf.tensor2d([ids], undefined, 'int32'), positions: tf.tensor2d([positions]), groups };
  const meanMask = (modules: Partial<VividMedModules>) =>
    tf.mean(vividMed(params, config, input, { modules }).localised[0]!.maskLogits);
  const { value, grad } = tf.valueAndGrad(() => meanMask({ imageEncoder }))(kernel);
  return [meanMask({}), value, tf.norm(grad)].map((x) => x.dataSync()[0]!);
});
console.log(
  `mean mask logit ${ours} with our encoder, ${swapped} with the new one; gradient at its kernel ${gradient}`,
);
disposeParams(params);
