import * as tf from '@tensorflow/tfjs';
import { disposeParams, leaves, mapLeaves } from '@vividmed/nn';
import { loadGoldenParams, readGolden } from '@vividmed/testing';
import { expect, test } from 'vitest';
import { vividMedSpec } from '../src/index.js';
import { type LossTerm, lossWeights, runToy, toyConfig, toyInput } from './toy.js';

const golden = readGolden(new URL('golden/vividmed.safetensors', import.meta.url));

/** Largest gradient of some losses in each parameter, by path; undefined where nothing leads from it to them. */
async function sensitivities(terms: readonly LossTerm[]): Promise<Map<string, number | undefined>> {
  const params = await loadGoldenParams(vividMedSpec(toyConfig), golden);
  const input = toyInput(golden);
  const named = leaves(params);
  const found = tf.tidy(() => {
    const { grads } = tf.engine().gradients(
      () => {
        const output = runToy(params, input).terms;
        return terms.map((term) => tf.mul(output[term], lossWeights[term])).reduce((a, b) => tf.add(a, b)) as tf.Scalar;
      },
      named.map(([, tensor]) => tensor),
      undefined,
      true,
    );
    return named.map(([path], i) => {
      const grad = grads[i] as tf.Tensor | undefined;
      return [path, grad ? (tf.max(tf.abs(grad)).dataSync()[0] as number) : undefined] as const;
    });
  });
  disposeParams(params);
  tf.dispose(input);
  return new Map(found);
}

/**
 * No text token reads what the last layer makes of the image tokens, so these weights of the visual expert get no gradient
 * from any loss; its keys and values are read.
 */
const unread = /^model\.layers\.1\.(self_attn\.vision_expert_dense|mlp\.vision_mlp)\./;

test.each([
  ['mask', ['dice', 'maskFocal']],
  ['box', ['boxL1', 'boxGiou']],
  ['presence', ['presence']],
] as const)('the %s loss alone moves the language model, its embeddings and the vision tower', async (_, terms) => {
  const found = await sensitivities(terms);
  const base = [...found].filter(([path]) => path.startsWith('model.') || path.startsWith('vg_proj.'));
  expect(base.length).toBeGreaterThan(60);
  const still = base.filter(([, size]) => !(size! > 1e-9)).map(([path]) => path);
  expect(still.filter((path) => !unread.test(path))).toEqual([]);
  expect(still.filter((path) => unread.test(path))).toHaveLength(4);
  expect(found.get('lm_head.weight')).toBeUndefined();
});

test('the text loss alone reaches the whole base VLM and nothing of the localiser', async () => {
  const found = await sensitivities(['lm']);
  const moved = (path: string): boolean => (found.get(path) ?? 0) > 1e-9;
  const paths = [...found.keys()];
  expect(paths.filter((path) => /^(model|lm_head)\./.test(path) && !moved(path) && !unread.test(path))).toEqual([]);
  expect(paths.filter((path) => /^(sam|vg_proj)\./.test(path)).map((path) => found.get(path))).toEqual(
    paths.filter((path) => /^(sam|vg_proj)\./.test(path)).map(() => undefined),
  );
});

test('only the paper profile lets the embedding of </p> move what its phrase points at', async () => {
  const close = 21;
  const params = await loadGoldenParams(vividMedSpec(toyConfig), golden);
  const input = toyInput(golden);
  const { weight } = params.model.embed_tokens;
  const changed = mapLeaves(params, (x) => x);
  changed.model.embed_tokens.weight = tf.tidy(() =>
    tf.add(weight, tf.mul(tf.reshape(tf.oneHot(tf.scalar(close, 'int32'), 24), [24, 1]), 0.5)),
  );
  const before = tf.tidy(() => tf.sub(input['group0.hiddenIndex']!, tf.scalar(1, 'int32')));
  /** How far the boxes of each phrase of the first group move. */
  const moves = (index: tf.Tensor): number[] => {
    const arrays = { ...input, 'group0.hiddenIndex': index };
    return tf.tidy(() => {
      const [a, b] = [params, changed].map((p) => runToy(p, arrays).localised[0]!.boxes);
      return [...tf.max(tf.abs(tf.sub(a!, b!)), [1, 2]).dataSync()];
    });
  };
  // The first two phrases open their rows' groundings: no </p> comes before the state that predicts theirs.
  const paper = moves(input['group0.hiddenIndex']!);
  const original = moves(before);
  expect(paper.slice(0, 2).every((distance) => distance > 1e-6)).toBe(true);
  expect(original.slice(0, 2)).toEqual([0, 0]);
  // The second phrase of the second row reads the </p> of the first.
  expect(original.at(-1)).toBeGreaterThan(1e-6);
  tf.dispose([changed.model.embed_tokens.weight, before, input]);
  disposeParams(params);
});
