import type * as tf from '@tensorflow/tfjs';
import { type Graph, int, ints, type Sym, sizeOf } from '../onnx/graph.js';
import { pad, slice } from './shape.js';
import { range } from './table.js';

type Info = tf.backend_util.Conv2DInfo | tf.backend_util.Conv3DInfo;

/** Windows over an image or a volume; lists go over depth (of volumes), height and width. */
export interface Windows {
  /** Of the part that windows reach. */
  readonly input: readonly number[];
  /** Elements before that part: tfjs centres what strides leave over of a volume, while ONNX wants windows from the first on. */
  readonly skipped: readonly number[];
  readonly output: readonly number[];
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Padding before the first element. */
  readonly before: readonly number[];
  /** From the end of the input to the end of the last window; negative where elements are left over. */
  readonly after: readonly number[];
  readonly isChannelsLast: boolean;
}

/** @throws when no window fits, which the plain kernels answer in their own way. */
export function windowsOf(info: Info): Windows {
  const volume = 'inDepth' in info ? info : undefined;
  const whole = [...(volume ? [volume.inDepth] : []), info.inHeight, info.inWidth];
  const output = [...(volume ? [volume.outDepth] : []), info.outHeight, info.outWidth];
  const size = [...(volume ? [volume.filterDepth] : []), info.filterHeight, info.filterWidth];
  const stride = [...(volume ? [volume.strideDepth] : []), info.strideHeight, info.strideWidth];
  const dilation = [...(volume ? [volume.dilationDepth] : []), info.dilationHeight, info.dilationWidth];
  const padding = [...(volume ? [volume.padInfo.front] : []), info.padInfo.top, info.padInfo.left];
  const skipped = padding.map((d) => Math.max(0, -d));
  const before = padding.map((d) => Math.max(0, d));
  const input = whole.map((d, i) => d - skipped[i]!);
  const after = input.map((d, i) => (output[i]! - 1) * stride[i]! + (size[i]! - 1) * dilation[i]! + 1 - before[i]! - d);
  if (sizeOf(info.outShape) === 0 || output.some((d) => d < 1)) throw new Error('windows larger than their input');
  return {
    input,
    skipped,
    output,
    size,
    stride,
    dilation,
    before,
    after,
    isChannelsLast: info.dataFormat === 'channelsLast',
  };
}

/** The attributes of ONNX that convolutions and pooling share; convolutions add their dilations. */
export const windowAttributes = ({ size, stride, before, after }: Windows) => ({
  kernel_shape: ints(size),
  strides: ints(stride),
  pads: ints([...before, ...after.map((end) => Math.max(0, end))]),
});

/** [B, ..., C] to [B, C, ...], where it is not so already. */
export function channelsFirst(g: Graph, x: Sym, { isChannelsLast }: Windows): Sym {
  const rank = x.shape.length;
  return isChannelsLast ? g.transpose(x, [0, rank - 1, ...range(rank - 2).map((i) => i + 1)]) : x;
}

/** [B, C, ...] to where the channels of tfjs are. */
export function channelsBack(g: Graph, x: Sym, { isChannelsLast }: Windows): Sym {
  return isChannelsLast ? g.transpose(x, [0, ...range(x.shape.length - 2).map((i) => i + 2), 1]) : x;
}

/** What windows go over, as [B, C, ...]. */
export function inputFirst(g: Graph, x: Sym, windows: Windows): Sym {
  const first = channelsFirst(g, x, windows);
  return slice(g, first, [0, 0, ...windows.skipped], [...first.shape.slice(0, 2), ...windows.input]);
}

/** A gradient of what windows go over back in the shape of the input: nothing flows to what they leave out. */
export function inputBack(g: Graph, gradient: Sym, windows: Windows): Sym {
  const none: [number, number] = [0, 0];
  const amounts = windows.skipped.map((d): [number, number] => [d, 0]);
  return channelsBack(g, pad(g, gradient, [none, none, ...amounts]), windows);
}

/** Sums over windows spread back to their inputs: the transpose of a convolution, [B, O, output] to [B, I, input]. */
export function spread(g: Graph, windows: Windows, sums: Sym, filter: Sym, channels: number, group: number): Sym {
  const attributes = { ...windowAttributes(windows), dilations: ints(windows.dilation), group: int(group) };
  const outputPadding = ints(windows.after.map((end) => Math.max(0, -end)));
  return g.op(
    'ConvTranspose',
    [g.name(sums), g.name(filter)],
    [sums.shape[0]!, channels, ...windows.input],
    'float32',
    { ...attributes, output_padding: outputPadding },
  );
}
