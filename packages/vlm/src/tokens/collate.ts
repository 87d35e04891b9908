import { check } from '@vividmed/core';
import { ignoreLabel, type Sequence } from './sequence.js';

/** Sequences as rectangular arrays, right-padded. `rows` index the flattened [B * S] positions. */
export interface CollatedSequences {
  batch: number;
  length: number;
  /** [B, S]; padding is 0. */
  ids: Int32Array;
  /** [B, S]. */
  positions: Int32Array;
  /** [B]: tokens of each sequence without padding. */
  lengths: Int32Array;
  /** [R]: positions that have a label, then repeats of 0 as padding. */
  rowIndex: Int32Array;
  /** [R]: their labels; -100 for padding. */
  labels: Int32Array;
  /** [R]: their weights; 0 for padding. */
  weights: Float32Array;
  /** Per sequence, per phrase: the flattened position of its prompting state. */
  phraseRows: Int32Array[];
}

export interface CollateOptions {
  /** Allowed lengths, ascending: the first that fits is taken, so that few graphs are traced. The longest length by default. */
  buckets?: readonly number[];
  /** Labelled rows are padded to a multiple of this; 1 by default. */
  rowMultiple?: number;
}

/** Pads sequences to one length and lists the positions whose logits are needed. */
export function collateSequences(sequences: readonly Sequence[], options: CollateOptions = {}): CollatedSequences {
  check(sequences.length > 0, 'data', 'collateSequences: expected at least one sequence, found none.');
  const longest = Math.max(...sequences.map(({ ids }) => ids.length));
  const length = options.buckets ? options.buckets.find((bucket) => bucket >= longest) : longest;
  check(
    length !== undefined,
    'config',
    `collateSequences: expected sequences of at most ${options.buckets?.at(-1)} tokens, found one of ${longest}.`,
    'Pass maxLength to buildSequence, or a larger bucket.',
  );
  const batch = sequences.length;
  const ids = new Int32Array(batch * length);
  const positions = new Int32Array(batch * length);
  const labelled: { row: number; label: number; weight: number }[] = [];
  sequences.forEach((sequence, b) => {
    ids.set(sequence.ids, b * length);
    positions.set(sequence.positions, b * length);
    sequence.labels.forEach((label, i) => {
      if (label !== ignoreLabel) labelled.push({ row: b * length + i, label, weight: sequence.weights[i]! });
    });
  });
  const multiple = options.rowMultiple ?? 1;
  const numRows = Math.max(1, Math.ceil(labelled.length / multiple)) * multiple;
  const rowIndex = new Int32Array(numRows);
  const labels = new Int32Array(numRows).fill(ignoreLabel);
  const weights = new Float32Array(numRows);
  labelled.forEach(({ row, label, weight }, i) => {
    rowIndex[i] = row;
    labels[i] = label;
    weights[i] = weight;
  });
  return {
    batch,
    length,
    ids,
    positions,
    lengths: Int32Array.from(sequences, (sequence) => sequence.ids.length),
    rowIndex,
    labels,
    weights,
    phraseRows: sequences.map(({ phraseIndex }, b) => Int32Array.from(phraseIndex, (index) => b * length + index)),
  };
}
