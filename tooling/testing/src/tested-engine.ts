import * as tf from '@tensorflow/tfjs';
import { type EngineName, type ExecutionProvider, jit, useEngine } from '@vividmed/engine';
import { inject } from 'vitest';

/** `jit` is the engine `ort` with every function traced into one graph; its provider of ONNX Runtime may follow. */
export type TestedEngine = EngineName | 'jit' | 'jit-webgpu' | 'jit-cuda';

declare module 'vitest' {
  interface ProvidedContext {
    /** What the project of vitest computes with, where it names something. */
    engine?: TestedEngine;
  }
}

/** What the tests of this project compute with. */
export const testedEngine = (): TestedEngine =>
  inject('engine') ?? (process.env['VIVIDMED_ENGINE'] as EngineName | undefined) ?? 'cpu';

const isTraced = (engine: TestedEngine): boolean => engine.startsWith('jit');

export async function startTestedEngine(): Promise<void> {
  const engine = testedEngine();
  const [, provider] = engine.split('jit-') as [string, ExecutionProvider?];
  if (isTraced(engine)) {
    const { reason } = await useEngine('ort', { executionProviders: provider ? [provider] : [] });
    if (provider && !reason.includes(`graphs on ${provider}`)) throw new Error(`${engine}: ${reason}`);
  } else await useEngine(engine);
  // Golden files are small: left to its default, nearly all of them would be computed in plain JavaScript.
  if (tf.getBackend() === 'webgpu') tf.env().set('WEBGPU_CPU_FORWARD', false);
  if (tf.getBackend() === 'ort') tf.env().set('ORT_SMALLEST_SIZE', inject('engine') ? 0 : 2048);
}

/** Computes a pure function as the engine under test does: eagerly, or traced into one graph. The caller owns the results. */
export function compute(fn: (inputs: tf.Tensor[]) => tf.Tensor[], inputs: readonly tf.Tensor[]): tf.Tensor[] {
  if (!isTraced(testedEngine())) return tf.tidy(() => fn([...inputs]));
  const traced = jit(fn);
  try {
    return traced(inputs);
  } finally {
    traced.dispose();
  }
}

export interface Bounds {
  rtol: number;
  atol: number;
}

/** How far an engine may be from PyTorch where a test asks for less, in parts of the largest value. */
const leastRtol: Partial<Record<TestedEngine, number>> = {
  // WGSL lets sin and cos be wrong by 2^-11, and exp, pow and quotients by several units in the last place.
  webgpu: 1e-3,
  'jit-webgpu': 1e-3,
};

/** The bounds of a test, or those of the engine under test where they are wider. */
export const testedBounds = ({ rtol, atol }: Bounds): Bounds => ({
  rtol: Math.max(rtol, leastRtol[testedEngine()] ?? 0),
  atol,
});
