import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import {
  booleans,
  broadcastShapes,
  type Case,
  type Draw,
  floats,
  floatsFrom,
  halves,
  integers,
  odd,
  shapes,
  yes,
} from './inputs.js';

const unary = (draw: Draw, attrs: fc.Arbitrary<object> = fc.constant({})): Case =>
  fc
    .record({ shape: shapes(0), attrs })
    .map(({ shape, attrs: drawn }) => ({ inputs: { x: draw(shape) }, attrs: drawn }));

const binary = (left: Draw, right: Draw = left) =>
  broadcastShapes(2).map(([a, b]) => ({ inputs: { a: left(a!), b: right(b!) } }));

const positive = floatsFrom(0.2, 3);
const share = floatsFrom(-0.9, 0.9);
const wide = floatsFrom(-9, 9);
/** Neither 0 nor near it. */
const divisors = fc.constantFrom(positive, floatsFrom(-3, -0.2));
/** Few of them, so that some are equal. */
const few: Draw = (shape) => integers(shape, 0, 3);
const someIntegers: Draw = (shape) => integers(shape);

const anyNumber = fc.oneof(unary(halves), unary(floats), unary(someIntegers));
const anyNumbers = fc.oneof(binary(halves), binary(floats), binary(someIntegers), binary(floats, someIntegers));
/** tfjs has the gradient of these only where nothing broadcasts. */
const withoutBroadcastGradient = anyNumbers.map((call) => ({
  ...call,
  hasGradient: String(call.inputs['a']!.shape) === String(call.inputs['b']!.shape),
}));
const comparison = fc.oneof(binary(few), binary(halves), binary(floats, few));
const division = fc.oneof(
  divisors.chain((divisor) => binary(wide, divisor)),
  fc
    .constantFrom<Draw>(
      (shape) => integers(shape, 1, 4),
      (shape) => integers(shape, -4, 0),
    )
    .chain((divisor) => binary(someIntegers, divisor)),
);

const batchNorm: Case = fc
  .record({ rows: shapes(1, 3), channels: fc.integer({ min: 1, max: 5 }), scaled: yes, moved: yes })
  .map(({ rows, channels, scaled, moved }) => ({
    inputs: {
      x: floats([...rows, channels]),
      mean: floats([channels]),
      variance: positive([channels]),
      ...(scaled && { scale: floats([channels]) }),
      ...(moved && { offset: floats([channels]) }),
    },
    attrs: { varianceEpsilon: 0.01 },
    // tfjs takes this gradient of images alone.
    hasGradient: rows.length === 3 && scaled && moved,
  }));

const arithmetic: Record<string, Case> = {
  Add: anyNumbers,
  Sub: anyNumbers,
  Multiply: anyNumbers,
  RealDiv: divisors.chain((divisor) => binary(floats, divisor)),
  FloorDiv: division,
  Maximum: withoutBroadcastGradient,
  Minimum: withoutBroadcastGradient,
  Mod: division,
  Pow: binary(positive, floats),
  SquaredDifference: withoutBroadcastGradient,
  FusedBatchNorm: batchNorm,
  AddN: fc
    .record({ shape: shapes(0), count: fc.integer({ min: 1, max: 3 }) })
    .map(({ shape, count }) => ({ inputs: Array.from({ length: count }, () => floats(shape)) })),
};

const logic: Record<string, Case> = {
  Greater: comparison,
  GreaterEqual: comparison,
  Less: comparison,
  LessEqual: comparison,
  Equal: comparison,
  NotEqual: comparison,
  LogicalAnd: binary(booleans),
  LogicalOr: binary(booleans),
  LogicalNot: unary(booleans),
  IsNan: fc.oneof(unary(odd), unary(someIntegers)),
  IsInf: fc.oneof(unary(odd), unary(someIntegers)),
  IsFinite: fc.oneof(unary(odd), unary(someIntegers)),
  // `tf.where` makes all three as large before.
  Select: shapes(0).map((shape) => ({
    inputs: { condition: booleans(shape), t: floats(shape), e: floats(shape) },
  })),
};

const functions: Record<string, Case> = {
  Exp: fc.oneof(unary(floats), unary(someIntegers)),
  Expm1: unary(floats),
  Log: unary(positive),
  Log1p: unary(floatsFrom(-0.7, 3)),
  Sqrt: unary(positive),
  Rsqrt: unary(positive),
  Reciprocal: unary(positive),
  Neg: anyNumber,
  Abs: anyNumber,
  Sign: anyNumber,
  Square: anyNumber,
  Floor: fc.oneof(unary(wide), unary(halves)),
  Ceil: fc.oneof(unary(wide), unary(halves)),
  Round: fc.oneof(unary(wide), unary(halves)),
  Erf: unary(floats),
  Sin: unary(wide),
  Cos: unary(wide),
  Tan: unary(share),
  Asin: unary(share),
  Acos: unary(share),
  Atan: unary(wide),
  Sinh: unary(floats),
  Cosh: unary(floats),
  Asinh: unary(wide),
  Acosh: unary(floatsFrom(1.1, 9)),
  Atanh: unary(share),
  ClipByValue: fc.oneof(
    unary(halves, fc.constant({ clipValueMin: -0.5, clipValueMax: 0.8 })),
    unary(someIntegers, fc.constant({ clipValueMin: -1, clipValueMax: 2 })),
  ),
  Cast: fc.oneof(
    unary(wide, fc.constantFrom({ dtype: 'float32' }, { dtype: 'int32' }, { dtype: 'bool' })),
    unary(someIntegers, fc.constantFrom({ dtype: 'float32' }, { dtype: 'int32' }, { dtype: 'bool' })),
    unary(booleans, fc.constantFrom({ dtype: 'float32' }, { dtype: 'int32' })),
  ),
};

const activations: Record<string, Case> = {
  Relu: anyNumber,
  Relu6: fc.oneof(unary(wide), unary(someIntegers)),
  Prelu: broadcastShapes(2).map(([x, alpha]) => ({
    inputs: { x: floats(x!), alpha: share(alpha!) },
    hasGradient: String(tf.backend_util.assertAndGetBroadcastShape(x!, alpha!)) === String(x),
  })),
  Selu: unary(halves),
  LeakyRelu: unary(halves, fc.constant({ alpha: 0.1 })),
  Elu: unary(halves),
  EluGrad: shapes(0).map((shape) => ({ inputs: { dy: floats(shape), y: share(shape) } })),
  Step: fc.oneof(unary(halves, fc.constantFrom({ alpha: 0 }, { alpha: 0.3 })), unary(someIntegers)),
  Tanh: unary(floats),
  Sigmoid: unary(wide),
  Softplus: unary(wide),
};

export const elementwiseCases: Record<string, Case> = { ...arithmetic, ...logic, ...functions, ...activations };
