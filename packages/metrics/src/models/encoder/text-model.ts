import * as tf from '@tensorflow/tfjs';
import { check } from '@vividmed/core';
import { type Compile, compileModel, disposeParams, type Tree, uncompiled } from '@vividmed/nn';
import type { EncoderInput } from './encoder.js';

export interface TextModelOptions {
  /** Compiles what is computed, for instance `jit` of `@vividmed/engine`. */
  compile?: Compile;
  /** Texts that are read together; 16 by default. */
  batchSize?: number;
}

/** A model of rows of tokens that holds its parameters. */
export interface TextModel {
  /**
   * Runs the model on rows of any lengths, those of similar lengths together. `read` is given what was computed of a row, the
   * outputs without their first axis, in arrays that are good until it returns; its results come in the order of the rows.
   */
  run<T>(rows: readonly (readonly number[])[], read: (outputs: Float32Array[], row: number) => T): Promise<T[]>;
  /** Frees parameters and what was compiled. */
  dispose(): void;
}

/** Lengths are rounded up to a multiple of it, so that a compiled model meets few shapes. */
const roundTo = 16;

/** Indices of rows sorted by length, at most `size` of them together. */
function batchesByLength(rows: readonly (readonly number[])[], size: number): number[][] {
  const order = rows.map((_, i) => i).sort((a, b) => rows[b]!.length - rows[a]!.length || a - b);
  return Array.from({ length: Math.ceil(order.length / size) }, (_, k) => order.slice(k * size, (k + 1) * size));
}

/** Rows side by side, filled up to the length of the longest. */
function collate(rows: readonly (readonly number[])[], padId: number, limit: number): EncoderInput {
  const longest = Math.max(...rows.map(({ length }) => length));
  const length = Math.min(limit, Math.ceil(longest / roundTo) * roundTo);
  const ids = new Int32Array(rows.length * length).fill(padId);
  const mask = new Float32Array(rows.length * length);
  rows.forEach((row, i) => {
    ids.set(row, i * length);
    mask.fill(1, i * length, i * length + row.length);
  });
  const shape: [number, number] = [rows.length, length];
  return { ids: tf.tensor2d(ids, shape, 'int32'), mask: tf.tensor2d(mask, shape) };
}

export interface TextModelInput<P> {
  /** Where an error comes from. */
  where: string;
  /** Owned by the model from here on. */
  params: P;
  padId: number;
  /** Tokens that a row may have. */
  maxTokens: number;
  vocabSize: number;
  /** Outputs with a first axis of rows: pure, of parameters and tokens. */
  forward(params: P, input: EncoderInput): tf.Tensor[];
}

/** A model of texts that batches by length. */
export function createTextModel<P extends Tree<tf.Tensor>>(
  { where, params, padId, maxTokens, vocabSize, forward }: TextModelInput<P>,
  { compile = uncompiled, batchSize = 16 }: TextModelOptions = {},
): TextModel {
  check(
    Number.isInteger(batchSize) && batchSize > 0,
    'config',
    `${where}: expected a batchSize of 1 or more, found ${batchSize}.`,
  );
  const compiled = compileModel<P>(compile, (tree, [ids, mask]) => forward(tree, { ids: ids!, mask: mask! }));
  const checkRow = (row: readonly number[], i: number): void => {
    check(
      row.length > 0 && row.length <= maxTokens,
      'shape',
      `${where}: expected rows of 1 to ${maxTokens} tokens, found row ${i} of ${row.length}.`,
    );
    const bad = row.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
    check(
      bad === undefined,
      'data',
      `${where}: expected tokens below ${vocabSize}, found ${bad} in row ${i}.`,
      'The tokenizer is that of another model.',
    );
  };
  return {
    run: async <T>(rows: readonly (readonly number[])[], read: (outputs: Float32Array[], row: number) => T) => {
      rows.forEach(checkRow);
      const results = new Map<number, T>();
      for (const batch of batchesByLength(rows, batchSize)) {
        const input = collate(
          batch.map((i) => rows[i]!),
          padId,
          maxTokens,
        );
        const outputs = compiled(params, [input.ids, input.mask]);
        try {
          // Not dataSync, which WebGPU has in browsers alone. Every output is of 32-bit floats.
          const values = (await Promise.all(outputs.map((output) => output.data()))) as Float32Array[];
          batch.forEach((row, i) => {
            const parts = values.map((all) =>
              all.subarray((i * all.length) / batch.length, ((i + 1) * all.length) / batch.length),
            );
            results.set(row, read(parts, row));
          });
        } finally {
          tf.dispose([outputs, input.ids, input.mask]);
        }
      }
      // Every row is in one batch.
      return rows.map((_, i) => results.get(i)!);
    },
    dispose: () => {
      disposeParams(params);
      compiled.dispose();
    },
  };
}
