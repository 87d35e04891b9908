import fc from 'fast-check';
import { type Call, type Case, floats, size, yes } from './inputs.js';

interface Window {
  batch: number;
  input: number[];
  output: number[];
  kernel: number[];
  strides: number[];
  pad: 'same' | 'valid';
  channels: number;
  dilations: number[];
}

/** Windows that fit, over images (2 axes) or volumes (3). */
const windows = (axes: 2 | 3): fc.Arbitrary<Window> =>
  fc
    .record({
      batch: fc.integer({ min: 1, max: 2 }),
      channels: fc.integer({ min: 1, max: 3 }),
      rest: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: axes, maxLength: axes }),
      kernel: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: axes, maxLength: axes }),
      strides: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: axes, maxLength: axes }),
      pad: fc.constantFrom('same' as const, 'valid' as const),
      dilated: yes,
    })
    .map(({ rest, kernel, strides, pad, dilated, ...others }) => {
      const isDilated = dilated && strides.every((s) => s === 1);
      const dilation = isDilated ? 2 : 1;
      const extent = kernel.map((k) => (k - 1) * dilation + 1);
      const input = rest.map((r, i) => r + extent[i]!);
      const output = input.map((d, i) =>
        pad === 'same' ? Math.ceil(d / strides[i]!) : Math.floor((d - extent[i]!) / strides[i]!) + 1,
      );
      return { ...others, input, output, kernel, strides, pad, dilations: kernel.map(() => dilation) };
    });

const image = (batch: number, axes: number[], channels: number) => floats([batch, ...axes, channels]);
const undilated = ({ dilations }: Window): boolean => dilations.every((d) => d === 1);
const dataFormat = (axes: number): string => (axes === 2 ? 'NHWC' : 'NDHWC');

/** The convolution, or one of its gradients, of one window. */
function convolution(
  axes: 2 | 3,
  call: (window: Window, filters: number, attrs: object) => Call,
  dilated = false,
): Case {
  return fc
    .record({ window: windows(axes).filter((w) => dilated || undilated(w)), filters: fc.integer({ min: 1, max: 3 }) })
    .map(({ window, filters }) => {
      const { strides, pad, dilations } = window;
      return call(window, filters, { strides, pad, dilations, dataFormat: dataFormat(axes) });
    });
}

const forward = (axes: 2 | 3): Case =>
  convolution(
    axes,
    (w, filters, attrs) => ({
      inputs: {
        x: image(w.batch, w.input, w.channels),
        filter: floats([...w.kernel, w.channels, filters]),
      },
      attrs,
      // tfjs has no gradient of windows with holes.
      hasGradient: undilated(w),
    }),
    true,
  );

const outputChannels = (w: Window, filters: number, isDepthwise: boolean): number =>
  isDepthwise ? w.channels * filters : filters;

const ofInput = (axes: 2 | 3, isDepthwise = false): Case =>
  convolution(axes, (w, filters, attrs) => ({
    inputs: {
      dy: image(w.batch, w.output, outputChannels(w, filters, isDepthwise)),
      filter: floats([...w.kernel, w.channels, filters]),
    },
    attrs: { ...attrs, inputShape: [w.batch, ...w.input, w.channels] },
  }));

const ofFilter = (axes: 2 | 3, isDepthwise = false): Case =>
  convolution(axes, (w, filters, attrs) => ({
    inputs: {
      x: image(w.batch, w.input, w.channels),
      dy: image(w.batch, w.output, outputChannels(w, filters, isDepthwise)),
    },
    attrs: { ...attrs, filterShape: [...w.kernel, w.channels, filters] },
  }));

const fused = (isDepthwise: boolean): Case =>
  fc.record({ biased: yes, activation: fc.constantFrom('linear', 'relu', 'elu', 'leakyrelu') }).chain((how) =>
    convolution(2, (w, filters, attrs) => ({
      inputs: {
        x: image(w.batch, w.input, w.channels),
        filter: floats([...w.kernel, w.channels, filters]),
        ...(how.biased && { bias: floats([outputChannels(w, filters, isDepthwise)]) }),
      },
      attrs: { ...attrs, activation: how.activation, leakyreluAlpha: 0.2 },
    })),
  );

const pooled = (axes: 2 | 3, call: (window: Window, attrs: object) => Call, filter = (_: Window) => true): Case =>
  windows(axes)
    .filter((w) => undilated(w) && filter(w))
    .map((w) => call(w, { filterSize: w.kernel, strides: w.strides, pad: w.pad, dataFormat: dataFormat(axes) }));

const pooling = (axes: 2 | 3, hasGradient: (window: Window) => boolean = () => true): Case =>
  pooled(axes, (w, attrs) => ({
    inputs: { x: image(w.batch, w.input, w.channels) },
    attrs,
    hasGradient: hasGradient(w),
  }));

/** Where the plain kernel finds again what it has marked: see `mistakes.ts`. */
const isSquare = ({ kernel }: Window): boolean => kernel.at(-1) === kernel.at(-2);

const poolingGradient = (axes: 2 | 3, usesOutput: boolean, filter = (_: Window) => true): Case =>
  pooled(
    axes,
    (w, attrs) => {
      const y = image(w.batch, w.output, w.channels);
      const input = image(w.batch, w.input, w.channels);
      return { inputs: { dy: y, input, ...(usesOutput && { output: y }) }, attrs };
    },
    filter,
  );

interface Resizing {
  batch: number;
  from: number[];
  to: number[];
  how: 'plain' | 'alignCorners' | 'halfPixelCenters';
}

const resizings: fc.Arbitrary<Resizing> = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  from: fc.array(size, { minLength: 2, maxLength: 2 }),
  to: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 2, maxLength: 2 }),
  how: fc.constantFrom('plain', 'alignCorners', 'halfPixelCenters'),
});

/** Whether the plain kernel has the gradient, and a right one: see `mistakes.ts`. */
type HasGradient = (resizing: Resizing) => boolean;
const isSquareImage: HasGradient = ({ from, how }) => from[0] === from[1] && how !== 'halfPixelCenters';
const isSingleImage: HasGradient = ({ batch, from, how }) =>
  // Aligned corners of one pixel make the plain kernel divide by 0, and run for ever.
  batch === 1 && how !== 'halfPixelCenters' && !(how === 'alignCorners' && from.includes(1));

const resizeAttrs = ({ how }: Resizing) => ({
  alignCorners: how === 'alignCorners',
  halfPixelCenters: how === 'halfPixelCenters',
});

const resize = (hasGradient: HasGradient): Case =>
  resizings.map((r) => ({
    inputs: { images: image(r.batch, r.from, 3) },
    attrs: { ...resizeAttrs(r), size: r.to },
    hasGradient: hasGradient(r),
  }));

const resizeGradient = (hasGradient: HasGradient): Case =>
  resizings.filter(hasGradient).map((r) => ({
    inputs: { images: image(r.batch, r.from, 3), dy: image(r.batch, r.to, 3) },
    attrs: resizeAttrs(r),
  }));

const localResponse = (isGradient: boolean): Case =>
  fc
    .record({ shape: fc.tuple(size, size, size, size), depthRadius: fc.integer({ min: 1, max: 3 }) })
    .map(({ shape, depthRadius }) => ({
      inputs: { x: floats(shape), ...(isGradient && { y: floats(shape), dy: floats(shape) }) },
      attrs: { depthRadius, bias: 1.2, alpha: 0.3, beta: 0.6 },
    }));

export const windowCases: Record<string, Case> = {
  Conv2D: forward(2),
  Conv2DBackpropInput: ofInput(2),
  Conv2DBackpropFilter: ofFilter(2),
  Conv3D: forward(3),
  Conv3DBackpropInputV2: ofInput(3),
  Conv3DBackpropFilterV2: ofFilter(3),
  DepthwiseConv2dNative: forward(2),
  DepthwiseConv2dNativeBackpropInput: ofInput(2, true),
  DepthwiseConv2dNativeBackpropFilter: ofFilter(2, true),
  FusedConv2D: fused(false),
  FusedDepthwiseConv2D: fused(true),
  MaxPool: pooling(2),
  MaxPool3D: pooling(3, isSquare),
  MaxPoolGrad: poolingGradient(2, true),
  MaxPool3DGrad: poolingGradient(3, true, isSquare),
  AvgPool: pooling(2),
  AvgPool3D: pooling(3),
  AvgPoolGrad: poolingGradient(2, false),
  AvgPool3DGrad: poolingGradient(3, false),
  ResizeBilinear: resize(isSquareImage),
  ResizeNearestNeighbor: resize(isSingleImage),
  ResizeBilinearGrad: resizeGradient(isSquareImage),
  ResizeNearestNeighborGrad: resizeGradient(isSingleImage),
  LRN: localResponse(false),
  LRNGrad: localResponse(true),
};
