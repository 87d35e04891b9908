import { elementwiseCases } from './elementwise.js';
import type { Case } from './inputs.js';
import { reductionCases } from './reductions.js';
import { indexCases, productCases, shapeCases } from './shapes.js';
import { windowCases } from './windows.js';

/** How to draw calls of each kernel that is written as ONNX nodes. */
export const cases: Record<string, Case> = {
  ...elementwiseCases,
  ...reductionCases,
  ...productCases,
  ...shapeCases,
  ...indexCases,
  ...windowCases,
};
