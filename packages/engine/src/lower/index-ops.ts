import { elementType, type Graph, int, type Sym, sizeOf, text } from '../onnx/graph.js';
import { add, compare, expand, select } from './elementwise.js';
import { type Lowering, type LoweringTable, oneAxis, range } from './table.js';

const toInt64 = (g: Graph, x: Sym): string => g.emit('Cast', [g.name(x)], { to: int(elementType.int64) })[0] as string;

/** Indices whose negative ones are past the end: ONNX counts those from the end, for tfjs they are mistakes. */
function withoutNegative(g: Graph, indices: Sym, size: number): Sym {
  const whole = g.cast(indices, 'int32');
  if (whole.values?.every((i) => i >= 0)) return whole;
  const isNegative = compare(g, 'Less', whole, g.scalar(0, 'int32'));
  return select(g, isNegative, g.scalar(size, 'int32'), whole);
}

/** Every row of the batch has indices of its own: the batch is laid out as one axis, and each row counts from its start. */
function gatherInBatch(g: Graph, x: Sym, indices: Sym, axis: number, batchDims: number): Sym {
  const rank = x.shape.length;
  if (batchDims > axis || x.shape.slice(0, batchDims).some((d, i) => d !== indices.shape[i])) {
    throw new Error(`GatherV2 with batchDims ${batchDims}`);
  }
  const outer = range(axis - batchDims).map((i) => i + batchDims);
  const inner = range(rank - axis - 1).map((i) => i + axis + 1);
  const turned = g.transpose(x, [...range(batchDims), axis, ...outer, ...inner]);
  const [batch, rest] = [turned.shape.slice(0, batchDims), turned.shape.slice(batchDims + 1)];
  const [rows, size] = [sizeOf(batch), x.shape[axis]!];
  const own = indices.shape.slice(batchDims);
  const table = g.reshape(g.cast(indices, 'int32'), [rows, sizeOf(own)]);
  const isInside = compare(
    g,
    'And',
    compare(g, 'GreaterOrEqual', table, g.scalar(0, 'int32')),
    compare(g, 'Less', table, g.scalar(size, 'int32')),
  );
  const starts: Sym = { shape: [rows, 1], dtype: 'int32', values: Int32Array.from(range(rows), (row) => row * size) };
  // What is out of range in its row is so in the whole.
  const flat = select(g, isInside, add(g, table, starts), g.scalar(rows * size, 'int32'));
  const found = g.op(
    'Gather',
    [g.name(g.reshape(turned, [rows * size, ...rest])), g.name(flat)],
    [...flat.shape, ...rest],
    x.dtype,
    { axis: int(0) },
  );
  const spread = g.reshape(found, [...batch, ...own, ...rest]);
  const [numOwn, numOuter] = [own.length, outer.length];
  const order = [
    ...range(batchDims),
    ...range(numOuter).map((i) => batchDims + numOwn + i),
    ...range(numOwn).map((i) => batchDims + i),
    ...range(inner.length).map((i) => batchDims + numOwn + numOuter + i),
  ];
  return g.transpose(spread, order);
}

const gather: Lowering = (g, { x, indices }, { axis, batchDims = 0 }) => {
  const at = oneAxis(axis, x!.shape.length);
  if (batchDims !== 0) return gatherInBatch(g, x!, indices!, at, oneAxis(batchDims, indices!.shape.length));
  const shape = [...x!.shape.slice(0, at), ...indices!.shape, ...x!.shape.slice(at + 1)];
  return g.op('Gather', [g.name(x!), g.name(withoutNegative(g, indices!, x!.shape[at]!))], shape, x!.dtype, {
    axis: int(at),
  });
};

const gatherNd: Lowering = (g, { params, indices }) => {
  const depth = indices!.shape.at(-1) as number;
  const shape = [...indices!.shape.slice(0, -1), ...params!.shape.slice(depth)];
  return g.op('GatherND', [g.name(params!), toInt64(g, indices!)], shape, params!.dtype);
};

/**
 * rows [n, d] added into zeros [numRows, d] at index [n]: duplicates add up, indices out of range are dropped.
 *
 * ScatterElements adds one after the other; ScatterND of ONNX Runtime may lose additions when two threads meet.
 */
function addRows(g: Graph, rows: Sym, index: Sym, numRows: number): Sym {
  const [n, width] = rows.shape as [number, number];
  const shape = [numRows, width];
  if (n === 0) return { shape, dtype: rows.dtype, fill: 0 };
  // A spare row at the end takes what is out of range.
  const low = compare(g, 'Less', index, g.scalar(0, 'int32'));
  const spare = { shape: index.shape, dtype: 'int32', fill: numRows } as const;
  const safe = g.op(
    'Min',
    [g.name(select(g, low, spare, index)), g.name(g.scalar(numRows, 'int32'))],
    index.shape,
    'int32',
  );
  const wide = expand(g, g.reshape(safe, [n, 1]), [n, width]);
  const zeros = g.name({ shape: [numRows + 1, width], dtype: rows.dtype, fill: 0 });
  const added = g.emit('ScatterElements', [zeros, toInt64(g, wide), g.name(rows)], {
    axis: int(0),
    reduction: text('add'),
  });
  const bounds = [g.int64([0]), g.int64([numRows]), g.int64([0])];
  return g.op('Slice', [...added, ...bounds], shape, rows.dtype);
}

/** Up to so many entries, a matrix of zeros and ones is cheaper to multiply by than rows are to add one after the other. */
const matrixLimit = 2 ** 20;

/** `addRows` as a product with the matrix [numRows, n] that is 1 where a row goes: equal sums, on all threads. */
function addRowsByProduct(g: Graph, rows: Sym, index: Sym, numRows: number): Sym {
  const [n, width] = rows.shape as [number, number];
  const segments: Sym = { shape: [numRows, 1], dtype: 'int32', values: Int32Array.from(range(numRows)) };
  const chosen = g.cast(compare(g, 'Equal', segments, g.reshape(index, [1, n])), 'float32');
  return g.op('MatMul', [g.name(chosen), g.name(rows)], [numRows, width], 'float32');
}

const segmentSum: Lowering = (g, { x, segmentIds }, { numSegments }) => {
  const [n, ...rest] = x!.shape as [number, ...number[]];
  const rows = g.reshape(x!, [n, sizeOf(rest)]);
  if (rows.dtype === 'float32' && n > 0 && n * numSegments <= matrixLimit) {
    const index = g.reshape(g.cast(segmentIds!, 'int32'), [n]);
    return g.reshape(addRowsByProduct(g, rows, index, numSegments), [numSegments, ...rest]);
  }
  return g.reshape(addRows(g, rows, segmentIds!, numSegments), [numSegments, ...rest]);
};

/** Where each row of indices points, counted over the first axes of a shape, and how many numbers lie there. */
function flatIndex(g: Graph, indices: Sym, shape: readonly number[]): { flat: Sym; numRows: number; width: number } {
  const depth = indices.shape.length > 1 ? (indices.shape.at(-1) as number) : 1;
  const outer = shape.slice(0, depth);
  const count = sizeOf(indices.shape) / depth;
  const strides = outer.map((_, i) => sizeOf(outer.slice(i + 1)));
  const table = g.reshape(indices, [count, depth]);
  const weights: Sym = { shape: [depth], dtype: 'int32', values: Int32Array.from(strides) };
  const scaled = g.emit('Mul', [g.name(table), g.name(weights)])[0] as string;
  const flat = g.op('ReduceSum', [scaled, g.int64([1])], [count], 'int32', { keepdims: int(0) });
  return { flat, numRows: sizeOf(outer), width: sizeOf(shape.slice(depth)) };
}

const scatterNd: Lowering = (g, { indices, updates }, { shape }) => {
  const { flat, numRows, width } = flatIndex(g, indices!, shape);
  return g.reshape(addRows(g, g.reshape(updates!, [flat.shape[0]!, width]), flat, numRows), shape);
};

/** A tensor with rows of it replaced; indices out of range are mistakes. */
function replaceRows(g: Graph, whole: Sym, indices: Sym, updates: Sym): Sym {
  const { flat, numRows, width } = flatIndex(g, indices, whole.shape);
  const count = flat.shape[0]!;
  const rows = sizeOf(updates.shape) === 1 ? expand(g, g.reshape(updates, [1, 1]), [count, width]) : updates;
  const places = toInt64(g, g.reshape(withoutNegative(g, flat, numRows), [count, 1]));
  const names = [g.name(g.reshape(whole, [numRows, width])), places, g.name(g.reshape(rows, [count, width]))];
  return g.reshape(g.op('ScatterND', names, [numRows, width], whole.dtype), whole.shape);
}

const sparseToDense: Lowering = (g, { sparseIndices, sparseValues, defaultValue }, { outputShape }) =>
  replaceRows(g, expand(g, defaultValue!, outputShape), sparseIndices!, sparseValues!);

/** Comparing with 0..depth-1 gives the off value for every index out of range, negative ones included, as tfjs does. */
const oneHot: Lowering = (g, { indices }, { depth, onValue = 1, offValue = 0, dtype = 'float32' }) => {
  const classes: Sym = { shape: [depth], dtype: 'int32', values: Int32Array.from(range(depth)) };
  const column = g.reshape(g.cast(indices!, 'int32'), [...indices!.shape, 1]);
  const hit = compare(g, 'Equal', column, classes);
  if (onValue === 1 && offValue === 0) return g.cast(hit, dtype);
  return select(g, hit, g.scalar(onValue, dtype), {
    ...g.scalar(offValue, dtype),
    shape: hit.shape,
  });
};

export const indexing: LoweringTable = {
  GatherV2: gather,
  GatherNd: gatherNd,
  UnsortedSegmentSum: segmentSum,
  ScatterNd: scatterNd,
  TensorScatterUpdate: (g, { tensor, indices, updates }) => replaceRows(g, tensor!, indices!, updates!),
  SparseToDense: sparseToDense,
  OneHot: oneHot,
};
