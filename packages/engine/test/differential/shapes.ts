import fc from 'fast-check';
import { booleans, type Case, distinct, floats, integers, shapeAndAxis, shapes, size, yes } from './inputs.js';

const matrices = (draw: typeof floats): Case =>
  fc
    .record({
      batch: shapes(0, 2),
      rows: size,
      inner: size,
      columns: size,
      transposeA: yes,
      transposeB: yes,
      oneLeft: yes,
    })
    .map(({ batch, rows, inner, columns, transposeA, transposeB, oneLeft }) => ({
      inputs: {
        a: draw([...(oneLeft ? batch.map(() => 1) : batch), ...(transposeA ? [inner, rows] : [rows, inner])]),
        b: draw([...batch, ...(transposeB ? [columns, inner] : [inner, columns])]),
      },
      attrs: { transposeA, transposeB },
      // tfjs does not sum over what was broadcast.
      hasGradient: !oneLeft,
    }));

export const productCases: Record<string, Case> = {
  BatchMatMul: matrices(floats),
  _FusedMatMul: fc
    .record({
      rows: size,
      inner: size,
      columns: size,
      activation: fc.constantFrom('linear', 'relu', 'relu6', 'sigmoid', 'elu', 'leakyrelu'),
      biased: yes,
    })
    .map(({ rows, inner, columns, activation, biased }) => ({
      inputs: {
        a: floats([2, rows, inner]),
        b: floats([2, inner, columns]),
        ...(biased && { bias: floats([columns]) }),
      },
      attrs: { transposeA: false, transposeB: false, activation, leakyreluAlpha: 0.2 },
    })),
  Einsum: fc
    .record({
      b: size,
      i: size,
      j: size,
      k: size,
      equation: fc.constantFrom('bij,bjk->bik', 'bij,bjk->kib'),
    })
    .map(({ b, i, j, k, equation }) => ({
      inputs: [floats([b, i, j]), floats([b, j, k])],
      attrs: { equation },
    })),
};

const paddings = (shape: number[], max: (d: number) => number) =>
  fc.tuple(...shape.map((d) => fc.tuple(fc.integer({ min: 0, max: max(d) }), fc.integer({ min: 0, max: max(d) }))));

const x = (shape: number[], attrs: object = {}) => ({ inputs: { x: floats(shape) }, attrs });

const parts = shapeAndAxis();

/** Blocks of an image moved into the batch, and back; what is padded is cut off again. */
const blocks = (isBack: boolean): Case =>
  fc
    .record({
      batch: size,
      channels: size,
      numBlocks: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 2 }),
      blockShape: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 2 }),
      before: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 2, maxLength: 2 }),
    })
    .map(({ batch, channels, numBlocks, blockShape, before }) => {
      const margins = blockShape.map((b, i) => [Math.min(before[i]!, b - 1), 0]);
      if (isBack) {
        const rows = batch * blockShape[0]! * blockShape[1]!;
        return x([rows, ...numBlocks, channels], { blockShape, crops: margins });
      }
      const inner = numBlocks.map((n, i) => n * blockShape[i]! - margins[i]![0]!);
      return x([batch, ...inner, channels], { blockShape, paddings: margins });
    });

export const shapeCases: Record<string, Case> = {
  Identity: shapes(0).map((shape) => x(shape)),
  Reshape: shapes().map((shape) => x(shape, { shape: [-1, shape[0]!] })),
  ExpandDims: shapeAndAxis().map(({ shape, axis }) => ({ inputs: { input: floats(shape) }, attrs: { dim: axis } })),
  Transpose: shapes().chain((shape) =>
    fc
      .shuffledSubarray([...shape.keys()], { minLength: shape.length, maxLength: shape.length })
      .map((perm) => x(shape, { perm })),
  ),
  Concat: fc.record({ part: parts, lengths: fc.tuple(size, size, size) }).map(({ part: { shape, axis }, lengths }) => {
    const inputs = lengths.map((length) => floats(shape.map((d, i) => (i === axis ? length : d))));
    return { inputs, attrs: { axis } };
  }),
  SplitV: fc.record({ part: parts, lengths: fc.tuple(size, size, size) }).map(({ part: { shape, axis }, lengths }) => {
    const total = lengths.reduce((sum, length) => sum + length, 0);
    return x(
      shape.map((d, i) => (i === axis ? total : d)),
      { numOrSizeSplits: lengths, axis },
    );
  }),
  Pack: parts.map(({ shape, axis }) => ({
    inputs: [floats(shape), floats(shape)],
    attrs: { axis },
  })),
  Unpack: parts.map(({ shape, axis }) => ({
    inputs: { value: floats(shape) },
    attrs: { axis },
    // tfjs hands the gradient of one part over as it is, and stacks lists alone.
    hasGradient: shape[axis]! > 1,
  })),
  Slice: shapes().chain((shape) =>
    fc
      .tuple(...shape.map((d) => fc.integer({ min: 0, max: d - 1 })))
      .chain((begin) =>
        fc
          .tuple(...shape.map((d, i) => fc.integer({ min: 1, max: d - begin[i]! })))
          .map((lengths) => x(shape, { begin, size: lengths })),
      ),
  ),
  StridedSlice: fc
    .record({ shape: shapes(2, 2), backwards: yes, stride: fc.integer({ min: 1, max: 3 }) })
    .map(({ shape, backwards, stride }) =>
      x(shape, {
        begin: [0, backwards ? -1 : 0],
        end: [shape[0], backwards ? -shape[1]! - 1 : shape[1]],
        strides: [1, backwards ? -stride : stride],
        beginMask: 0,
        endMask: 0,
        ellipsisMask: 0,
        newAxisMask: 0,
        shrinkAxisMask: 0,
      }),
    ),
  Reverse: shapes().chain((shape) => fc.subarray([...shape.keys()]).map((dims) => x(shape, { dims }))),
  FlipLeftRight: shapes(4, 4).map((shape) => ({ inputs: { image: floats(shape) } })),
  Diag: shapes(1, 3).map((shape) => x(shape)),
  SpaceToBatchND: blocks(false),
  BatchToSpaceND: blocks(true),
  DepthToSpace: fc
    .record({ shape: shapes(4, 4), blockSize: fc.integer({ min: 1, max: 3 }) })
    .map(({ shape: [batch, height, width, channels], blockSize }) =>
      x([batch!, height!, width!, channels! * blockSize ** 2], { blockSize, dataFormat: 'NHWC' }),
    ),
  Tile: shapes().chain((shape) =>
    fc.tuple(...shape.map(() => fc.integer({ min: 1, max: 3 }))).map((reps) => x(shape, { reps })),
  ),
  PadV2: shapes().chain((shape) =>
    fc
      .record({ amounts: paddings(shape, () => 2), constantValue: fc.constantFrom(0, 0.5) })
      .map(({ amounts, constantValue }) => x(shape, { paddings: amounts, constantValue })),
  ),
  MirrorPad: fc
    .record({ shape: shapes(), mode: fc.constantFrom('reflect', 'symmetric') })
    .chain(({ shape, mode }) =>
      paddings(shape, (d) => (mode === 'reflect' ? d - 1 : d)).map((amounts) => x(shape, { paddings: amounts, mode })),
    ),
  Fill: shapes().map((shape) => ({ inputs: {}, attrs: { shape, value: 3, dtype: 'float32' } })),
  ZerosLike: shapes(0).map((shape) => x(shape)),
  OnesLike: shapes(0).map((shape) => x(shape)),
};

const gather: Case = fc
  .record({ shape: shapes(1, 4), own: shapes(0, 2), at: fc.nat(), outer: fc.nat() })
  .map(({ shape, own, at, outer }) => {
    const axis = at % shape.length;
    const batchDims = outer % (axis + 1);
    return {
      inputs: {
        x: floats(shape),
        indices: integers([...shape.slice(0, batchDims), ...own], 0, shape[axis]),
      },
      attrs: { axis, batchDims },
      hasGradient: batchDims < 2,
    };
  });

export const indexCases: Record<string, Case> = {
  GatherV2: gather,
  GatherNd: fc.record({ shape: shapes(2, 3), rows: size }).map(({ shape, rows }) => ({
    inputs: { params: floats(shape), indices: integers([rows, 2], 0, Math.min(...shape)) },
  })),
  UnsortedSegmentSum: fc.record({ shape: shapes(1, 3), numSegments: size }).map(({ shape, numSegments }) => ({
    inputs: { x: floats(shape), segmentIds: integers([shape[0]!], 0, numSegments) },
    attrs: { numSegments },
  })),
  ScatterNd: fc.record({ shape: shapes(2, 3), rows: size }).map(({ shape, rows }) => ({
    inputs: {
      indices: integers([rows, 2], 0, Math.min(...shape)),
      updates: floats([rows, ...shape.slice(2)]),
    },
    attrs: { shape },
  })),
  TensorScatterUpdate: fc
    .record({ shape: shapes(1, 3), part: fc.nat() })
    .map(({ shape, part }) => ({ shape, rows: 1 + (part % shape[0]!) }))
    .map(({ shape, rows }) => ({
      inputs: {
        tensor: floats(shape),
        indices: distinct([rows, 1], shape[0]!),
        updates: floats([rows, ...shape.slice(1)]),
      },
    })),
  SparseToDense: fc
    .record({
      height: fc.integer({ min: 2, max: 9 }),
      width: fc.integer({ min: 2, max: 9 }),
      isMatrix: yes,
      isOne: yes,
    })
    .chain(({ height, width, isMatrix, isOne }) =>
      fc.constantFrom(floats, integers, booleans).map((values) => {
        const count = isMatrix ? Math.floor(Math.min(height, width) / 2) : height - 1;
        return {
          inputs: {
            sparseIndices: distinct(isMatrix ? [count, 2] : [count], Math.min(height, isMatrix ? width : height)),
            sparseValues: values(isOne ? [] : [count]),
            defaultValue: values([]),
          },
          attrs: { outputShape: isMatrix ? [height, width] : [height] },
        };
      }),
    ),
  OneHot: fc.record({ shape: shapes(1, 3), depth: size }).map(({ shape, depth }) => ({
    inputs: { indices: integers(shape, -2, depth + 2) },
    attrs: { depth, onValue: 2, offValue: -1, dtype: 'float32' },
  })),
};
