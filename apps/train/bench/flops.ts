/** Operations of a product [m, k] x [k, n]: a multiplication and an addition each. */
export const product = (m: number, k: number, n: number): number => 2 * m * k * n;

/** Weights of a network cost one product forward and two backward: for their own gradient and for that of their input. */
export const trainingFactor = 3;

export interface TransformerSizes {
  layers: number;
  width: number;
  batch: number;
  tokens: number;
  vocab: number;
}

/** Forward pass of the benchmark's transformer: its products alone; norms, softmax and the embedding are left out. */
export function transformerFlops({ layers, width, batch, tokens, vocab }: TransformerSizes): number {
  const rows = batch * tokens;
  const weights = product(rows, width, 3 * width + width + 4 * width) + product(rows, 4 * width, width);
  const attention = 2 * batch * product(tokens, width, tokens);
  return layers * (weights + attention) + product(rows, width, vocab);
}
