import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { BenchCase, BenchEngine } from '../bench/case.js';
import { cases } from '../bench/cases.js';
import { childEngine } from '../bench/child.js';
import { missingTorch, tfjsEngine, torchEngine } from '../bench/engines.js';
import { transformerFlops } from '../bench/flops.js';
import { renderProfile, summarise } from '../bench/profile.js';
import { profileCase } from '../bench/profiler.js';
import { BenchResult } from '../bench/result.js';
import { runBench } from '../bench/runner.js';
import { pairedRatio, spread } from '../bench/statistics.js';
import { renderTable } from '../bench/table.js';

const caseOf = (name: string, more: Partial<BenchCase> = {}): BenchCase => ({
  name,
  group: 'group',
  kind: 'fake',
  sizes: {},
  ...more,
});

/** An engine whose rounds of each case take the times given; a number of losses or an error in place of them. */
function fake(
  name: string,
  times: Record<string, number[]>,
  { values = {}, log = [] }: { values?: Record<string, number>; log?: string[] } = {},
): () => BenchEngine {
  return () => {
    let left: number[] = [];
    return {
      name,
      start: () => Promise.resolve({ version: '1' }),
      prepare: ({ name: what }) => {
        left = [...times[what]!];
        const value = values[what];
        return Promise.resolve({ ms: left[0]!, ...(value !== undefined && { value }) });
      },
      run: () => {
        log.push(name);
        const ms = left.shift();
        return ms === undefined ? Promise.reject(new Error('it died')) : Promise.resolve(ms);
      },
      peakBytes: () => 1024,
      finish: () => Promise.resolve(),
      stop: () => Promise.resolve(),
    };
  };
}

it('the median of an even number of samples is the mean of the middle two', () => {
  expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4, samples: 4 });
  expect(spread([9, 1, 3])).toEqual({ median: 3, min: 1, max: 9, samples: 3 });
});

it('a ratio is the median of the ratios of the rounds', () => {
  expect(pairedRatio([1, 2, 4], [2, 8, 4])).toEqual({ median: 2, min: 1, max: 4, samples: 3 });
  expect(pairedRatio([], [1])).toBeUndefined();
});

it('engines take turns, and an engine that dies is reported while the rest goes on', async () => {
  const log: string[] = [];
  const seen: [number, number, string][] = [];
  const result = await runBench({
    engines: [
      fake('ours', { a: [1, 2, 4], b: [10, 10, 10] }, { log, values: { a: 0.5, b: 2 } }),
      fake('other', { a: [2, 8, 4], b: [20] }, { log, values: { a: 0.5001, b: 3 } }),
    ],
    cases: [caseOf('a', { flops: 10, targets: { other: 3 }, memory: true }), caseOf('b')],
    rounds: 3,
    slowMs: 100,
    slowMemoryMs: 100,
    onProgress: (done, total, what) => seen.push([done, total, what]),
  });
  const [a, b] = result.rows as [(typeof result.rows)[0], (typeof result.rows)[0]];
  expect(log.slice(0, 6)).toEqual(['ours', 'other', 'ours', 'other', 'ours', 'other']);
  expect(a.measured['ours']).toEqual({
    value: 0.5,
    ms: { median: 2, min: 1, max: 4, samples: 3 },
    peakBytes: 1024,
  });
  expect(a.ratios).toEqual({ other: { median: 2, min: 1, max: 4, samples: 3 } });
  expect([a.agree, b.agree]).toEqual([true, undefined]);
  expect(b.measured['other']).toEqual({ error: 'it died' });
  expect(b.measured['ours']!.ms!.samples).toBe(3);
  expect(b.ratios).toEqual({});
  expect(seen).toEqual([
    [0, 2, 'a'],
    [1, 2, 'b'],
    [2, 2, ''],
  ]);
});

it('engines that compute different numbers, slow engines and engines that are left out are told apart', async () => {
  const { rows } = await runBench({
    engines: [
      fake('ours', { a: [1, 1] }, { values: { a: 1 } }),
      fake('slow', { a: [500, 500] }, { values: { a: 1.01 } }),
      fake('none', { a: [1, 1] }),
    ],
    cases: [caseOf('a', { memory: true })],
    rounds: 2,
    slowMs: 100,
    slowMemoryMs: 600,
    leaveOut: (_, engine) => (engine === 'none' ? 'not asked for' : undefined),
  });
  expect(rows[0]!.agree).toBe(false);
  expect(rows[0]!.measured['slow']!.ms).toEqual({ median: 500, min: 500, max: 500, samples: 1 });
  // Slow enough for a single round, and not too slow for its memory.
  expect(rows[0]!.measured['slow']!.peakBytes).toBe(1024);
  expect(rows[0]!.measured['none']).toEqual({ error: 'not asked for' });
});

it('the result has the form of bench.json, and the table says ratio, aim, share of the peak, tokens per second and failures', async () => {
  const { engines, rows } = await runBench({
    engines: [fake('ours', { a: [2], b: [1] }), fake('other', { a: [4], b: [] })],
    cases: [caseOf('a', { flops: 4e6, targets: { other: 3 } }), caseOf('b', { tokens: 64 })],
    rounds: 1,
    slowMs: 100,
    slowMemoryMs: 100,
  });
  const result = BenchResult.parse({
    version: 1,
    options: { quick: true, rounds: 1, threads: 1 },
    machine: { cpu: 'a processor', cores: 1, memoryGib: 1, loadBefore: 0 },
    engines,
    peakGflops: { ours: 10 },
    rows,
  });
  const text = renderTable(result);
  expect(text).toMatch(/a +2\.00 ms +4\.00 ms +2\.00 \(2\.0-2\.0\) < the aim of 3 +20 %/);
  expect(text).toMatch(/tokens per second +ours +other\n +b +64000 +-/);
  expect(text).toContain('b, other: it died');
});

it('a process that ends, says an error, or cannot start fails its request, and its other lines do no harm', async () => {
  const script = `
    console.log('a line for people');
    process.stdin.on('data', (data) => {
      const { op } = JSON.parse(data);
      if (op === 'prepare') console.log(JSON.stringify({ error: 'no such case' }));
      else if (op === 'run') process.exit(3);
      else console.log(JSON.stringify({ version: '2' }));
    });`;
  const engine = childEngine({ name: 'child', command: process.execPath, args: ['-e', script] });
  expect(await engine.start()).toEqual({ version: '2' });
  await expect(engine.prepare(caseOf('a'), '')).rejects.toThrow('no such case');
  await expect(engine.run()).rejects.toThrow('child: the process ended (code 3)');
  await expect(engine.run()).rejects.toThrow('child: the process ended');
  await engine.stop();
  const nobody = childEngine({ name: 'nobody', command: '/nowhere/engine', args: [] });
  await expect(nobody.start()).rejects.toThrow('nobody: spawn');
  await nobody.stop();
});

it('counts the operations of the transformer: a layer of 12 C² per token, attention and the head', () => {
  // By hand for 1 layer, width 2, 3 tokens, 5 words: 2 * 3 * 12 * 4 + 2 * (2 * 3 * 2 * 3) + 2 * 3 * 2 * 5.
  expect(transformerFlops({ layers: 1, width: 2, batch: 1, tokens: 3, vocab: 5 })).toBe(288 + 72 + 60);
});

/** Trace events of a session's runs: operator, inputs and microseconds. */
const trace = (...runs: [string, number[][], number][][]): string =>
  JSON.stringify([
    { cat: 'Session', name: 'session_initialization', dur: 900, args: {} },
    ...runs.flatMap((operators) => [
      ...operators.map(([op_name, shapes, dur], i) => ({
        cat: 'Node',
        name: `t${i}_kernel_time`,
        dur,
        args: { op_name, input_type_shape: shapes.map((shape) => ({ float: shape })) },
      })),
      { cat: 'Session', name: 'model_run', dur: 2000, args: {} },
    ]),
  ]);

it('a profile adds up operators by time, and leaves out the first run of a session that has others', () => {
  const product: [string, number[][], number] = ['MatMul', [[2, 3], [3]], 600];
  const found = summarise([
    trace([['MatMul', [[9, 9]], 50_000]], [product, ['Add', [[2], []], 200]], [product]),
    trace([['MatMul', [[4]], 600]]),
  ]);
  expect(found.ms).toBeCloseTo(2);
  expect(found.operators.map(({ name, calls, ms, share }) => [name, calls, ms.toFixed(3), share.toFixed(3)])).toEqual([
    ['MatMul', 3, '1.800', '0.900'],
    ['Add', 1, '0.200', '0.100'],
  ]);
  expect(found.shapes.map(({ name }) => name)).toEqual(['MatMul (2x3, 3)', 'MatMul (4)', 'Add (2, 1)']);
  expect(renderProfile('a case', found)).toMatch(
    /a case: 2.0 ms in operators\n +operator .*\n +MatMul +3 +1.80 +90.0 %/,
  );
});

it('profiles a case on ort: an operation called by itself, and a compiled graph', async () => {
  const transformer = { layers: 1, width: 32, heads: 4, batch: 2, tokens: 16, vocab: 64, mode: 'forward' };
  const profileOf = (benchCase: BenchCase) =>
    profileCase(benchCase, (folder) => tfjsEngine('ort', { VIVIDMED_PROFILE: folder }));
  const alone = await profileOf(caseOf('matmul', { kind: 'kernel', sizes: { op: 'matmul', n: 64 } }));
  expect(alone.shapes.map(({ name }) => name)).toContain('MatMul (64x64, 64x64)');
  const graph = await profileOf(caseOf('transformer', { kind: 'transformer', sizes: transformer }));
  expect(graph.operators.map(({ name }) => name)).toContain('Softmax');
});

it('names every case once', () => {
  const names = cases.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

const absent = await missingTorch();

it.skipIf(absent !== undefined)(
  `torch computes the losses that we compute${absent ? ` (${absent})` : ''}`,
  async () => {
    const model = { preset: 'tiny', batch: 1, length: 128, side: 24, depth: 24, height: 24, width: 24 };
    const small = { layers: 2, width: 32, heads: 4, batch: 2, tokens: 16, vocab: 64 };
    const written = { ...model, tokens: 40, phrases: 2 };
    const comparable = [
      caseOf('forward', { kind: 'transformer', sizes: { ...small, mode: 'forward' } }),
      caseOf('train', { kind: 'transformer', sizes: { ...small, mode: 'train' } }),
      caseOf('2D', { kind: 'vividmed', sizes: { ...model, dims: 2 } }),
      caseOf('3D', { kind: 'vividmed', sizes: { ...model, dims: 3 } }),
      caseOf('mixed', { kind: 'vividmed', sizes: { ...model, batch: 2, dims: 'mixed' } }),
      caseOf('decode', { kind: 'decode', sizes: { preset: 'tiny', batch: 2, vocab: 64, prompt: 5, tokens: 40 } }),
      caseOf('report 2D', { kind: 'report', sizes: { ...written, dims: 2 } }),
      caseOf('report 3D', { kind: 'report', sizes: { ...written, dims: 3 } }),
      caseOf('localiser', { kind: 'localiser', sizes: { ...model, dims: 3 } }),
    ];
    const folder = mkdtempSync(join(tmpdir(), 'vividmed-bench-test-'));
    const engines = [tfjsEngine('ort'), torchEngine(1)];
    const losses: (number | undefined)[][] = [];
    try {
      for (const engine of engines) {
        await engine.start();
        const own: (number | undefined)[] = [];
        for (const benchCase of comparable) {
          own.push((await engine.prepare(benchCase, join(folder, benchCase.name))).value);
          expect(await engine.run()).toBeGreaterThan(0);
        }
        losses.push(own);
      }
      expect(existsSync(join(folder, 'train'))).toBe(true);
    } finally {
      for (const engine of engines) await engine.stop();
      rmSync(folder, { recursive: true });
    }
    losses[0]!.forEach((ours, i) => expect(losses[1]![i]! / ours!, comparable[i]!.name).toBeCloseTo(1, 5));
  },
  180_000,
);
