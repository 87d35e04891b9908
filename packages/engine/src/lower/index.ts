import { activations } from './activation.js';
import { blocks } from './blocks.js';
import { convolutions } from './conv.js';
import { cumulatives } from './cumulative.js';
import { elementwise } from './elementwise.js';
import { indexing } from './index-ops.js';
import { localResponse } from './local-response.js';
import { products } from './matmul.js';
import { pools } from './pool.js';
import { reductions } from './reduce.js';
import { resizing } from './resize.js';
import { shapes } from './shape.js';
import type { LoweringTable } from './table.js';

/** Every tfjs kernel that can be written as ONNX nodes; both the eager backend and the tracer read it. */
export const lowerings: LoweringTable = {
  ...elementwise,
  ...activations,
  ...reductions,
  ...cumulatives,
  ...products,
  ...shapes,
  ...blocks,
  ...indexing,
  ...convolutions,
  ...pools,
  ...resizing,
  ...localResponse,
};
