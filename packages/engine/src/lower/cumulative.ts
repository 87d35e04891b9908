import { type Graph, int, type Sym } from '../onnx/graph.js';
import { mul } from './elementwise.js';
import { pad, slice } from './shape.js';
import { type Lowering, type LoweringTable, oneAxis } from './table.js';

const cumulativeSum: Lowering = (g, { x }, { axis, exclusive, reverse }) =>
  g.op('CumSum', [g.name(x!), g.int64([oneAxis(axis, x!.shape.length)], [])], x!.shape, x!.dtype, {
    exclusive: int(exclusive ? 1 : 0),
    reverse: int(reverse ? 1 : 0),
  });

/** Moves what is along an axis by so many places towards its end, or its beginning; ones come in. */
function shifted(g: Graph, x: Sym, axis: number, places: number, isReverse: boolean): Sym {
  const begin = x.shape.map((_, a) => (a === axis && isReverse ? places : 0));
  const rest = slice(
    g,
    x,
    begin,
    x.shape.map((d, a) => (a === axis ? d - places : d)),
  );
  const amounts = x.shape.map((_, a): [number, number] => {
    if (a !== axis) return [0, 0];
    return isReverse ? [0, places] : [places, 0];
  });
  return pad(g, rest, amounts, 1);
}

/** ONNX has no such node: after each step a place holds the product of twice as many, so log2 of the length steps do. */
const cumulativeProduct: Lowering = (g, { x }, { axis, exclusive, reverse }) => {
  const at = oneAxis(axis, x!.shape.length);
  const length = x!.shape[at]!;
  let product = exclusive ? shifted(g, x!, at, 1, reverse) : x!;
  for (let places = 1; places < length; places *= 2)
    product = mul(g, product, shifted(g, product, at, places, reverse));
  return product;
};

export const cumulatives: LoweringTable = { Cumsum: cumulativeSum, Cumprod: cumulativeProduct };
