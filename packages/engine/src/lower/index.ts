import { convolutions } from './conv.js';
import { elementwise } from './elementwise.js';
import { indexing } from './index-ops.js';
import { products } from './matmul.js';
import { pools } from './pool.js';
import { reductions } from './reduce.js';
import { resizing } from './resize.js';
import { shapes } from './shape.js';
import type { LoweringTable } from './table.js';

/** Every tfjs kernel that can be written as ONNX nodes; both the eager backend and the tracer read it. */
export const lowerings: LoweringTable = {
  ...elementwise,
  ...reductions,
  ...products,
  ...shapes,
  ...indexing,
  ...convolutions,
  ...pools,
  ...resizing,
};
