import * as tf from '@tensorflow/tfjs';
import { type Graph, int, ints, type Sym } from '../onnx/graph.js';
import { activate } from './activation.js';
import { add } from './elementwise.js';
import { slice } from './shape.js';
import { type Attrs, get, type Inputs, type Lowering, type LoweringTable, range } from './table.js';
import {
  channelsBack,
  channelsFirst,
  inputBack,
  inputFirst,
  spread,
  windowAttributes,
  type Windows,
  windowsOf,
} from './windows.js';

type Shape4 = [number, number, number, number];
type Shape5 = [...Shape4, number];
type Geometry = (input: readonly number[], filter: readonly number[], attrs: Attrs) => Windows;

const onImages =
  (isDepthwise: boolean): Geometry =>
  (input, filter, { strides, dilations, pad, dimRoundingMode, dataFormat = 'NHWC' }) => {
    if (isDepthwise && dataFormat !== 'NHWC') throw new Error(`depthwise convolution of ${dataFormat}`);
    const format = tf.backend_util.convertConv2DDataFormat(dataFormat);
    return windowsOf(
      tf.backend_util.computeConv2DInfo(
        input as Shape4,
        filter as Shape4,
        strides,
        dilations ?? 1,
        pad,
        dimRoundingMode,
        isDepthwise,
        format,
      ),
    );
  };

const onVolumes: Geometry = (input, filter, { strides, dilations, pad }) =>
  windowsOf(tf.backend_util.computeConv3DInfo(input as Shape5, filter as Shape5, strides, dilations ?? 1, pad));

function requireFloats(...tensors: Sym[]): void {
  if (tensors.some((x) => x.dtype !== 'float32')) throw new Error('convolution of integers');
}

/** Filters as ONNX has them: [..., I, O] to [O, I, ...]; depthwise, [..., C, M] to [C M, 1, ...]. */
function onnxFilter(g: Graph, filter: Sym, isDepthwise: boolean): Sym {
  const n = filter.shape.length - 2;
  if (!isDepthwise) return g.transpose(filter, [n + 1, n, ...range(n)]);
  const turned = g.transpose(filter, [n, n + 1, ...range(n)]);
  return g.reshape(turned, [turned.shape[0]! * turned.shape[1]!, 1, ...turned.shape.slice(2)]);
}

function convolve(g: Graph, x: Sym, filter: Sym, attrs: Attrs, geometry: Geometry, isDepthwise: boolean): Sym {
  requireFloats(x, filter);
  const windows = geometry(x.shape, filter.shape, attrs);
  const weights = onnxFilter(g, filter, isDepthwise);
  const shape = [x.shape[0]!, weights.shape[0]!, ...windows.output];
  const y = g.op('Conv', [g.name(inputFirst(g, x, windows)), g.name(weights)], shape, 'float32', {
    ...windowAttributes(windows),
    dilations: ints(windows.dilation),
    group: int(isDepthwise ? filter.shape.at(-2)! : 1),
  });
  return channelsBack(g, y, windows);
}

const convolution =
  (geometry: Geometry, isDepthwise = false): Lowering =>
  (g, { x, filter }, attrs) =>
    convolve(g, x!, filter!, attrs, geometry, isDepthwise);

/** A convolution with bias and activation, as `tf.fused` has it. */
const fused =
  (geometry: Geometry, isDepthwise = false): Lowering =>
  (g, inputs: Inputs, attrs) => {
    if (attrs['dataFormat'] === 'NCHW') throw new Error('fused convolution of NCHW');
    const product = convolve(g, get(inputs, 'x'), get(inputs, 'filter'), attrs, geometry, isDepthwise);
    const sum = inputs['bias'] ? add(g, product, inputs['bias']) : product;
    const prelu = inputs['preluActivationWeights'];
    return activate(g, sum, attrs['activation'], { alpha: attrs['leakyreluAlpha'], ...(prelu && { prelu }) });
  };

/** The gradient of the input. */
const inputGradient =
  (geometry: Geometry, isDepthwise = false): Lowering =>
  (g, { dy, filter }, attrs) => {
    requireFloats(dy!, filter!);
    const inputShape: number[] = attrs['inputShape'];
    const windows = geometry(inputShape, filter!.shape, attrs);
    const channels = inputShape[windows.isChannelsLast ? inputShape.length - 1 : 1]!;
    const group = isDepthwise ? channels : 1;
    const weights = onnxFilter(g, filter!, isDepthwise);
    return inputBack(g, spread(g, windows, channelsFirst(g, dy!, windows), weights, channels, group), windows);
  };

/** [B, C, ...] to [C, B, ...]: sums over windows become sums over the batch. */
const swapBatch = (g: Graph, x: Sym): Sym => g.transpose(x, [1, 0, ...range(x.shape.length - 2).map((i) => i + 2)]);

/**
 * The gradient of the filter: a convolution of the input with the gradient of the output as its filter, where stride and
 * dilation change places. Depthwise, each channel is a group.
 */
const filterGradient =
  (geometry: Geometry, isDepthwise = false): Lowering =>
  (g, { x, dy }, attrs) => {
    requireFloats(x!, dy!);
    const filterShape: number[] = attrs['filterShape'];
    const windows = geometry(x!.shape, filterShape, attrs);
    const images = swapBatch(g, inputFirst(g, x!, windows));
    const weights = swapBatch(g, channelsFirst(g, dy!, windows));
    const [channels, batch] = images.shape as [number, number];
    const turned: Windows = {
      ...windows,
      size: windows.output,
      stride: windows.dilation,
      dilation: windows.stride,
    };
    const rows = isDepthwise ? [1, weights.shape[0]!] : [channels, weights.shape[0]!];
    // Input that no window reaches makes further places at the end, which are cut off.
    const places = windows.size.map((d, i) => d + Math.floor(Math.max(0, -windows.after[i]!) / windows.dilation[i]!));
    const source = isDepthwise ? g.reshape(images, [1, channels * batch, ...windows.input]) : images;
    const all = g.op('Conv', [g.name(source), g.name(weights)], [...rows, ...places], 'float32', {
      ...windowAttributes(turned),
      dilations: ints(turned.dilation),
      group: int(isDepthwise ? channels : 1),
    });
    const made = slice(
      g,
      all,
      all.shape.map(() => 0),
      [...rows, ...windows.size],
    );
    return g.reshape(g.transpose(made, [...range(windows.size.length).map((i) => i + 2), 0, 1]), filterShape);
  };

export const convolutions: LoweringTable = {
  Conv2D: convolution(onImages(false)),
  Conv2DBackpropInput: inputGradient(onImages(false)),
  Conv2DBackpropFilter: filterGradient(onImages(false)),
  Conv3D: convolution(onVolumes),
  Conv3DBackpropInputV2: inputGradient(onVolumes),
  Conv3DBackpropFilterV2: filterGradient(onVolumes),
  DepthwiseConv2dNative: convolution(onImages(true), true),
  DepthwiseConv2dNativeBackpropInput: inputGradient(onImages(true), true),
  DepthwiseConv2dNativeBackpropFilter: filterGradient(onImages(true), true),
  FusedConv2D: fused(onImages(false)),
  FusedDepthwiseConv2D: fused(onImages(true), true),
};
