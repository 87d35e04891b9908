import type { Graph, Sym } from '../onnx/graph.js';

// Attributes of tfjs kernels are untyped by the time a kernel sees them.
// oxlint-disable-next-line typescript/no-explicit-any
export type Attrs = Record<string, any>;
export type Inputs = Record<string, Sym>;

/** Writes one tfjs kernel as ONNX nodes. Shapes are known; values of inputs are not. */
export type Lowering = (graph: Graph, inputs: Inputs, attrs: Attrs) => Sym | Sym[];
export type LoweringTable = Record<string, Lowering>;

export const get = (inputs: Inputs, name: string): Sym => inputs[name] as Sym;

/** Reads axes as tfjs gives them: one number, a list or nothing (all axes); negative ones count from the end. */
export function axesOf(axis: number | number[] | null | undefined, rank: number): number[] {
  const axes = axis === undefined || axis === null ? Array.from({ length: rank }, (_, i) => i) : [axis].flat();
  return axes.map((a) => (a < 0 ? a + rank : a));
}

export const oneAxis = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
