import { jit } from '@vividmed/engine';
import { createReader, type ImageReader, type ModelInUse } from '@vividmed/inference';

// Graphs differ in the lengths of caches and in the sizes of batches.
const maxGraphs = 16;

/** Reads images with a model, compiled by the engine. */
export const compiledReader = (model: ModelInUse): ImageReader =>
  createReader(model, { compile: (fn) => jit(fn, { maxGraphs }) });
