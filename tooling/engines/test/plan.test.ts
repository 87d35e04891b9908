import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { type EngineReport, engineNames } from '@vividmed/engine';
import { expect, test } from 'vitest';
import { noGpu, plan } from '../src/plan.js';

const root = join(import.meta.dirname, '../../..');
const missing = (name: EngineReport['name']): EngineReport => ({ name, error: `${name} is not installed` });
const machine = (changes: Partial<EngineReport>[]): EngineReport[] =>
  engineNames.map((name) => {
    const change = changes.find((report) => report.name === name);
    return change ? ({ name, gflops: 1, ...change } as EngineReport) : missing(name);
  });
const plainMachine = [{ name: 'ort' }, { name: 'wasm' }, { name: 'cpu' }] as const;
const swiftShader = { name: 'webgpu', device: { name: 'SwiftShader Device', isSoftware: true } } as const;
const card = { name: 'webgpu', device: { name: 'A real card', isSoftware: false } } as const;
const onWebgpu = { webgpu: 'traced graphs on webgpu', cuda: 'traced graphs on cpu; not cuda: no library' };
const running = (rows: ReturnType<typeof plan>): string[] =>
  rows.filter(({ runs }) => runs).map(({ engine }) => engine);

test('what works runs, and the others are named with the reason', () => {
  const rows = plan({ engines: machine([...plainMachine]), providers: {} });
  expect(running(rows)).toEqual(['ort', 'wasm', 'cpu', 'jit']);
  expect(rows.find(({ engine }) => engine === 'tfjs-node')!.why).toBe('tfjs-node is not installed');
});

test('a GPU in software is good for the engines, and no GPU', () => {
  const found = { engines: machine([...plainMachine, swiftShader]), providers: onWebgpu };
  expect(running(plan(found))).toEqual(['webgpu', 'ort', 'wasm', 'cpu', 'jit']);
  const rows = plan(found, { gpu: true });
  expect(running(rows)).toEqual([]);
  expect(noGpu(rows)).toContain('webgpu: on SwiftShader Device, which is software');
  expect(noGpu(rows)).toContain('jit-cuda: traced graphs on cpu; not cuda: no library');
});

test('on a GPU its engines run, and traced graphs on it', () => {
  const found = { engines: machine([...plainMachine, card]), providers: onWebgpu };
  expect(running(plan(found))).toEqual(['webgpu', 'ort', 'wasm', 'cpu', 'jit', 'jit-webgpu']);
  expect(running(plan(found, { gpu: true }))).toEqual(['webgpu', 'jit-webgpu']);
});

/** Runs the command here, where SwiftShader may be all there is. */
const testGpu = (args: string[]): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    const flags = ['--conditions=@vividmed/source', '--import', 'tsx', 'tooling/engines/src/cli.ts', ...args];
    const env = { ...process.env, VK_ICD_FILENAMES: '/nowhere.json', CUDA_VISIBLE_DEVICES: '' };
    const child = execFile(process.execPath, flags, { cwd: root, env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, said: stdout + stderr }),
    );
  });

test('test:gpu fails where there is no GPU, and says what it looked for and what it found', async () => {
  const { code, said } = await testGpu(['--gpu']);
  expect(code).toBe(1);
  expect(said).toContain('test:gpu: expected a GPU that works, found none. Looked for:');
  expect(said).toMatch(/ {2}tfjs-node-gpu: \S.*\n {2}webgpu: \S/);
  expect(said).toMatch(/ {2}jit-webgpu: traced graphs on cpu; not webgpu: \S/);
});

test('an engine that is none is refused', async () => {
  const { code, said } = await testGpu(['--engine', 'abacus']);
  expect(code).toBe(2);
  expect(said).toContain('found abacus');
});
