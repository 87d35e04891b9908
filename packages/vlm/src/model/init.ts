import * as tf from '@tensorflow/tfjs';
import { initParams } from '@vividmed/nn';
import type { VividMedConfig } from './config.js';
import { vividMedSpec, type VividMedParams } from './vividmed.js';

/** Share of a new key map that is the query map: tokens that mean the same find each other from the first step. */
const keysLikeQueries = 0.6;

/**
 * New parameters of a model that is trained from nothing. Three maps do not start independently, so that attention compares
 * meanings before anything is learned (the idea of Trockman and Kolter 2023):
 *
 * - keys are partly queries, in every layer of the language model;
 * - the visual expert's queries and keys are the language expert's, as CogVLM's experts start from its language model;
 * - the output head is the embedding, so that a state that resembles a word says it.
 *
 * Differs: the published model starts from trained weights.
 */
export function initVividMed(config: VividMedConfig, seed: number): VividMedParams {
  const params = initParams(vividMedSpec(config), seed);
  const { width } = config.language;
  const replace = (old: tf.Tensor, make: () => tf.Tensor): tf.Tensor => {
    const made = tf.tidy(make);
    old.dispose();
    return made;
  };
  const layers = params.model.layers.map((layer) => {
    const language = layer.self_attn.language_expert_query_key_value.weight;
    const vision = layer.self_attn.vision_expert_query_key_value.weight;
    const [queries, keys, values] = tf.split(language, 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const alike = tf.tidy(() =>
      tf.add(tf.mul(queries, keysLikeQueries), tf.mul(keys, Math.sqrt(1 - keysLikeQueries ** 2))),
    );
    const newLanguage = replace(language, () => tf.concat([queries, alike, values], 1));
    const newVision = replace(vision, () =>
      tf.concat([queries, alike, tf.slice(vision, [0, 2 * width], [width, width])], 1),
    );
    tf.dispose([queries, keys, values, alike]);
    return {
      ...layer,
      self_attn: {
        ...layer.self_attn,
        language_expert_query_key_value: { weight: newLanguage },
        vision_expert_query_key_value: { weight: newVision },
      },
    };
  });
  const embedding = params.model.embed_tokens.weight;
  const head = replace(params.lm_head.weight, () => {
    const size = tf.sqrt(tf.mul(tf.mean(tf.square(embedding)), width));
    return tf.transpose(tf.div(embedding, size));
  });
  return { ...params, model: { ...params.model, layers }, lm_head: { weight: head } };
}
