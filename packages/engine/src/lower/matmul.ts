import * as tf from '@tensorflow/tfjs';
import { type Graph, type Sym, sizeOf, text } from '../onnx/graph.js';
import { activate } from './activation.js';
import { add } from './elementwise.js';
import { get, type Lowering, type LoweringTable } from './table.js';

function swapLast(g: Graph, x: Sym): Sym {
  const axes = x.shape.map((_, axis) => axis);
  axes.push(...axes.splice(-2).reverse());
  return g.transpose(x, axes);
}

/**
 * a @ b over the last two axes, either transposed. Leading axes broadcast.
 *
 * Sides are transposed beforehand: that costs less than products that read a side across its rows.
 */
function matMul(g: Graph, a: Sym, b: Sym, transposeA = false, transposeB = false): Sym {
  const [rows, inner] = [a.shape.at(transposeA ? -1 : -2), a.shape.at(transposeA ? -2 : -1)] as [number, number];
  const columns = b.shape.at(transposeB ? -2 : -1) as number;
  const batch = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, rows, columns];
  if (inner === 0) return { shape, dtype: 'float32', fill: 0 };
  // One matrix on both sides: two dimensions are the fast path.
  if (shape.length > 2 && a.shape.slice(0, -2).every((d) => d === 1) && b.shape.slice(0, -2).every((d) => d === 1)) {
    const product = matMul(g, g.reshape(a, a.shape.slice(-2)), g.reshape(b, b.shape.slice(-2)), transposeA, transposeB);
    return g.reshape(product, shape);
  }
  g.noteProducts(sizeOf(shape) * inner);
  const [left, right] = [g.cast(a, 'float32'), g.cast(b, 'float32')];
  const product = (x: Sym, y: Sym, to: number[]): Sym => g.op('MatMul', [g.name(x), g.name(y)], to, 'float32');
  // A row times b^T is b times a column: nothing is turned. That is a query on the cached keys of all tokens before it.
  if (transposeB && !transposeA && rows === 1) {
    const column = g.reshape(left, [...left.shape.slice(0, -2), inner, 1]);
    return g.reshape(product(right, column, [...batch, columns, 1]), shape);
  }
  // a^T b is the transpose of b^T a; where b and the product are small, these are turned and not a.
  if (transposeA && !transposeB && sizeOf(right.shape) + sizeOf(shape) < sizeOf(left.shape)) {
    return swapLast(g, product(swapLast(g, right), left, [...batch, columns, rows]));
  }
  return product(transposeA ? swapLast(g, left) : left, transposeB ? swapLast(g, right) : right, shape);
}

const batchMatMul: Lowering = (g, { a, b }, { transposeA, transposeB }) => {
  const product = matMul(g, a!, b!, transposeA, transposeB);
  const integers = a!.dtype === 'int32' && b!.dtype === 'int32';
  return integers ? g.cast(product, 'int32') : product;
};

const fused: Lowering = (g, inputs, attrs) => {
  const product = matMul(g, get(inputs, 'a'), get(inputs, 'b'), attrs['transposeA'], attrs['transposeB']);
  const sum = inputs['bias'] ? add(g, product, inputs['bias']) : product;
  const prelu = inputs['preluActivationWeights'];
  return activate(g, sum, attrs['activation'], {
    alpha: attrs['leakyreluAlpha'],
    ...(prelu && { prelu }),
  });
};

const einsum: Lowering = (g, inputs, { equation }) => {
  const tensors = Object.values(inputs).map((x) => g.cast(x, 'float32'));
  const { allDims, summedDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, tensors.length);
  tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors.map(({ shape }) => ({ shape })) as tf.Tensor[]);
  const sizes = new Map<number, number>();
  idDims.forEach((ids, t) => ids.forEach((id, axis) => sizes.set(id, tensors[t]!.shape[axis] as number)));
  const kept = allDims.map((_, id) => id).filter((id) => !summedDims.includes(id));
  return g.op(
    'Einsum',
    tensors.map((x) => g.name(x)),
    kept.map((id) => sizes.get(id) as number),
    'float32',
    {
      equation: text(equation),
    },
  );
};

export const products: LoweringTable = {
  BatchMatMul: batchMatMul,
  _FusedMatMul: fused,
  Einsum: einsum,
};
