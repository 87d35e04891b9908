import { type EngineName, type EngineReport, engineNames } from '@vividmed/engine';
import type { TestedEngine } from '@vividmed/testing';
import { onProvider, type Survey } from './survey.js';

/** One engine of a run. */
export interface Row {
  engine: TestedEngine;
  runs: boolean;
  /** What it computes on, or why it is left out. */
  why: string;
}

const isReal = ({ error, device }: EngineReport): boolean => error === undefined && device?.isSoftware === false;

function describe({ error, device }: EngineReport): string {
  if (error !== undefined) return error;
  if (!device) return 'on the CPU';
  return device.isSoftware ? `on ${device.name}, which is software` : `on ${device.name}`;
}

/** What runs: every engine that works; with `gpu` those alone that compute on a GPU, for which software does not count. */
export function plan({ engines, providers }: Survey, { gpu = false } = {}): Row[] {
  const reports = new Map(engines.map((report) => [report.name, report]));
  const rows: Row[] = engineNames.map((engine: EngineName) => {
    const report = reports.get(engine)!;
    return { engine, runs: gpu ? isReal(report) : report.error === undefined, why: describe(report) };
  });
  rows.push({
    engine: 'jit',
    runs: !gpu && reports.get('ort')!.error === undefined,
    why: 'traced, in ONNX Runtime on the CPU',
  });
  const webgpu = reports.get('webgpu')!;
  for (const provider of ['webgpu', 'cuda'] as const) {
    const found = providers[provider] ?? '';
    const works = found === onProvider(provider);
    // The provider does not tell its adapter; the engine webgpu asks the same library.
    const isSoftware = provider === 'webgpu' && !isReal(webgpu);
    const why = works && isSoftware ? 'no adapter that is known to be hardware; in software it takes minutes' : found;
    rows.push({ engine: `jit-${provider}`, runs: works && !isSoftware, why });
  }
  return gpu ? rows.filter(({ engine }) => engine.includes('gpu') || engine.startsWith('jit-')) : rows;
}

/** What `pnpm test:gpu` says where there is no GPU. */
export function noGpu(rows: readonly Row[]): string {
  const looked = rows.map(({ engine, why }) => `  ${engine}: ${why}`);
  return [
    'test:gpu: expected a GPU that works, found none. Looked for:',
    ...looked,
    'Hint: `pnpm install:webgpu` on a machine with a Vulkan, Metal or D3D12 driver, or install @tensorflow/tfjs-node-gpu beside CUDA.',
  ].join('\n');
}
