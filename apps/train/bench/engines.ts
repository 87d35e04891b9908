import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchEngine } from './case.js';
import { childEngine } from './child.js';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** tfjs in a process of its own, with these variables in its environment. */
export const tfjsEngine = (name: 'ort' | 'wasm' | 'cpu', env: Record<string, string> = {}): BenchEngine =>
  childEngine({
    name,
    command: process.execPath,
    args: ['--conditions=@vividmed/source', '--import', 'tsx', here('tfjs.ts'), name],
    env,
  });

/** The Python of the system, which is where Debian installs python3-torch. */
const python = '/usr/bin/python3';

/** Why PyTorch cannot be measured here; undefined where it can. */
export async function missingTorch(): Promise<string | undefined> {
  if (!existsSync(python)) return `no ${python}`;
  try {
    await promisify(execFile)(python, ['-c', 'import torch']);
    return undefined;
  } catch {
    return 'no python3-torch';
  }
}

/** PyTorch on the CPU in a process of its own, with so many threads. */
export const torchEngine = (threads: number): BenchEngine =>
  childEngine({
    name: 'torch',
    command: python,
    args: [here('torch/worker.py'), String(threads)],
    env: { OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) },
  });
