import * as tf from '@tensorflow/tfjs';
import { type Graph, int, type Sym, sizeOf, text } from '../onnx/graph.js';
import type { Attrs, Lowering, LoweringTable } from './table.js';
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

type Geometry = (input: readonly number[], attrs: Attrs) => Windows;

/** ONNX Runtime wants a part of the input in every window. */
function usable(windows: Windows): Windows {
  const { size, before, after } = windows;
  if (size.some((d, i) => before[i]! >= d || after[i]! >= d)) throw new Error('pooling of nothing but padding');
  return windows;
}

const onImages: Geometry = (input, { filterSize, strides, pad, dimRoundingMode }) =>
  usable(
    windowsOf(
      tf.backend_util.computePool2DInfo(
        input as [number, number, number, number],
        filterSize,
        strides,
        1,
        pad,
        dimRoundingMode,
      ),
    ),
  );

const onVolumes: Geometry = (input, { filterSize, strides, pad, dimRoundingMode, dataFormat }) =>
  usable(
    windowsOf(
      tf.backend_util.computePool3DInfo(
        input as [number, number, number, number, number],
        filterSize,
        strides,
        1,
        pad,
        dimRoundingMode,
        dataFormat,
      ),
    ),
  );

function requireFloats(x: Sym): void {
  if (x.dtype !== 'float32') throw new Error('pooling of integers');
}

const pooling =
  (op: string, geometry: Geometry): Lowering =>
  (g, { x }, attrs) => {
    requireFloats(x!);
    const windows = geometry(x!.shape, attrs);
    const first = inputFirst(g, x!, windows);
    const shape = [...first.shape.slice(0, 2), ...windows.output];
    return channelsBack(g, g.op(op, [g.name(first)], shape, 'float32', windowAttributes(windows)), windows);
  };

/** Each number goes to where the largest of its window is, the first of equals. */
const maxGradient =
  (geometry: Geometry): Lowering =>
  (g, { dy, input }, attrs) => {
    requireFloats(input!);
    const windows = geometry(input!.shape, attrs);
    const x = inputFirst(g, input!, windows);
    const [, places] = g.emit('MaxPool', [g.name(x)], windowAttributes(windows), { numOutputs: 2 });
    const count = sizeOf(dy!.shape);
    const flatPlaces = g.emit('Reshape', [places!, g.int64([count])])[0] as string;
    const flat = g.reshape(channelsFirst(g, dy!, windows), [count]);
    const zeros = g.name({ shape: [sizeOf(x.shape)], dtype: 'float32', fill: 0 });
    const attributes = { axis: int(0), reduction: text('add') };
    const added = g.op('ScatterElements', [zeros, flatPlaces, g.name(flat)], [sizeOf(x.shape)], 'float32', attributes);
    return inputBack(g, g.reshape(added, x.shape), windows);
  };

/** Each number is shared out evenly over its window; tfjs divides by its whole size, padding included. */
const averageGradient =
  (geometry: Geometry): Lowering =>
  (g: Graph, { dy, input }, attrs) => {
    const windows = geometry(input!.shape, attrs);
    const first = channelsFirst(g, dy!, windows);
    const [batch, channels] = first.shape as [number, number];
    const planes = g.reshape(first, [batch * channels, 1, ...windows.output]);
    const share: Sym = { shape: [1, 1, ...windows.size], dtype: 'float32', fill: 1 / sizeOf(windows.size) };
    const shared = spread(g, windows, planes, share, 1, 1);
    return inputBack(g, g.reshape(shared, [batch, channels, ...windows.input]), windows);
  };

export const pools: LoweringTable = {
  MaxPool: pooling('MaxPool', onImages),
  MaxPool3D: pooling('MaxPool', onVolumes),
  MaxPoolGrad: maxGradient(onImages),
  MaxPool3DGrad: maxGradient(onVolumes),
  AvgPool: pooling('AveragePool', onImages),
  AvgPool3D: pooling('AveragePool', onVolumes),
  AvgPoolGrad: averageGradient(onImages),
  AvgPool3DGrad: averageGradient(onVolumes),
};
