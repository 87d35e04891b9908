import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { check, VividMedError } from '@vividmed/core';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { endMarker, endMessage, leastBytes } from './end-marker.js';

/** Element types that tfjs tensors and ONNX share. */
export type DType = 'float32' | 'int32' | 'bool';
export type Values = Float32Array | Int32Array | Uint8Array;

/** One loaded model. `run` blocks until the results are in the arrays of the fetches. */
export interface Session {
  run(feeds: Record<string, OrtTensor>, fetches: Record<string, OrtTensor>): void;
  dispose(): void;
}

interface NativeSession {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
  run(feeds: object, fetches: object, options: object): Record<string, OrtTensor>;
  dispose(): void;
}

interface Native {
  Session: new () => NativeSession;
  Tensor: typeof OrtTensor;
}

let native: Native | undefined;

/**
 * The ONNX Runtime binding below the public, asynchronous API: kernels of tfjs have to return synchronously.
 *
 * The only place that loads it. The path inside the package is private to `onnxruntime-node`, hence its exact pin.
 */
function load(): Native {
  if (native) return native;
  try {
    const require = createRequire(import.meta.url);
    const { binding, initOrt } = require('onnxruntime-node/dist/binding.js');
    const { env, Tensor } = require('onnxruntime-node');
    // Errors are thrown; the library would print them as well, in pages of its own.
    env.logLevel = 'fatal';
    initOrt();
    native = { Session: binding.InferenceSession, Tensor };
    return native;
  } catch (cause) {
    throw new VividMedError(
      'unsupported',
      `engine: expected the binary of onnxruntime-node for ${process.platform}-${process.arch}, found none that loads.`,
      {
        hint: 'Use the engine "wasm" or "cpu", or install onnxruntime-node 1.30.0 for this platform.',
        cause,
      },
    );
  }
}

/**
 * Threads to compute with: as many as the variable `VIVIDMED_THREADS` of the environment says, else one for each processor.
 *
 * @throws {VividMedError} config, when it says something else than a number above 0.
 */
export function numThreads(): number {
  const asked = process.env['VIVIDMED_THREADS'];
  if (!asked) return availableParallelism();
  const count = Number(asked);
  check(
    Number.isInteger(count) && count > 0,
    'config',
    `VIVIDMED_THREADS: expected a whole number above 0, found ${asked}.`,
  );
  return count;
}

/** The folder that sessions write the times of their operators into when they are disposed; undefined where nobody asked for it. */
export const profileFolder = (): string | undefined => process.env['VIVIDMED_PROFILE'] || undefined;

let numProfiles = 0;

function profileOptions(): object {
  const folder = profileFolder();
  if (folder === undefined) return {};
  mkdirSync(folder, { recursive: true });
  return { enableProfiling: true, profileFilePrefix: join(folder, `${process.pid}-${numProfiles++}`) };
}

/** Options of a session that computes with so many threads. */
export const sessionOptions = (threads: number, provider = 'cpu'): object => ({
  // What the provider does not know, ONNX Runtime leaves to the CPU.
  executionProviders: [provider],
  ...profileOptions(),
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  // Higher levels take as long again to prepare a training step and make it no faster.
  graphOptimizationLevel: 'basic',
  // What fails is thrown, and said once.
  logSeverityLevel: 4,
  // Planned memory made the second run of a large graph several times slower and later ones no faster.
  enableMemPattern: false,
  // Idle threads that spin steal the cores from other sessions and from JavaScript.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});

function runSession(
  session: NativeSession,
  feeds: Record<string, OrtTensor>,
  fetches: Record<string, OrtTensor>,
): void {
  const bytes = Object.values(fetches).reduce((sum, { data }) => sum + (data as Values).byteLength, 0);
  try {
    session.run(feeds, bytes < leastBytes ? fetches : { ...fetches, [endMarker]: null }, {});
  } catch (error) {
    if (!String(error).includes(endMessage)) throw error;
  }
}

/** @throws {VividMedError} unsupported, when the model or the binary does not load. */
export function createSession(
  model: Uint8Array,
  {
    threads = numThreads(),
    where = 'engine',
    provider = 'cpu',
  }: { threads?: number; where?: string; provider?: string } = {},
): Session {
  const session = new (load().Session)();
  try {
    session.loadModel(model.buffer, model.byteOffset, model.byteLength, sessionOptions(threads, provider));
  } catch (cause) {
    throw new VividMedError(
      'unsupported',
      `${where}: expected a graph that ONNX Runtime accepts, found: ${String(cause)}`,
      {
        cause,
      },
    );
  }
  return {
    run: (feeds, fetches) => runSession(session, feeds, fetches),
    dispose: () => session.dispose(),
  };
}

/** Wraps an array for a session without copying it. */
export function ortTensor(dtype: DType, values: Values, shape: readonly number[]): OrtTensor {
  const { Tensor } = load();
  return new Tensor(dtype, values as Float32Array, shape as number[]);
}
