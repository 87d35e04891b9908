import * as tf from '@tensorflow/tfjs';
import { startEngine } from './choose.js';
import { type Candidate, type Device, type EngineName, firstLine } from './engines/candidate.js';

/** What one engine can do on this machine. */
export interface EngineReport {
  readonly name: EngineName;
  /** Why it cannot be used, in one line; undefined where it works. */
  readonly error?: string;
  /** The GPU, where there is one. */
  readonly device?: Device;
  /** Rate of a product of square matrices, in 10^9 floating-point operations per second, the best of several. */
  readonly gflops?: number;
}

/** Seconds spent on the products of one engine, about. */
const budget = 0.4;

/** Times products of growing matrices until one takes long enough to be told from the cost of a call. */
async function matmulRate(): Promise<number> {
  let best = 0;
  const began = performance.now();
  for (let size = 128; size <= 1024;) {
    const [a, b] = [tf.randomNormal([size, size]), tf.randomNormal([size, size])];
    const at = performance.now();
    const product = tf.matMul(a, b);
    await product.data();
    const seconds = (performance.now() - at) / 1000;
    tf.dispose([a, b, product]);
    best = Math.max(best, (2 * size ** 3) / seconds / 1e9);
    const spent = (performance.now() - began) / 1000;
    if (spent > budget) break;
    // Eight times the work has to fit.
    if (size < 1024 && seconds * 8 < budget - spent) size *= 2;
  }
  return best;
}

export async function inspect(candidates: readonly Candidate[]): Promise<EngineReport[]> {
  const previous = tf.getBackend();
  const reports: EngineReport[] = [];
  for (const candidate of candidates) {
    const { name } = candidate;
    try {
      const { device } = await startEngine(candidate, { isAsked: true, executionProviders: [] });
      reports.push({ name, gflops: await matmulRate(), ...(device && { device }) });
    } catch (cause) {
      reports.push({ name, error: firstLine(cause instanceof Error ? cause.message : String(cause)) });
    }
  }
  if (previous) await tf.setBackend(previous);
  return reports;
}
