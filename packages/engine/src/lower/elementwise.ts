import * as tf from '@tensorflow/tfjs';
import { elementType, float, type Graph, int, sameShape, type Sym, sizeOf } from '../onnx/graph.js';
import type { DType } from '../onnx/native.js';
import { sumOfPieces } from './pieces.js';
import { get, type Lowering, type LoweringTable } from './table.js';

const broadcast = (a: Sym, b: Sym): number[] => tf.backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);

/** ONNX broadcasts as tfjs does; operands of two types are promoted to the wider one. */
function binary(op: string, dtype?: DType): Lowering {
  return (graph, inputs) => binaryOp(graph, op, get(inputs, 'a'), get(inputs, 'b'), dtype);
}

const widest = (a: Sym, b: Sym): DType => tf.backend_util.upcastType(a.dtype, b.dtype) as DType;

function binaryOp(graph: Graph, op: string, a: Sym, b: Sym, dtype?: DType): Sym {
  const type = widest(a, b);
  const shape = broadcast(a, b);
  const [x, y] = [graph.cast(a, type), graph.cast(b, type)];
  if (!dtype && sameShape(x.shape, shape)) {
    if ((op === 'Mul' || op === 'Div') && y.fill === 1) return x;
    if ((op === 'Add' || op === 'Sub') && y.fill === 0) return x;
  }
  if (!dtype && sameShape(y.shape, shape)) {
    if (op === 'Mul' && x.fill === 1) return y;
    if (op === 'Add' && x.fill === 0) return y;
  }
  // ONNX Runtime goes over axes of length 1 at the end one number at a time; a row of numbers it takes in one go.
  const tensor = x.fill === undefined ? x : y;
  const isScaled = (x.fill === undefined) !== (y.fill === undefined) && sameShape(tensor.shape, shape);
  if (isScaled && shape.length > 1 && shape.at(-1) === 1) {
    const flat = (side: Sym): Sym =>
      side === tensor ? graph.reshape(tensor, [sizeOf(shape)]) : graph.scalar(side.fill as number, type);
    return graph.reshape(binaryOp(graph, op, flat(x), flat(y), dtype), shape);
  }
  // Two numbers that both broadcast would lose the shape of the result.
  const left = y.fill !== undefined && x.fill !== undefined ? graph.name(x) : graph.operand(x);
  const right = graph.operand(y);
  const full = x.fill === undefined ? x.shape : y.fill === undefined ? y.shape : undefined;
  const made = graph.op(op, [left, right], shape, dtype ?? type);
  if (op === 'Add' && sameShape(x.shape, y.shape)) return sumOfPieces(graph, x, y, made);
  if (full === undefined || sameShape(full, shape)) {
    return full === undefined && !sameShape(x.shape, shape) ? expand(graph, made, shape) : made;
  }
  const scalarOnly = x.fill !== undefined || y.fill !== undefined;
  return scalarOnly ? expand(graph, made, shape) : made;
}

export function expand(graph: Graph, x: Sym, shape: readonly number[]): Sym {
  if (x.fill !== undefined) return { ...x, shape };
  return graph.op('Expand', [graph.name(x), graph.int64(shape)], shape, x.dtype);
}

export const add = (g: Graph, a: Sym, b: Sym): Sym => binaryOp(g, 'Add', a, b);
const sub = (g: Graph, a: Sym, b: Sym): Sym => binaryOp(g, 'Sub', a, b);
export const mul = (g: Graph, a: Sym, b: Sym): Sym => binaryOp(g, 'Mul', a, b);
export const compare = (g: Graph, op: string, a: Sym, b: Sym): Sym => binaryOp(g, op, a, b, 'bool');

export function map(g: Graph, op: string, x: Sym, dtype: DType = x.dtype): Sym {
  return g.op(op, [g.name(x)], x.shape, dtype);
}

/** A kernel of one argument that exists in ONNX for floats; integers are turned into floats first, as tfjs does. */
const unary =
  (op: string, attributes = {}): Lowering =>
  (g, inputs) => {
    const x = g.cast(get(inputs, 'x'), 'float32');
    return g.op(op, [g.name(x)], x.shape, 'float32', attributes);
  };

/** The same, where integers stay integers. */
const unaryOfAnyNumber =
  (op: string): Lowering =>
  (g, inputs) =>
    map(g, op, get(inputs, 'x'));

const onlyFloats =
  (op: string): Lowering =>
  (g, inputs) => {
    const x = get(inputs, 'x');
    return x.dtype === 'float32' ? map(g, op, x) : x;
  };

/** `condition ? a : b`, broadcasting. */
export function select(g: Graph, condition: Sym, a: Sym, b: Sym): Sym {
  const type = widest(a, b);
  const shape = tf.backend_util.assertAndGetBroadcastShape([...condition.shape], broadcast(a, b));
  if (type === 'bool') {
    return g.cast(select(g, condition, g.cast(a, 'int32'), g.cast(b, 'int32')), 'bool');
  }
  const names = [g.name(condition), g.operand(g.cast(a, type)), g.operand(g.cast(b, type))];
  const made = g.op('Where', names, shape, type);
  return sameShape(condition.shape, shape) ||
    (a.fill === undefined && sameShape(a.shape, shape)) ||
    (b.fill === undefined && sameShape(b.shape, shape))
    ? made
    : expand(g, made, shape);
}

function clip(g: Graph, x: Sym, low: number, high: number): Sym {
  return g.op('Clip', [g.name(x), g.name(g.scalar(low, x.dtype)), g.name(g.scalar(high, x.dtype))], x.shape, x.dtype);
}

/** floor(a / b); integers go through doubles, which hold every int32. */
const floorDiv: Lowering = (g, { a, b }) => {
  if (a!.dtype === 'float32' || b!.dtype === 'float32') return map(g, 'Floor', binaryOp(g, 'Div', a!, b!));
  const wide = (x: Sym) => g.emit('Cast', [g.name(x)], { to: int(elementType.float64) })[0] as string;
  const ratio = g.emit('Div', [wide(a!), wide(b!)])[0] as string;
  const floor = g.emit('Floor', [ratio])[0] as string;
  return g.op('Cast', [floor], broadcast(a!, b!), 'int32', { to: int(elementType.int32) });
};

/** log(1 + x) without the cancellation near 0: log(u) * x / (u - 1) with u = 1 + x (Goldberg 1991, theorem 4). */
const log1p: Lowering = (g, inputs) => {
  const x = g.cast(get(inputs, 'x'), 'float32');
  const one = g.scalar(1);
  const u = add(g, x, one);
  const rest = sub(g, u, one);
  const logU = map(g, 'Log', u);
  const near = binaryOp(g, 'Div', mul(g, logU, x), rest);
  const corrected = select(g, compare(g, 'Equal', rest, g.scalar(0)), x, near);
  return select(g, compare(g, 'Greater', x, one), logU, corrected);
};

/** exp(x) - 1 without the cancellation near 0: 2 t / (1 - t) with t = tanh(x / 2). */
const expm1: Lowering = (g, inputs) => {
  const x = g.cast(get(inputs, 'x'), 'float32');
  const t = map(g, 'Tanh', mul(g, x, g.scalar(0.5)));
  const near = binaryOp(g, 'Div', mul(g, t, g.scalar(2)), sub(g, g.scalar(1), t));
  const far = sub(g, map(g, 'Exp', x), g.scalar(1));
  return select(g, compare(g, 'Less', map(g, 'Abs', x), g.scalar(0.5)), near, far);
};

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

export const isNaNAt = (g: Graph, x: Sym): Sym => map(g, 'IsNaN', x, 'bool');

/** -1, 0 or 1; 0 for what is not a number. */
const sign: Lowering = (g, { x }) => {
  const signs = map(g, 'Sign', x!);
  return x!.dtype === 'float32' ? select(g, isNaNAt(g, x!), g.scalar(0), signs) : signs;
};

/** Integers go through doubles: their results are large, and single precision is one unit off. */
const exp: Lowering = (g, { x }) => {
  if (x!.dtype === 'float32') return map(g, 'Exp', x!);
  const wide = g.emit('Cast', [g.name(x!)], { to: int(elementType.float64) });
  return g.op('Cast', g.emit('Exp', wide), x!.shape, 'float32', { to: int(elementType.float32) });
};

const eluGrad: Lowering = (g, { dy, y }) =>
  select(g, compare(g, 'GreaterOrEqual', y!, g.scalar(0)), dy!, mul(g, dy!, add(g, y!, g.scalar(1))));

const selectV2: Lowering = (g, { condition, t, e }) => {
  const rows = condition!.shape.length === 1 && t!.shape.length > 1;
  const aligned = rows ? g.reshape(condition!, [condition!.shape[0]!, ...t!.shape.slice(1).map(() => 1)]) : condition!;
  return select(g, aligned, t!, e!);
};

const batchNorm: Lowering = (g, { x, mean, variance, scale, offset }, { varianceEpsilon = 0.001 }) => {
  const [centred, spread] = [sub(g, x!, mean!), map(g, 'Sqrt', add(g, variance!, g.scalar(varianceEpsilon)))];
  const scaled = mul(g, centred, binaryOp(g, 'Div', scale ?? g.scalar(1), spread));
  return offset ? add(g, scaled, offset) : scaled;
};

const addN: Lowering = (g, inputs) => Object.values(inputs).reduce((sum, x) => add(g, sum, x));

/** The activations that fused tfjs kernels name. */
export function activate(
  g: Graph,
  x: Sym,
  name: string | null | undefined,
  attrs: { alpha?: number; prelu?: Sym },
): Sym {
  if (!name || name === 'linear') return x;
  if (name === 'relu6') return clip(g, x, 0, 6);
  if (name === 'prelu') return g.op('PRelu', [g.name(x), g.name(attrs.prelu!)], x.shape, 'float32');
  if (name === 'leakyrelu') {
    return g.op('LeakyRelu', [g.name(x)], x.shape, 'float32', { alpha: float(attrs.alpha ?? 0.2) });
  }
  return map(g, name === 'relu' ? 'Relu' : name === 'elu' ? 'Elu' : name === 'sigmoid' ? 'Sigmoid' : 'Tanh', x);
}

export const elementwise: LoweringTable = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: (g, { a, b }) => binaryOp(g, 'Div', g.cast(a!, 'float32'), g.cast(b!, 'float32')),
  FloorDiv: floorDiv,
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Pow: binary('Pow'),
  FusedBatchNorm: batchNorm,
  SquaredDifference: (g, { a, b }) => {
    const difference = sub(g, a!, b!);
    return mul(g, difference, difference);
  },
  AddN: addN,
  Greater: binary('Greater', 'bool'),
  GreaterEqual: binary('GreaterOrEqual', 'bool'),
  Less: binary('Less', 'bool'),
  LessEqual: binary('LessOrEqual', 'bool'),
  Equal: binary('Equal', 'bool'),
  NotEqual: (g, { a, b }) => map(g, 'Not', compare(g, 'Equal', a!, b!)),
  LogicalAnd: binary('And', 'bool'),
  LogicalOr: binary('Or', 'bool'),
  LogicalNot: (g, { x }) => map(g, 'Not', x!),
  IsNan: (g, { x }) => isNaNAt(g, x!),
  Select: selectV2,
  Exp: exp,
  Expm1: expm1,
  Log: unary('Log'),
  Log1p: log1p,
  Sqrt: unary('Sqrt'),
  Rsqrt: (g, { x }) => map(g, 'Reciprocal', map(g, 'Sqrt', g.cast(x!, 'float32'))),
  Reciprocal: unary('Reciprocal'),
  Neg: unaryOfAnyNumber('Neg'),
  Abs: unaryOfAnyNumber('Abs'),
  Sign: sign,
  Square: (g, { x }) => mul(g, x!, x!),
  Floor: onlyFloats('Floor'),
  Ceil: onlyFloats('Ceil'),
  Round: onlyFloats('Round'),
  Relu: (g, { x }) => (x!.dtype === 'float32' ? map(g, 'Relu', x!) : binaryOp(g, 'Max', x!, g.scalar(0, 'int32'))),
  Relu6: (g, { x }) => clip(g, x!, 0, 6),
  LeakyRelu: (g, { x }, { alpha }) => unary('LeakyRelu', { alpha: float(alpha) })(g, { x: x! }, {}),
  Elu: unary('Elu'),
  EluGrad: eluGrad,
  Step: step,
  Tanh: unary('Tanh'),
  Sigmoid: unary('Sigmoid'),
  Softplus: softplus,
  Erf: unary('Erf'),
  Sin: unary('Sin'),
  Cos: unary('Cos'),
  ClipByValue: (g, { x }, { clipValueMin, clipValueMax }) => clip(g, x!, clipValueMin, clipValueMax),
  Cast: (g, { x }, { dtype }) => {
    if (!(dtype in elementType)) throw new Error(`Cast to ${dtype}`);
    return g.cast(x!, dtype);
  },
};
