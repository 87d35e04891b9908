import * as tf from '@tensorflow/tfjs';
import { disposeParams, getPath, initParams, mapLeaves } from '@vividmed/nn';
import { expect, test } from 'vitest';
import { LanguageConfig, languageModel, languageSpec } from '../src/index.js';

const config = LanguageConfig.parse({ vocabSize: 17, width: 8, depth: 1, numHeads: 2, mlpWidth: 12 });
const length = 11;
/** Rows with 3, 3 and 4 image tokens, the last of them with a text that ends early. */
const imageTokens = [3, 3, 4];

/** Per row, the indices whose state changes when one weight does. */
function changedBy(path: string): number[][] {
  const params = initParams(languageSpec(config), 4);
  const original = getPath(params, path) as tf.Tensor;
  const changed = tf.add(original, 0.1);
  const other = mapLeaves(params, (x) => (x === original ? changed : x));
  const found = tf.tidy(() => {
    const ids = tf.tensor(
      Array.from({ length: 3 * length }, (_, i) => 3 + ((i * 5) % 14)),
      [3, length],
      'int32',
    );
    const positions = tf.tensor(
      Array.from({ length: 3 * length }, (_, i) => i % length),
      [3, length],
      'int32',
    );
    const images = [tf.randomNormal([2, 5, 8], 0, 1, 'float32', 1), tf.randomNormal([1, 6, 8], 0, 1, 'float32', 2)];
    const [a, b] = [params, other].map((p) => languageModel(p, config, { ids, positions, images }).hidden);
    return tf.max(tf.abs(tf.sub(a!, b!)), -1).arraySync() as number[][];
  });
  changed.dispose();
  disposeParams(params);
  return found.map((row) => row.flatMap((distance, i) => (distance > 1e-6 ? [i] : [])));
}

const indices = [...Array(length).keys()];
/** The begin bracket and the patches; the end bracket stands at N + 2. */
const seen = imageTokens.map((count) => indices.filter((i) => i >= 1 && i <= count + 1));
const read = imageTokens.map((count) => indices.filter((i) => i === 0 || i >= count + 2));

test.each([
  'mlp.vision_mlp.gate_proj',
  'mlp.vision_mlp.up_proj',
  'mlp.vision_mlp.down_proj',
  'self_attn.vision_expert_dense',
])('the weight of %s moves the begin bracket and the patches, and not the end bracket', (name) => {
  expect(changedBy(`layers.0.${name}.weight`)).toEqual(seen);
});

test.each([
  'mlp.language_mlp.gate_proj',
  'mlp.language_mlp.up_proj',
  'mlp.language_mlp.down_proj',
  'self_attn.language_expert_dense',
])('the weight of %s moves BOS, the end bracket and all text', (name) => {
  expect(changedBy(`layers.0.${name}.weight`)).toEqual(read);
});

test('queries, keys and values of the visual expert move the image and everything after it, but not BOS', () => {
  expect(changedBy('layers.0.self_attn.vision_expert_query_key_value.weight')).toEqual(
    imageTokens.map(() => indices.slice(1)),
  );
});

test('queries, keys and values of the language expert move all tokens: those of the image see BOS', () => {
  expect(changedBy('layers.0.self_attn.language_expert_query_key_value.weight')).toEqual(
    imageTokens.map(() => indices),
  );
});

test.each(['input_layernorm', 'post_attention_layernorm'])('both experts share %s', (name) => {
  expect(changedBy(`layers.0.${name}.weight`)).toEqual(imageTokens.map(() => indices));
});
