import * as tf from '@tensorflow/tfjs';
import { type Compile, compileModel, uncompiled } from '@vividmed/nn';
import type { LanguageConfig } from '../language/config.js';
import { languageModel, type LanguageParams, rowsAt } from '../language/language-model.js';
import { collateSequences } from '../tokens/collate.js';
import type { Sequence } from '../tokens/sequence.js';

/** Lengths of sequences are multiples of this, so that few sets of shapes occur. */
const lengthMultiple = 32;

/** The states of given phrases, compiled once per set of shapes. */
export interface PhraseStates {
  /**
   * The state that prompts the localiser with the first phrase of each sequence, [C] each. `images` are their image tokens,
   * [B, N + 2, C].
   */
  of(params: LanguageParams, sequences: readonly Sequence[], images: tf.Tensor): Promise<Float32Array[]>;
  dispose(): void;
}

/** Reads whole conversations, without a cache, up to the states of their phrases. */
export function createPhraseStates(config: LanguageConfig, compile: Compile = uncompiled): PhraseStates {
  const run = compileModel<LanguageParams>(compile, (params, inputs) => {
    const [ids, positions, index, images] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const { hidden } = languageModel(params, config, { ids, positions, images: [images] });
    return [rowsAt(hidden, index)];
  });
  return {
    of: async ({ embed_tokens, layers, norm }, sequences, images) => {
      const longest = Math.max(...sequences.map(({ ids }) => ids.length));
      const bucket = Math.ceil(longest / lengthMultiple) * lengthMultiple;
      const { ids, positions, batch, length, phraseRows } = collateSequences(sequences, { buckets: [bucket] });
      const inputs = [
        tf.tensor(ids, [batch, length], 'int32'),
        tf.tensor(positions, [batch, length], 'int32'),
        tf.tensor1d(
          phraseRows.map(([first]) => first!),
          'int32',
        ),
      ];
      const [states] = run({ embed_tokens, layers, norm }, [...inputs, images]) as [tf.Tensor];
      try {
        const values = (await states.data()) as Float32Array;
        return sequences.map((_, b) => values.subarray(b * config.width, (b + 1) * config.width));
      } finally {
        tf.dispose([inputs, states]);
      }
    },
    dispose: () => run.dispose(),
  };
}
