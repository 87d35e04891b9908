import * as tf from '@tensorflow/tfjs';
import { float, type Graph, type Sym } from '../onnx/graph.js';
import { add, binaryOp, clip, compare, log1p, map, mul, ofFloats, select, unary } from './elementwise.js';
import { get, type Lowering, type LoweringTable } from './table.js';

const { SELU_SCALE, SELU_SCALEALPHA } = tf.backend_util;

/** max(x, 0) + log1p(exp(-|x|)): neither end overflows. */
const softplus: Lowering = (g, inputs) => {
  const x = get(inputs, 'x');
  const tail = map(g, 'Exp', map(g, 'Neg', map(g, 'Abs', x)));
  return add(g, map(g, 'Relu', x), log1p(g, { x: tail }, {}) as Sym);
};

/** 1 above 0, `alpha` elsewhere; what is not a number stays so, which `Sign` and `Max` see to. */
const step: Lowering = (g, { x }, { alpha = 0 }) => {
  const type = x!.dtype === 'bool' ? 'int32' : x!.dtype;
  const positive = binaryOp(g, 'Max', map(g, 'Sign', g.cast(x!, type)), g.scalar(0, type));
  if (alpha === 0) return positive;
  if (type !== 'float32') throw new Error('Step of integers with alpha');
  return add(g, mul(g, positive, g.scalar(1 - alpha)), g.scalar(alpha));
};

const eluGrad: Lowering = (g, { dy, y }) =>
  select(g, compare(g, 'GreaterOrEqual', y!, g.scalar(0)), dy!, mul(g, dy!, add(g, y!, g.scalar(1))));

/** x, and below 0 the product with its slope. */
function scaledBelow(g: Graph, x: Sym, slope: Sym): Sym {
  const [numbers, slopes] = [g.cast(x, 'float32'), g.cast(slope, 'float32')];
  return select(g, compare(g, 'Less', numbers, g.scalar(0)), mul(g, numbers, slopes), numbers);
}

/** The activations that fused tfjs kernels name. */
export function activate(
  g: Graph,
  x: Sym,
  name: string | null | undefined,
  attrs: { alpha?: number; prelu?: Sym },
): Sym {
  if (!name || name === 'linear') return x;
  if (name === 'relu6') return clip(g, x, 0, 6);
  if (name === 'prelu') return scaledBelow(g, x, attrs.prelu!);
  if (name === 'leakyrelu') {
    return g.op('LeakyRelu', [g.name(x)], x.shape, 'float32', { alpha: float(attrs.alpha ?? 0.2) });
  }
  return map(g, name === 'relu' ? 'Relu' : name === 'elu' ? 'Elu' : name === 'sigmoid' ? 'Sigmoid' : 'Tanh', x);
}

export const activations: LoweringTable = {
  Relu: (g, { x }) => (x!.dtype === 'float32' ? map(g, 'Relu', x!) : binaryOp(g, 'Max', x!, g.scalar(0, 'int32'))),
  Relu6: (g, { x }) => clip(g, x!, 0, 6),
  LeakyRelu: (g, { x }, { alpha }) => unary('LeakyRelu', { alpha: float(alpha) })(g, { x: x! }, {}),
  Prelu: (g, { x, alpha }) => scaledBelow(g, x!, alpha!),
  Elu: unary('Elu'),
  EluGrad: eluGrad,
  Selu: ofFloats(unary('Selu', { alpha: float(SELU_SCALEALPHA / SELU_SCALE), gamma: float(SELU_SCALE) })),
  Step: step,
  Tanh: unary('Tanh'),
  Sigmoid: unary('Sigmoid'),
  Softplus: ofFloats(softplus),
};
