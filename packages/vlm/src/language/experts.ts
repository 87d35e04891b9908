import * as tf from '@tensorflow/tfjs';

/** Rows of a batch whose images have equally many tokens; a batch is its groups one after the other. */
export interface SequenceGroup {
  rows: number;
  /** Image tokens without the two brackets; they stand at index 2 and follow. */
  numImageTokens: number;
}

type Rows = (x: tf.Tensor) => tf.Tensor;

/**
 * Applies one function to the tokens of the visual expert and another to the rest: [B, S, C] -> [B, S, C'].
 *
 * A token is the visual expert's when it and the next one are image tokens (the rule of CogVLM's published code), that is
 * the begin bracket and all patches, but not the end bracket. These stand at index 1 to N + 1 in each row of a group, so
 * both experts see rows cut out with fixed shapes and each computes only its own.
 */
export function routeExperts(
  x_BSC: tf.Tensor,
  groups: readonly SequenceGroup[],
  vision: Rows,
  language: Rows,
): tf.Tensor {
  return tf.tidy(() => {
    const [batch, length, dim] = x_BSC.shape as [number, number, number];
    const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [-1, x.shape.at(-1) as number]);
    const visionRows: tf.Tensor[] = [];
    const languageRows: tf.Tensor[] = [];
    let start = 0;
    for (const { rows, numImageTokens } of groups) {
      const end = numImageTokens + 2;
      languageRows.push(flat(tf.slice(x_BSC, [start, 0, 0], [rows, 1, dim])));
      visionRows.push(flat(tf.slice(x_BSC, [start, 1, 0], [rows, end - 1, dim])));
      languageRows.push(flat(tf.slice(x_BSC, [start, end, 0], [rows, length - end, dim])));
      start += rows;
    }
    const seen = vision(tf.concat(visionRows, 0));
    const read = language(tf.concat(languageRows, 0));
    const outDim = seen.shape.at(-1) as number;
    let visionAt = 0;
    let languageAt = 0;
    const take = (from: tf.Tensor, at: number, rows: number, tokens: number): tf.Tensor =>
      tf.reshape(tf.slice(from, [at, 0], [rows * tokens, outDim]), [rows, tokens, outDim]);
    const parts = groups.map(({ rows, numImageTokens }) => {
      const end = numImageTokens + 2;
      const first = take(read, languageAt, rows, 1);
      const image = take(seen, visionAt, rows, end - 1);
      const text = take(read, languageAt + rows, rows, length - end);
      visionAt += rows * (end - 1);
      languageAt += rows * (1 + length - end);
      return tf.concat([first, image, text], 1);
    });
    return tf.reshape(tf.concat(parts, 0), [batch, length, outDim]);
  });
}
