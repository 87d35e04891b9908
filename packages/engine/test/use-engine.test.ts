import { execFileSync } from 'node:child_process';
import * as tf from '@tensorflow/tfjs';
import { type EngineName, engineNames, type ExecutionProvider, inspectEngines, jit, useEngine } from '@vividmed/engine';
import { afterAll, afterEach, expect, test, vi } from 'vitest';

const started = tf.getBackend();
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});
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

/** A machine whose WebGPU has this adapter, as far as the choice looks. */
function stubAdapter(info: object): void {
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => ({ info }) } });
}

test.each([
  [{ vendor: 'google', architecture: 'swiftshader', description: 'SwiftShader Device' }, 'SwiftShader Device'],
  [{ vendor: 'mesa', architecture: 'llvmpipe', description: '' }, 'mesa llvmpipe'],
  [{ vendor: 'any', architecture: 'thing', description: 'A thing', isFallbackAdapter: true }, 'A thing'],
])('auto passes over an adapter in software: %o', async (info, name) => {
  stubAdapter(info);
  const { tried } = await useEngine('auto');
  expect(tried).toContainEqual({ name: 'webgpu', error: `webgpu finds an adapter in software alone (${name})` });
});

test('auto does not take an adapter in hardware for software', async () => {
  stubAdapter({ vendor: 'nvidia', architecture: 'hopper', description: 'NVIDIA H100' });
  // There is no device behind it, so it fails later, for another reason.
  const { tried } = await useEngine('auto');
  expect(tried.map(({ error }) => error).join('; ')).not.toContain('in software alone');
});

test('wasm has the gradients that its own kernels lack', async () => {
  const gradient = async (engine: string): Promise<number[]> => {
    await useEngine(engine);
    const found = tf.tidy(() => {
      const x = tf.reshape(tf.linspace(-1, 1, 2 * 5 * 5 * 3), [2, 5, 5, 3]) as tf.Tensor4D;
      const filter = tf.reshape(tf.linspace(1, 2, 3 * 3 * 3 * 2), [3, 3, 3, 2]);
      return tf.grad((f) => tf.sum(tf.square(tf.conv2d(x, f as tf.Tensor4D, 1, 'same'))))(filter);
    });
    const values = [...(await found.data())];
    found.dispose();
    return values;
  };
  const [wasm, plain] = [await gradient('wasm'), await gradient('cpu')];
  const largest = Math.max(...plain.map(Math.abs));
  wasm.forEach((value, i) => expect(Math.abs(value - plain[i]!)).toBeLessThan(1e-5 * largest));
});

/** What a jitted function of a product computes on `ort` with these wishes. */
async function onProviders(wished: ExecutionProvider[]): Promise<{ reason: string; isRight: boolean }> {
  const { reason } = await useEngine('ort', { executionProviders: wished });
  const step = jit(([x]) => [tf.softmax(tf.matMul(x!, x!, false, true))]);
  const x = tf.ones([8, 4]);
  const [found] = step([x]);
  const isRight = found!.dataSync().every((value) => Math.abs(value - 1 / 8) < 1e-6);
  step.dispose();
  tf.dispose([x, found!]);
  return { reason, isRight };
}

test('without a provider that works traced graphs stay on the CPU, and one line says so', async () => {
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '');
  const { reason, isRight } = await onProviders(['cuda']);
  expect(reason).toMatch(/^asked for; traced graphs on cpu; not cuda: \S[^\n]*$/);
  expect(isRight).toBe(true);
});

test('traced graphs run on the provider webgpu where there is an adapter, else on the CPU', async () => {
  const { reason, isRight } = await onProviders(['webgpu']);
  expect(reason).toMatch(/^asked for; traced graphs on (webgpu|cpu; not webgpu: \S[^\n]*)$/);
  expect(isRight).toBe(true);
});

test('the environment names providers, and a wrong name is refused', async () => {
  vi.stubEnv('VIVIDMED_PROVIDERS', 'cpu');
  expect((await useEngine('ort')).reason).toBe('asked for');
  vi.stubEnv('VIVIDMED_PROVIDERS', 'cuda,abacus');
  await expect(useEngine('ort')).rejects.toThrow('expected execution providers among cuda, webgpu, cpu, found abacus');
});

test('the environment bounds the threads of ort, and what is no number is refused', async () => {
  vi.stubEnv('VIVIDMED_THREADS', '1');
  expect((await useEngine('ort')).threads).toBe(1);
  const x = tf.ones([300, 300]);
  // Wherever a function is to run, the thread that calls is all there is.
  const step = jit(([a]) => [tf.sum(tf.matMul(a!, a!))], { thread: 1 });
  const run = step.begin([x]);
  expect(run.isHere).toBe(true);
  const [sum] = run.finish();
  expect(sum!.dataSync()[0]).toBe(300 ** 3);
  step.dispose();
  tf.dispose([x, sum!]);
  vi.stubEnv('VIVIDMED_THREADS', 'many');
  await expect(useEngine('ort')).rejects.toThrow('VIVIDMED_THREADS: expected a whole number above 0, found many.');
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
