import * as tf from '@tensorflow/tfjs';
import { expectConformance, expectManifestMatches } from '@vividmed/testing';
import { test } from 'vitest';
import {
  cheXbert,
  cheXbertSpec,
  encode,
  EncoderConfig,
  encoderSpec,
  radBert,
  radBertSpec,
  RadGraphConfig,
  radGraphHeadsSpec,
  scoreRelations,
  scoreSpans,
} from '../../src/models/index.js';
import { enumerateSpans } from '../../src/models/radgraph/spans.js';

const golden = (name: string): URL => new URL(`golden/${name}.safetensors`, import.meta.url);

const sizes = { vocabSize: 20, width: 8, depth: 2, numHeads: 2, mlpWidth: 12, maxPositions: 11 };
const bert = EncoderConfig.parse(sizes);
const shallow = EncoderConfig.parse({ ...sizes, depth: 1 });
const roberta = EncoderConfig.parse({ ...sizes, depth: 1, firstPosition: 3, numTypes: 1, epsilon: 1e-5 });
const distilbert = EncoderConfig.parse({ ...sizes, depth: 1, numTypes: 0 });

test.each(Object.entries({ bert, roberta, distilbert }))(
  'the states of every layer of %s agree with PyTorch, whatever stands in the padding',
  (name, config) =>
    expectConformance(golden(`encoder-${name}`), {
      spec: encoderSpec(config),
      run: (params, { ids, mask }) => {
        const states = encode(params, config, { ids: ids!, mask: mask! });
        const shown = states.map((x, i) => [`state${i}`, tf.mul(x, tf.expandDims(mask!, -1))] as const);
        return Object.fromEntries(shown);
      },
    }),
);

test('CheXbert agrees with PyTorch in the [CLS] state and the logits of all heads', () =>
  expectConformance(golden('chexbert'), {
    spec: cheXbertSpec(shallow),
    run: (params, { ids, mask }) => cheXbert(params, shallow, { ids: ids!, mask: mask! }),
  }));

test('RadBERT agrees with PyTorch in the probabilities of its labels', () =>
  expectConformance(golden('radbert'), {
    spec: radBertSpec(roberta),
    run: (params, { ids, mask }) => ({ probabilities: radBert(params, roberta, { ids: ids!, mask: mask! }) }),
  }));

test('the scores of RadGraph agree with PyTorch, where pairs are made one by one', () => {
  const config = RadGraphConfig.parse({
    maxSpanWidth: 3,
    featureSize: 4,
    hiddenWidths: [7, 5],
    spansPerWord: 0.5,
    entityLabels: ['', 'a', 'b', 'c', 'd'],
    relationLabels: ['x', 'y', 'z'],
  });
  return expectConformance(golden('radgraph-heads'), {
    spec: radGraphHeadsSpec(config, 8),
    run: (params, { words }) => {
      const { spans, entities, mentions } = scoreSpans(params, words!, enumerateSpans(6, 3));
      const chosen = tf.tensor1d([0, 3, 4, 9, 14], 'int32');
      const relations = scoreRelations(params, tf.gather(spans, chosen), tf.gather(mentions, chosen));
      return { entities, mentions, relations };
    },
  });
});

test('every golden file is named in a manifest and small', () => {
  expectManifestMatches(new URL('golden/', import.meta.url));
  expectManifestMatches(new URL('checkpoints/', import.meta.url));
});
