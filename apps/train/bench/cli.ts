import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { createProgress } from '@vividmed/command';
import type { BenchEngine } from './case.js';
import { cases, peakCase } from './cases.js';
import { missingTorch, tfjsEngine, torchEngine } from './engines.js';
import { type Profile, renderProfile } from './profile.js';
import { profileCase } from './profiler.js';
import { BenchResult } from './result.js';
import { runBench } from './runner.js';
import { renderTable } from './table.js';

const help = `pnpm bench

Times the engine ort, PyTorch's CPU and tfjs wasm on the same work, in turn.

  --quick        fewer rounds, no preset small, no memory, and wasm on kernels alone: under two minutes
  --only TEXT    cases whose name or group contains this text
  --profile      no times: the operators of each case on the engine ort, by time, as ONNX Runtime measures them
  --out FILE     result as JSON; runs/bench/bench.json by default, or profile.json beside it
  --help         show this text and stop`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    profile: { type: 'boolean', default: false },
    out: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const { quick, only, out = `runs/bench/${values.profile ? 'profile' : 'bench'}.json` } = values;
const chosen = cases.filter(
  ({ name, group, sizes }) => (name.includes(only) || group.includes(only)) && !(quick && sizes.preset === 'small'),
);

function save(result: object): void {
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify(result, undefined, 2)}\n`);
}

async function profile(): Promise<void> {
  const profiles: Record<string, Profile> = {};
  for (const benchCase of chosen) {
    const found = await profileCase(benchCase, (folder) => tfjsEngine('ort', { VIVIDMED_PROFILE: folder }));
    profiles[benchCase.name] = found;
    process.stdout.write(`${renderProfile(benchCase.name, found)}\n\n`);
  }
  save(profiles);
  process.stdout.write(`${out}\n`);
}

async function time(): Promise<void> {
  const rounds = quick ? 3 : 9;
  const threads = availableParallelism();
  const loadBefore = loadavg()[0]!;
  const absent = await missingTorch();
  const engines: (() => BenchEngine)[] = [() => tfjsEngine('ort')];
  if (absent) process.stderr.write(`PyTorch is left out: ${absent}\n`);
  else engines.push(() => torchEngine(threads));
  engines.push(() => tfjsEngine('wasm'));
  const progress = createProgress({ label: 'bench', total: chosen.length, unit: 'cases' });
  const { engines: found, rows } = await runBench({
    engines,
    cases: chosen,
    rounds,
    slowMs: quick ? 1000 : 10_000,
    // Each engine would start once more for each case.
    slowMemoryMs: quick ? 0 : 30_000,
    leaveOut: ({ kind, sizes }, engine) => {
      if (engine === 'wasm' && sizes.preset === 'small') return 'left out: it would take most of the run';
      return quick && engine === 'wasm' && kind !== 'kernel' ? 'left out by --quick' : undefined;
    },
    onProgress: (done, _, what) => progress.update(done, what),
  });
  progress.done();
  const peak = rows.find(({ name }) => name === peakCase);
  const peakGflops = Object.fromEntries(
    Object.entries(peak?.measured ?? {}).flatMap(([name, { ms }]) =>
      ms ? [[name, peak!.flops! / (ms.min * 1e6)] as const] : [],
    ),
  );
  const result = BenchResult.parse({
    version: 1,
    options: { quick, rounds, threads },
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: threads,
      memoryGib: Math.round(totalmem() / 2 ** 30),
      loadBefore,
    },
    engines: found,
    peakGflops,
    rows,
  } satisfies BenchResult);
  save(result);
  process.stdout.write(`${renderTable(result)}\n\n${out}\n`);
}

if (values.help) process.stdout.write(`${help}\n`);
else if (values.profile) await profile();
else await time();
