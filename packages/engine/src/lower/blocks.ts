import * as tf from '@tensorflow/tfjs';
import { sizeOf } from '../onnx/graph.js';
import { pad, slice } from './shape.js';
import type { Lowering, LoweringTable } from './table.js';

const { getReshaped, getPermuted, getReshapedPermuted, getSliceBeginCoords, getSliceSize } = tf.backend_util;

const spaceToBatch: Lowering = (g, { x }, { blockShape, paddings }) => {
  const rest = x!.shape.slice(1 + blockShape.length).map((): [number, number] => [0, 0]);
  const padded = pad(g, x!, [[0, 0], ...paddings, ...rest]);
  const count = sizeOf(blockShape);
  const split = g.reshape(padded, getReshaped([...padded.shape], blockShape, count, false));
  const turned = g.transpose(split, getPermuted(split.shape.length, blockShape.length, false));
  return g.reshape(turned, getReshapedPermuted([...padded.shape], blockShape, count, false));
};

const batchToSpace: Lowering = (g, { x }, { blockShape, crops }) => {
  const count = sizeOf(blockShape);
  const split = g.reshape(x!, getReshaped([...x!.shape], blockShape, count));
  const turned = g.transpose(split, getPermuted(split.shape.length, blockShape.length));
  const whole = getReshapedPermuted([...x!.shape], blockShape, count);
  const rest = whole.slice(1 + blockShape.length);
  const begin = [...getSliceBeginCoords(crops, blockShape.length), ...rest.map(() => 0)];
  return slice(g, g.reshape(turned, whole), begin, [...getSliceSize(whole, crops, blockShape.length), ...rest]);
};

/** [B, H, W, s s C] to [B, s H, s W, C]. */
const depthToSpace: Lowering = (g, { x }, { blockSize: s, dataFormat }) => {
  if (dataFormat !== 'NHWC') throw new Error(`DepthToSpace of ${dataFormat}`);
  const [batch, height, width, depth] = x!.shape as [number, number, number, number];
  const channels = depth / (s * s);
  const split = g.reshape(x!, [batch, height, width, s, s, channels]);
  return g.reshape(g.transpose(split, [0, 1, 3, 2, 4, 5]), [batch, height * s, width * s, channels]);
};

export const blocks: LoweringTable = {
  SpaceToBatchND: spaceToBatch,
  BatchToSpaceND: batchToSpace,
  DepthToSpace: depthToSpace,
};
