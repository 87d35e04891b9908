import type { Graph, Sym } from '../onnx/graph.js';
import { add, binaryOp, mul } from './elementwise.js';
import { type Attrs, type Lowering, type LoweringTable, range } from './table.js';

/** Sums over neighbouring channels: a product with the band matrix that is 1 where two channels are neighbours. */
function sumNeighbours(g: Graph, x: Sym, radius: number): Sym {
  const channels = x.shape.at(-1)!;
  const places = range(channels);
  const band = places.flatMap((i) => places.map((j) => Number(Math.abs(i - j) <= radius)));
  const matrix: Sym = { shape: [channels, channels], dtype: 'float32', values: Float32Array.from(band) };
  return g.op('MatMul', [g.name(x), g.name(matrix)], x.shape, 'float32');
}

/** What each number is divided by, before the power: bias + alpha times the sum of squares. */
function base(g: Graph, x: Sym, { depthRadius, bias, alpha }: Attrs): Sym {
  return add(g, mul(g, sumNeighbours(g, mul(g, x, x), depthRadius), g.scalar(alpha)), g.scalar(bias));
}

const power = (g: Graph, x: Sym, exponent: number): Sym => binaryOp(g, 'Pow', x, g.scalar(exponent));

const normalise: Lowering = (g, { x }, attrs) => {
  if (x!.dtype !== 'float32') throw new Error('local response normalisation of integers');
  return mul(g, x!, power(g, base(g, x!, attrs), -attrs['beta']));
};

/** Each number acts on itself, and through the squares on its neighbours: dy / s^beta - 2 alpha beta x sum(dy y / s). */
const gradient: Lowering = (g, { x, y, dy }, attrs) => {
  const s = base(g, x!, attrs);
  const own = mul(g, dy!, power(g, s, -attrs['beta']));
  const shared = sumNeighbours(g, binaryOp(g, 'Div', mul(g, dy!, y!), s), attrs['depthRadius']);
  return add(g, own, mul(g, mul(g, x!, shared), g.scalar(-2 * attrs['alpha'] * attrs['beta'])));
};

export const localResponse: LoweringTable = { LRN: normalise, LRNGrad: gradient };
