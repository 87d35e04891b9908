import * as tf from '@tensorflow/tfjs';
import { type Graph, int, type Sym, sizeOf, text } from '../onnx/graph.js';
import { expand } from './elementwise.js';
import { notePadded } from './pieces.js';
import { type Lowering, type LoweringTable, oneAxis, range } from './table.js';

export function slice(
  g: Graph,
  x: Sym,
  begin: readonly number[],
  size: readonly number[],
  strides?: readonly number[],
): Sym {
  const steps = strides ?? x.shape.map(() => 1);
  if (x.fill !== undefined) return { ...x, shape: [...size] };
  const axes = range(x.shape.length).filter((a) => begin[a] !== 0 || steps[a] !== 1 || size[a] !== x.shape[a]);
  if (axes.length === 0) return x;
  const end = (a: number): number => {
    const last = begin[a]! + (size[a]! - 1) * steps[a]!;
    // An end of -1 would mean the last element; far below means before the first.
    if (steps[a]! < 0) return last - 1 < 0 ? -(2 ** 31) : last - 1;
    return size[a] === 0 ? begin[a]! : last + 1;
  };
  const lists = [axes.map((a) => begin[a]!), axes.map(end), axes, axes.map((a) => steps[a]!)];
  return g.op('Slice', [g.name(x), ...lists.map((list) => g.int64(list))], size, x.dtype);
}

function concat(g: Graph, parts: readonly Sym[], axis: number): Sym {
  const full = parts.filter((part) => sizeOf(part.shape) > 0);
  if (full.length === 0) return parts[0] as Sym;
  if (full.length === 1) return full[0] as Sym;
  const shape = [...full[0]!.shape];
  shape[axis] = full.reduce((sum, part) => sum + part.shape[axis]!, 0);
  return g.op(
    'Concat',
    full.map((part) => g.name(part)),
    shape,
    full[0]!.dtype,
    { axis: int(axis) },
  );
}

export function pad(
  g: Graph,
  x: Sym,
  paddings: readonly (readonly [number, number])[],
  value = 0,
  mode = 'constant',
): Sym {
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
  const shape = x.shape.map((d, i) => d + paddings[i]![0] + paddings[i]![1]);
  const amounts = g.int64([...paddings.map((p) => p[0]), ...paddings.map((p) => p[1])]);
  const type = x.dtype === 'bool' ? 'int32' : x.dtype;
  const names = [g.name(g.cast(x, type)), amounts, ...(mode === 'constant' ? [g.name(g.scalar(value, type))] : [])];
  const padded = g.op('Pad', names, shape, type, { mode: text(mode) });
  const isBetweenZeros = mode === 'constant' && value === 0 && paddings.every((p) => p[0] >= 0 && p[1] >= 0);
  if (isBetweenZeros && type === x.dtype)
    notePadded(
      g,
      padded,
      paddings.map((p) => p[0]),
      x,
    );
  return g.cast(padded, x.dtype);
}

/** An axis with its ends mirrored, the border repeated. */
function mirrorAxis(g: Graph, x: Sym, axis: number, [before, after]: [number, number]): Sym {
  if (before === 0 && after === 0) return x;
  const size = x.shape[axis]!;
  const places = range(before + size + after).map((i) => {
    const at = i - before;
    return at < 0 ? -1 - at : at >= size ? 2 * size - 1 - at : at;
  });
  const index: Sym = { shape: [places.length], dtype: 'int32', values: Int32Array.from(places) };
  const shape = x.shape.map((d, i) => (i === axis ? places.length : d));
  return g.op('Gather', [g.name(x), g.name(index)], shape, x.dtype, { axis: int(axis) });
}

const concatKernel: Lowering = (g, inputs, { axis }) => {
  const parts = Object.values(inputs);
  return concat(g, parts, oneAxis(axis, parts[0]!.shape.length));
};

const split: Lowering = (g, { x }, { numOrSizeSplits, axis }) => {
  const at = oneAxis(axis, x!.shape.length);
  const shaped = { shape: [...x!.shape] } as tf.Tensor;
  const sizes = tf.backend_util.prepareSplitSize(shaped, numOrSizeSplits, at);
  const shapeOf = (size: number) => x!.shape.map((d, i) => (i === at ? size : d));
  if (x!.fill !== undefined || sizes.length === 1) return sizes.map((size) => ({ ...x!, shape: shapeOf(size) }));
  const names = g.emit('Split', [g.name(x!), g.int64(sizes)], { axis: int(at) }, { numOutputs: sizes.length });
  return sizes.map((size, i) => ({ name: names[i]!, dtype: x!.dtype, shape: shapeOf(size) }));
};

const unpack: Lowering = (g, { value }, { axis }) => {
  const at = oneAxis(axis, value!.shape.length);
  const shape = value!.shape.filter((_, i) => i !== at);
  return range(value!.shape[at]!).map((i) => {
    const begin = value!.shape.map((_, a) => (a === at ? i : 0));
    const size = value!.shape.map((d, a) => (a === at ? 1 : d));
    return g.reshape(slice(g, value!, begin, size), shape);
  });
};

const pack: Lowering = (g, inputs, { axis }) => {
  const parts = Object.values(inputs);
  const at = oneAxis(axis, parts[0]!.shape.length + 1);
  const thick = parts.map((x) => g.reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]));
  return concat(g, thick, at);
};

const sliceKernel: Lowering = (g, { x }, { begin, size }) => {
  const [from, sizes] = tf.slice_util.parseSliceParams(
    { shape: [...x!.shape], rank: x!.shape.length } as tf.Tensor,
    begin,
    size,
  ) as [number[], number[]];
  return slice(g, x!, from, sizes);
};

const stridedSlice: Lowering = (g, { x }, attrs) => {
  const info = tf.slice_util.sliceInfo(
    [...x!.shape],
    attrs['begin'],
    attrs['end'],
    attrs['strides'],
    attrs['beginMask'],
    attrs['endMask'],
    attrs['ellipsisMask'],
    attrs['newAxisMask'],
    attrs['shrinkAxisMask'],
  );
  if (info.isIdentity) return g.reshape(x!, info.finalShape);
  // An axis without elements may come out as -0.
  const size = tf.slice_util.computeOutShape(info.begin, info.end, info.strides).map(Math.abs);
  return g.reshape(slice(g, x!, info.begin, size, info.strides), info.finalShape);
};

const reverse: Lowering = (g, { x }, { dims }) => {
  const rank = x!.shape.length;
  const axes = new Set((dims as number[]).map((d) => oneAxis(d, rank)));
  const flipped = (a: number) => axes.has(a) && x!.shape[a]! > 1;
  const begin = x!.shape.map((d, a) => (flipped(a) ? d - 1 : 0));
  return slice(
    g,
    x!,
    begin,
    x!.shape,
    x!.shape.map((_, a) => (flipped(a) ? -1 : 1)),
  );
};

/** x along the diagonal of zeros, whose shape is that of x twice. */
const diagonal: Lowering = (g, { x }) => {
  const n = sizeOf(x!.shape);
  // Row i of [n, n + 1] with x in its first column is row i of [n, n] moved on by i places.
  const column = g.reshape(x!, [n, 1]);
  const wide = pad(g, column, [
    [0, 0],
    [0, n],
  ]);
  const flat = slice(g, g.reshape(wide, [n * (n + 1)]), [0], [n * n]);
  return g.reshape(flat, [...x!.shape, ...x!.shape]);
};

const tile: Lowering = (g, { x }, { reps }) => {
  const shape = x!.shape.map((d, i) => d * reps[i]);
  if (x!.fill !== undefined) return { ...x!, shape };
  if (x!.shape.every((d, i) => d === 1 || reps[i] === 1)) return expand(g, x!, shape);
  return g.op('Tile', [g.name(x!), g.int64(reps)], shape, x!.dtype);
};

const same: Lowering = (_, { x }) => x!;

export const shapes: LoweringTable = {
  Identity: same,
  Reshape: (g, { x }, { shape }) => g.reshape(x!, tf.util.inferFromImplicitShape(shape, sizeOf(x!.shape))),
  ExpandDims: (g, { input }, { dim }) => {
    const shape = [...input!.shape];
    shape.splice(dim < 0 ? dim + shape.length + 1 : dim, 0, 1);
    return g.reshape(input!, shape);
  },
  Transpose: (g, { x }, { perm }) => g.transpose(x!, perm),
  Concat: concatKernel,
  SplitV: split,
  Pack: pack,
  Unpack: unpack,
  Slice: sliceKernel,
  StridedSlice: stridedSlice,
  Reverse: reverse,
  FlipLeftRight: (g, { image }) => reverse(g, { x: image! }, { dims: [2] }),
  Diag: diagonal,
  Tile: tile,
  PadV2: (g, { x }, { paddings, constantValue }) => pad(g, x!, paddings, constantValue),
  MirrorPad: (g, { x }, { paddings, mode }) => {
    // ONNX `reflect` leaves the border out, as tfjs `reflect` does; `symmetric` repeats it.
    if (mode === 'reflect') return pad(g, x!, paddings, 0, 'reflect');
    return (paddings as [number, number][]).reduce((sum, amounts, axis) => mirrorAxis(g, sum, axis, amounts), x!);
  },
  Fill: (_, __, { shape, value, dtype }) => ({
    shape,
    dtype: dtype ?? 'float32',
    fill: Number(value),
  }),
  ZerosLike: (_, { x }) => ({ shape: x!.shape, dtype: x!.dtype, fill: 0 }),
  OnesLike: (_, { x }) => ({ shape: x!.shape, dtype: x!.dtype, fill: 1 }),
};
