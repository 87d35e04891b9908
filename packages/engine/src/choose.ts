import * as tf from '@tensorflow/tfjs';
import { VividMedError } from '@vividmed/core';
import {
  type Candidate,
  type Device,
  engineNames,
  type EngineName,
  type ExecutionProvider,
  executionProviders as knownProviders,
  firstLine,
  type Loaded,
  type LoadOptions,
} from './engines/candidate.js';

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
  /** The GPU, where there is one. */
  readonly device?: Device;
  /** Engines that did not work, in the order they were tried. */
  readonly tried: readonly EngineFailure[];
}

export interface EngineOptions {
  /**
   * What `ort` runs the graphs of `jit` on: the first of `cuda` and `webgpu` that works, the CPU where none does. By default what the
   * variable `VIVIDMED_PROVIDERS` of the environment lists, joined by commas.
   */
  executionProviders?: readonly ExecutionProvider[];
}

/** Chooses what computes; see `useEngine`. */
export type UseEngine = (name?: 'auto' | EngineName | (string & {}), options?: EngineOptions) => Promise<EngineInfo>;

/** Makes an engine the current one and has it compute a product whose result is known. */
export async function startEngine({ load, backend }: Candidate, options: LoadOptions): Promise<Loaded> {
  const loaded = await load(options);
  if (!(await tf.setBackend(backend))) throw new Error('it does not start');
  await tf.ready();
  const size = 64;
  const product = tf.tidy(() => tf.matMul(tf.fill([size, size], 2), tf.fill([size, size], 0.5)));
  const values = await product.data();
  product.dispose();
  if (!values.every((v) => Math.abs(v - size) < 1e-3)) throw new Error('it computes a wrong product');
  return loaded;
}

const environment = (name: string): string => globalThis.process?.env[name] || '';

/** The providers that are asked for, checked. */
function providersOf({ executionProviders }: EngineOptions): ExecutionProvider[] {
  const names = executionProviders ?? environment('VIVIDMED_PROVIDERS').split(',').filter(Boolean);
  return names.map((name) => {
    const known = knownProviders.find((provider) => provider === name);
    if (known) return known;
    throw new VividMedError(
      'config',
      `useEngine: expected execution providers among ${knownProviders.join(', ')}, found ${name}.`,
    );
  });
}

/** `useEngine` over the engines that a platform has, best first. */
export const engineChooser =
  (candidates: readonly Candidate[]): UseEngine =>
  async (name = environment('VIVIDMED_ENGINE') || 'auto', options = {}) => {
    const isAuto = name === 'auto';
    if (!isAuto && !engineNames.some((known) => known === name))
      throw new VividMedError('config', `useEngine: expected auto, ${engineNames.join(', ')}, found ${name}.`);
    const executionProviders = providersOf(options);
    const wanted = candidates.filter((candidate) => isAuto || candidate.name === name);
    const previous = tf.getBackend();
    const tried: EngineFailure[] = [];
    for (const candidate of wanted) {
      try {
        const { device, note } = await startEngine(candidate, { isAsked: !isAuto, executionProviders });
        const reason = [isAuto ? 'the first that works' : 'asked for', ...(note ? [note] : [])].join('; ');
        return { name: candidate.name, reason, threads: candidate.threads(), ...(device && { device }), tried };
      } catch (cause) {
        tried.push({ name: candidate.name, error: firstLine(cause instanceof Error ? cause.message : String(cause)) });
      }
    }
    if (previous) await tf.setBackend(previous);
    const errors = tried.map((failure) => `${failure.name}: ${failure.error}`).join('; ');
    throw new VividMedError(
      'unsupported',
      `useEngine: expected a working engine, found none (${errors || `${name} does not run on this platform`}).`,
      { hint: 'Use "auto" to take whatever works on this machine.' },
    );
  };
