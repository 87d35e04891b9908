import { engineLine } from '@vividmed/command';
import { type EngineInfo, engineNames, useEngine } from '@vividmed/engine';
import { afterAll, expect, test } from 'vitest';
import { doctor } from './doctor.js';

afterAll(() => useEngine('cpu'));

test('the doctor says of every engine how fast it is or why it does not work, and which one is chosen', async () => {
  const lines: string[] = [];
  const results: unknown[] = [];
  await doctor({
    options: { set: [], printConfig: false, help: false, engine: 'wasm' },
    log: (line) => void lines.push(line),
    result: (value) => void results.push(value),
    signal: new AbortController().signal,
  });
  expect(lines[0]).toContain(process.versions.node);
  for (const [i, name] of engineNames.entries())
    expect(lines[i + 1]).toMatch(new RegExp(`^  ${name} +(works, [\\d.e+]+ GFLOP/s|\\S.*[a-z)])`));
  expect(lines.at(-1)).toBe('engine wasm, 1 thread (asked for)');
  const [found] = results as [{ engines: { name: string }[]; chosen: EngineInfo }];
  expect(found.engines.map(({ name }) => name)).toEqual(engineNames);
  expect(found.chosen.name).toBe('wasm');
});

test('the line of an engine tells what is broken and not what nobody installed', () => {
  const tried = [
    { name: 'webgpu', error: 'webgpu is not installed' },
    { name: 'ort', error: 'no binary for this platform' },
  ] as const;
  expect(engineLine({ name: 'wasm', threads: 1, reason: 'the first that works', tried })).toBe(
    'engine wasm, 1 thread (the first that works; not ort: no binary for this platform)',
  );
  expect(engineLine({ name: 'ort', threads: 2, reason: 'asked for', tried: [] })).toBe(
    'engine ort, 2 threads (asked for)',
  );
});
