import { execFileSync } from 'node:child_process';
import * as tf from '@tensorflow/tfjs';
import { type EngineName, engineNames, inspectEngines, useEngine } from '@vividmed/engine';
import { afterAll, afterEach, expect, test, vi } from 'vitest';

const started = tf.getBackend();
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => void (await useEngine(started)));

const gpuEngines: ReadonlySet<EngineName> = new Set(['tfjs-node-gpu', 'webgpu']);

test('auto takes the first engine that works, and says in one line why not the ones before', async () => {
  const { name, reason, tried } = await useEngine('auto');
  expect(reason).toBe('the first that works');
  // On a machine with a GPU that works and the packages for it, one of the first two is right.
  if (!gpuEngines.has(name)) expect(name).toBe('ort');
  expect(tried.map((failure) => failure.name)).toEqual(engineNames.slice(0, engineNames.indexOf(name)));
  for (const { error } of tried) expect(error).toMatch(/^\S[^\n]+$/);
});

test('a package that is not installed is told by its name', async () => {
  const missing = (await inspectEngines()).filter(({ error }) => error?.includes('is not installed'));
  for (const { name, error } of missing) {
    expect(error).toMatch(
      /^(@tensorflow\/tfjs-node|@tensorflow\/tfjs-node-gpu|webgpu|@tensorflow\/tfjs-backend-webgpu) /,
    );
    await expect(useEngine(name)).rejects.toMatchObject({ code: 'unsupported' });
    await expect(useEngine(name)).rejects.toThrow(`found none (${name}: ${error})`);
  }
});

test('a wrong name is refused, and the engine in use stays', async () => {
  await useEngine('cpu');
  await expect(useEngine('gpu')).rejects.toThrow(`expected auto, ${engineNames.join(', ')}, found gpu`);
  await expect(useEngine('gpu')).rejects.toMatchObject({ code: 'config' });
  expect(tf.getBackend()).toBe('cpu');
});

test('the environment decides where no name is given, and only there', async () => {
  vi.stubEnv('VIVIDMED_ENGINE', 'wasm');
  expect(await useEngine()).toMatchObject({ name: 'wasm', reason: 'asked for' });
  expect(await useEngine('cpu')).toMatchObject({ name: 'cpu' });
  vi.stubEnv('VIVIDMED_ENGINE', 'abacus');
  await expect(useEngine()).rejects.toThrow('found abacus');
});

test('every engine is tried and measured, and the engine in use is in use afterwards', async () => {
  await useEngine('wasm');
  const reports = await inspectEngines();
  expect(reports.map(({ name }) => name)).toEqual(engineNames);
  for (const { name, error, gflops } of reports) {
    if (error === undefined) expect(gflops, name).toBeGreaterThan(0);
    else expect(gflops, name).toBeUndefined();
  }
  for (const name of ['ort', 'wasm', 'cpu'] as const)
    expect(reports.find((report) => report.name === name)!.error, name).toBeUndefined();
  expect(tf.getBackend()).toBe('wasm');
});

/** A program for which the binding of ONNX Runtime throws when it is loaded. */
const withoutOrt = `
  import { createRequire } from 'node:module';
  import { pathToFileURL } from 'node:url';
  const require = createRequire(pathToFileURL(process.cwd() + '/src/onnx/native.ts'));
  const id = require.resolve('onnxruntime-node/dist/binding.js');
  const broken = { get exports() { throw new Error('no binary here\\nfor this machine'); } };
  require.cache[id] = Object.defineProperties({ id, filename: id, loaded: true }, Object.getOwnPropertyDescriptors(broken));
  const { useEngine } = await import('@vividmed/engine');
  const { name, tried } = await useEngine('auto');
  console.log(JSON.stringify({ name, ort: tried.find((failure) => failure.name === 'ort') }));
`;

test('a binary that does not load leads to the next engine, with one line said', () => {
  const flags = ['--conditions=@vividmed/source', '--import', 'tsx', '--input-type=module', '--eval', withoutOrt];
  const printed = execFileSync(process.execPath, flags, {
    encoding: 'utf8',
    cwd: new URL('..', import.meta.url),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { name, ort } = JSON.parse(printed.trim().split('\n').at(-1)!) as { name: string; ort: { error: string } };
  expect(['tfjs-node', 'wasm']).toContain(name);
  expect(ort.error).toMatch(/onnxruntime-node[^\n]*$/);
});
