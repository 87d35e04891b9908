import * as tf from '@tensorflow/tfjs';
import { VividMedError } from '@vividmed/core';
import { cpu, ort, wasm } from './engines/built-in.js';
import { type Candidate, type EngineName, engineNames, firstLine } from './engines/candidate.js';
import { tfjsNode, tfjsNodeGpu } from './engines/tfjs-node.js';
import { webgpu } from './engines/webgpu/webgpu.js';

/** Why an engine cannot be used here. */
export interface EngineFailure {
  readonly name: EngineName;
  /** One line. */
  readonly error: string;
}

export interface EngineInfo {
  readonly name: EngineName;
  /** Why this one. */
  readonly reason: string;
  readonly threads: number;
  /** Engines that did not work, in the order they were tried. */
  readonly tried: readonly EngineFailure[];
}

/** Every engine, in the order of `engineNames`. */
export const candidates: readonly Candidate[] = [tfjsNodeGpu, webgpu, ort, tfjsNode, wasm, cpu];

/** Makes an engine the current one and has it compute a product whose result is known. */
export async function startEngine({ load, backend }: Candidate, isAsked: boolean): Promise<void> {
  await load(isAsked);
  if (!(await tf.setBackend(backend))) throw new Error('it does not start');
  await tf.ready();
  const size = 64;
  const product = tf.tidy(() => tf.matMul(tf.fill([size, size], 2), tf.fill([size, size], 0.5)));
  const values = await product.data();
  product.dispose();
  if (!values.every((v) => Math.abs(v - size) < 1e-3)) throw new Error('it computes a wrong product');
}

/** What the environment asks for. */
const askedByEnvironment = (): string => globalThis.process?.env['VIVIDMED_ENGINE'] || 'auto';

/**
 * Chooses what computes. `auto` takes the first that works of `tfjs-node-gpu` (CUDA), `webgpu` on a real GPU, `ort` (ONNX
 * Runtime), `tfjs-node`, `wasm` and `cpu` (plain JavaScript), and says why not the ones before. Packages of the two `tfjs-node`
 * and `webgpu` are used where they are installed. Without a name the variable `VIVIDMED_ENGINE` of the environment decides,
 * and `auto` where it is not set.
 *
 * @throws {VividMedError} `config` for a name that is none; `unsupported` when the named engine does not work here: the engine
 * in use stays.
 */
export async function useEngine(name: 'auto' | EngineName | (string & {}) = askedByEnvironment()): Promise<EngineInfo> {
  const isAuto = name === 'auto';
  const wanted = candidates.filter((candidate) => isAuto || candidate.name === name);
  if (wanted.length === 0)
    throw new VividMedError('config', `useEngine: expected auto, ${engineNames.join(', ')}, found ${name}.`);
  const previous = tf.getBackend();
  const tried: EngineFailure[] = [];
  for (const candidate of wanted) {
    try {
      await startEngine(candidate, !isAuto);
      const reason = isAuto ? 'the first that works' : 'asked for';
      return { name: candidate.name, reason, threads: candidate.threads(), tried };
    } catch (cause) {
      tried.push({ name: candidate.name, error: firstLine(cause instanceof Error ? cause.message : String(cause)) });
    }
  }
  if (previous) await tf.setBackend(previous);
  const errors = tried.map((t) => `${t.name}: ${t.error}`).join('; ');
  throw new VividMedError('unsupported', `useEngine: expected a working engine, found none (${errors}).`, {
    hint: 'Use "auto" to take whatever works on this machine.',
  });
}
