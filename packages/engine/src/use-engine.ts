import { dirname } from 'node:path';
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
import { VividMedError } from '@vividmed/core';
import { numThreads } from './onnx/native.js';
import { registerOrt } from './ort/backend.js';

export type EngineName = 'ort' | 'wasm' | 'cpu';

export interface EngineInfo {
  readonly name: EngineName;
  /** Why this one. */
  readonly reason: string;
  readonly threads: number;
  /** Engines that did not work, in the order they were tried. */
  readonly tried: readonly { name: EngineName; error: string }[];
}

const order: readonly EngineName[] = ['ort', 'wasm', 'cpu'];

/** Makes an engine the current one and has it compute a product whose result is known. */
async function start(name: EngineName): Promise<void> {
  if (name === 'ort') registerOrt();
  if (name === 'wasm') {
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(`${dirname(entry)}/`);
  }
  if (!(await tf.setBackend(name))) throw new Error('it does not start');
  await tf.ready();
  const size = 64;
  const product = tf.tidy(() => tf.matMul(tf.fill([size, size], 2), tf.fill([size, size], 0.5)));
  const values = await product.data();
  product.dispose();
  if (!values.every((v) => Math.abs(v - size) < 1e-3)) throw new Error('it computes a wrong product');
}

/**
 * Chooses what computes: `ort` (ONNX Runtime), `wasm` or `cpu` (plain JavaScript). `auto` takes the first of them that
 * works and says why not the ones before.
 *
 * @throws {VividMedError} unsupported, when the named engine does not work here; the engine in use stays.
 */
export async function useEngine(name: 'auto' | EngineName | (string & {}) = 'auto'): Promise<EngineInfo> {
  if (name !== 'auto' && !order.includes(name as EngineName)) {
    throw new VividMedError('config', `useEngine: expected auto, ${order.join(', ')}, found ${name}.`);
  }
  const previous = tf.getBackend();
  const tried: { name: EngineName; error: string }[] = [];
  for (const candidate of name === 'auto' ? order : [name as EngineName]) {
    try {
      await start(candidate);
      const reason = name === 'auto' ? 'the first that works' : 'asked for';
      return { name: candidate, reason, threads: candidate === 'ort' ? numThreads() : 1, tried };
    } catch (cause) {
      tried.push({
        name: candidate,
        error: cause instanceof Error ? cause.message : String(cause),
      });
    }
  }
  if (previous) await tf.setBackend(previous);
  const errors = tried.map((t) => `${t.name}: ${t.error}`).join('; ');
  throw new VividMedError('unsupported', `useEngine: expected a working engine, found none (${errors}).`, {
    hint: 'Use "auto" to take whatever works on this machine.',
  });
}
