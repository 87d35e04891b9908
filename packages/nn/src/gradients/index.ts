import { registerComparisonGradients } from './comparisons.js';
import { registerGatherGradient } from './gather.js';
import { registerMatMulGradient } from './mat-mul.js';

let isRegistered = false;

/**
 * Gives tfjs the gradients that it lacks: of `matMul` with broadcast batches, of `gather` on wasm, and of comparisons;
 * and a faster one of `matMul` on wasm. It changes tfjs for the whole process, once however often it is called.
 */
export function registerGradients(): void {
  if (isRegistered) return;
  isRegistered = true;
  registerMatMulGradient();
  registerGatherGradient();
  registerComparisonGradients();
}
