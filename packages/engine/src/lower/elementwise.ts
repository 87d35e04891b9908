import * as tf from '@tensorflow/tfjs';
import { elementType, type Graph, int, sameShape, type Sym, sizeOf } from '../onnx/graph.js';
import type { DType } from '../onnx/native.js';
import { sumOfPieces } from './pieces.js';
import { get, type Lowering, type LoweringTable } from './table.js';

const broadcast = (a: Sym, b: Sym): number[] => tf.backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);

/** ONNX broadcasts as tfjs does; operands of two types are promoted to the wider one. */
function binary(op: string, dtype?: DType): Lowering {
  return (graph, inputs) => binaryOp(graph, op, get(inputs, 'a'), get(inputs, 'b'), dtype);
}

const widest = (a: Sym, b: Sym): DType => tf.backend_util.upcastType(a.dtype, b.dtype) as DType;

export function binaryOp(graph: Graph, op: string, a: Sym, b: Sym, dtype?: DType): Sym {
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

/** A kernel of one argument that exists in ONNX for floats; tfjs turns integers into floats first. */
export const unary =
  (op: string, attributes = {}): Lowering =>
  (g, inputs) => {
    const x = g.cast(get(inputs, 'x'), 'float32');
    return g.op(op, [g.name(x)], x.shape, 'float32', attributes);
  };

/** The same, where the plain kernel of integers cuts off what comes after the point. */
export const ofFloats =
  (lowering: Lowering): Lowering =>
  (g, inputs, attrs) => {
    if (get(inputs, 'x').dtype !== 'float32') throw new Error('a function of floats, of integers');
    return lowering(g, inputs, attrs);
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

export function clip(g: Graph, x: Sym, low: number, high: number): Sym {
  return g.op('Clip', [g.name(x), g.name(g.scalar(low, x.dtype)), g.name(g.scalar(high, x.dtype))], x.shape, x.dtype);
}

/** floor(a / b), which tfjs makes an integer of floats too; integers go through doubles, which hold every int32. */
const floorDiv: Lowering = (g, { a, b }) => {
  const isFloat = a!.dtype === 'float32' || b!.dtype === 'float32';
  if (isFloat) return g.cast(map(g, 'Floor', binaryOp(g, 'Div', a!, b!)), 'int32');
  const wide = (x: Sym) => g.emit('Cast', [g.name(x)], { to: int(elementType.float64) })[0] as string;
  const ratio = g.emit('Div', [wide(a!), wide(b!)])[0] as string;
  const floor = g.emit('Floor', [ratio])[0] as string;
  return g.op('Cast', [floor], broadcast(a!, b!), 'int32', { to: int(elementType.int32) });
};

/** log(1 + x) without the cancellation near 0: log(u) * x / (u - 1) with u = 1 + x (Goldberg 1991, theorem 4). */
export const log1p: Lowering = (g, inputs) => {
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

const isFloat = ({ dtype }: Sym): boolean => dtype === 'float32';
const nowhere = ({ shape }: Sym): Sym => ({ shape, dtype: 'bool', fill: 0 });

export const isNaNAt = (g: Graph, x: Sym): Sym => (isFloat(x) ? map(g, 'IsNaN', x, 'bool') : nowhere(x));
const isInfiniteAt = (g: Graph, x: Sym): Sym => (isFloat(x) ? map(g, 'IsInf', x, 'bool') : nowhere(x));

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

/**
 * The remainder with the sign of b. Integers are never divided by 0, where ONNX Runtime would end the process: as in plain JavaScript
 * the result is 0, which it is for -1 and 1 too.
 */
const mod: Lowering = (g, { a, b }) => {
  const type = widest(a!, b!);
  if (type !== 'float32') {
    const [x, y] = [g.cast(a!, 'int32'), g.cast(b!, 'int32')];
    const one = g.scalar(1, 'int32');
    const isSmall = compare(g, 'LessOrEqual', map(g, 'Abs', y), one);
    return g.cast(binaryOp(g, 'Mod', x, select(g, isSmall, one, y)), type);
  }
  const shape = broadcast(a!, b!);
  const remainder = (x: Sym, y: Sym): Sym =>
    g.op('Mod', [g.name(g.cast(x, type)), g.name(g.cast(y, type))], shape, type, { fmod: int(1) });
  const isNegative = (x: Sym): Sym => compare(g, 'Less', x, g.scalar(0, x.dtype));
  const rest = remainder(a!, b!);
  return select(g, compare(g, 'Equal', isNegative(a!), isNegative(b!)), rest, remainder(add(g, rest, b!), b!));
};

/** sin / cos in doubles: near a pole single precision is one unit off. */
const tan: Lowering = (g, { x }) => {
  const wide = g.emit('Cast', [g.name(x!)], { to: int(elementType.float64) });
  const ratio = g.emit('Div', [...g.emit('Sin', wide), ...g.emit('Cos', wide)]);
  return g.op('Cast', ratio, x!.shape, 'float32', { to: int(elementType.float32) });
};

const batchNorm: Lowering = (g, { x, mean, variance, scale, offset }, { varianceEpsilon = 0.001 }) => {
  const [centred, spread] = [sub(g, x!, mean!), map(g, 'Sqrt', add(g, variance!, g.scalar(varianceEpsilon)))];
  const scaled = mul(g, centred, binaryOp(g, 'Div', scale ?? g.scalar(1), spread));
  return offset ? add(g, scaled, offset) : scaled;
};

const addN: Lowering = (g, inputs) => Object.values(inputs).reduce((sum, x) => add(g, sum, x));

export const elementwise: LoweringTable = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: (g, { a, b }) => binaryOp(g, 'Div', g.cast(a!, 'float32'), g.cast(b!, 'float32')),
  FloorDiv: floorDiv,
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Mod: mod,
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
  IsInf: (g, { x }) => isInfiniteAt(g, x!),
  IsFinite: (g, { x }) => map(g, 'Not', compare(g, 'Or', isNaNAt(g, x!), isInfiniteAt(g, x!))),
  Select: (g, { condition, t, e }) => select(g, condition!, t!, e!),
  Exp: exp,
  Expm1: ofFloats(expm1),
  Log: unary('Log'),
  Log1p: ofFloats(log1p),
  Sqrt: unary('Sqrt'),
  Rsqrt: (g, { x }) => map(g, 'Reciprocal', map(g, 'Sqrt', g.cast(x!, 'float32'))),
  Reciprocal: ofFloats(unary('Reciprocal')),
  Neg: unaryOfAnyNumber('Neg'),
  Abs: unaryOfAnyNumber('Abs'),
  Sign: sign,
  Square: (g, { x }) => mul(g, x!, x!),
  Floor: onlyFloats('Floor'),
  Ceil: onlyFloats('Ceil'),
  Round: onlyFloats('Round'),
  Erf: unary('Erf'),
  Sin: unary('Sin'),
  Cos: unary('Cos'),
  Tan: tan,
  Asin: ofFloats(unary('Asin')),
  Acos: ofFloats(unary('Acos')),
  Atan: ofFloats(unary('Atan')),
  Sinh: ofFloats(unary('Sinh')),
  Cosh: unary('Cosh'),
  Asinh: ofFloats(unary('Asinh')),
  Acosh: ofFloats(unary('Acosh')),
  Atanh: ofFloats(unary('Atanh')),
  ClipByValue: (g, { x }, { clipValueMin, clipValueMax }) => clip(g, x!, clipValueMin, clipValueMax),
  Cast: (g, { x }, { dtype }) => {
    if (!(dtype in elementType)) throw new Error(`Cast to ${dtype}`);
    return g.cast(x!, dtype);
  },
};
