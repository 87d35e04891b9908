import { elementType, type Graph, int, ints, type Sym, sizeOf } from '../onnx/graph.js';
import type { DType } from '../onnx/native.js';
import { isNaNAt, select } from './elementwise.js';
import { axesOf, type Lowering, type LoweringTable, oneAxis } from './table.js';

/** Sum of the rows [n, d] as a product with ones, [1, d]: all threads add, and each reads whole rows. */
function sumRows(g: Graph, x: Sym): Sym {
  const [rows, width] = x.shape as [number, number];
  return g.op('MatMul', [g.name({ ...g.scalar(1), shape: [1, rows] }), g.name(x)], [1, width], 'float32');
}

/** In operator set 17 a sum takes its axes as an input and other reductions as an attribute. */
function emitReduction(g: Graph, op: string, x: string, axes: readonly number[], keepDims: boolean): string {
  const keepdims = int(keepDims ? 1 : 0);
  const made =
    op === 'ReduceSum' ? g.emit(op, [x, g.int64(axes)], { keepdims }) : g.emit(op, [x], { axes: ints(axes), keepdims });
  return made[0] as string;
}

function reduce(g: Graph, op: string, x: Sym, axes: readonly number[], keepDims: boolean): Sym {
  const shape = x.shape.flatMap((d, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [d]));
  if (axes.length === 0) return x;
  if (x.fill !== undefined && (op === 'ReduceSum' || op === 'ReduceMean')) {
    const count = op === 'ReduceSum' ? sizeOf(axes.map((a) => x.shape[a] as number)) : 1;
    return { dtype: x.dtype, shape, fill: x.fill * count };
  }
  if (op === 'ReduceSum' && x.dtype === 'float32' && axes.every((_, i) => axes.includes(i))) {
    const numRows = sizeOf(x.shape.slice(0, axes.length));
    const width = sizeOf(x.shape.slice(axes.length));
    if (numRows > 1 && width > 1) return g.reshape(sumRows(g, g.reshape(x, [numRows, width])), shape);
  }
  return { name: emitReduction(g, op, g.name(x), axes, keepDims), shape, dtype: x.dtype };
}

/** A reduction of numbers. */
const reduction =
  (op: string, type: (dtype: DType) => DType): Lowering =>
  (g, { x }, attrs) =>
    reduce(g, op, g.cast(x!, type(x!.dtype)), axesOf(attrs['axis'], x!.shape.length), attrs['keepDims']);

/** Max or Min, where a NaN among the numbers is the result: ONNX Runtime passes over it. */
const extreme =
  (op: string): Lowering =>
  (g, { x }, { reductionIndices, axis, keepDims }) => {
    // Max names its axes one way, Min the other.
    const axes = axesOf(reductionIndices ?? axis, x!.shape.length);
    const numbers = g.cast(x!, number(x!.dtype));
    const found = reduce(g, op, numbers, axes, keepDims);
    if (numbers.dtype !== 'float32' || axes.length === 0) return found;
    const flags = g.emit('Cast', [g.name(isNaNAt(g, numbers))], { to: int(elementType.uint8) });
    const any = emitReduction(g, 'ReduceMax', flags[0] as string, axes, keepDims);
    const isNaN = g.op('Cast', [any], found.shape, 'bool', { to: int(elementType.bool) });
    return select(g, isNaN, g.scalar(Number.NaN), found);
  };

const number = (dtype: DType): DType => (dtype === 'bool' ? 'int32' : dtype);

const ofBooleans =
  (op: string): Lowering =>
  (g, { x }, { axis, keepDims }) =>
    g.cast(reduce(g, op, g.cast(x!, 'int32'), axesOf(axis, x!.shape.length), keepDims), 'bool');

/** Where the extreme is; what is not a number never is one. */
const argument =
  (op: string, last: number): Lowering =>
  (g, { x }, { axis }) => {
    const at = oneAxis(axis ?? 0, x!.shape.length);
    const numbers = g.cast(x!, number(x!.dtype));
    const isFloat = numbers.dtype === 'float32';
    const compared = isFloat ? select(g, isNaNAt(g, numbers), g.scalar(last), numbers) : numbers;
    const found = g.emit(op, [g.name(compared)], {
      axis: int(at),
      keepdims: int(0),
    });
    return g.op(
      'Cast',
      found,
      x!.shape.filter((_, i) => i !== at),
      'int32',
      { to: int(6) },
    );
  };

const softmax: Lowering = (g, { logits }, { dim }) => {
  const x = g.cast(logits!, 'float32');
  return g.op('Softmax', [g.name(x)], x.shape, 'float32', { axis: int(oneAxis(dim, x.shape.length)) });
};

/** Sorted or not asked to be: a sorted result keeps equal numbers in their order, as tfjs does. */
const topK: Lowering = (g, { x }, { k }) => {
  const shape = [...x!.shape.slice(0, -1), k];
  const [values, indices] = g.emit(
    'TopK',
    [g.name(x!), g.int64([k])],
    { axis: int(-1), sorted: int(1) },
    { numOutputs: 2 },
  );
  return [{ name: values!, shape, dtype: x!.dtype }, g.op('Cast', [indices!], shape, 'int32', { to: int(6) })];
};

export const reductions: LoweringTable = {
  Sum: reduction('ReduceSum', number),
  Mean: reduction('ReduceMean', () => 'float32'),
  Max: extreme('ReduceMax'),
  Min: extreme('ReduceMin'),
  Prod: reduction('ReduceProd', number),
  Any: ofBooleans('ReduceMax'),
  All: ofBooleans('ReduceMin'),
  ArgMax: argument('ArgMax', -Infinity),
  ArgMin: argument('ArgMin', Infinity),
  Softmax: softmax,
  TopK: topK,
};
