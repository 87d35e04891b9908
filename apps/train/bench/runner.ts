import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchCase, BenchEngine } from './case.js';
import type { Measured, Row } from './result.js';
import { pairedRatio, spread } from './statistics.js';

export interface RunnerOptions {
  /** The first one is ours: the ratios compare the others with it. */
  engines: readonly (() => BenchEngine)[];
  cases: readonly BenchCase[];
  /** Interleaved rounds of each case. */
  rounds: number;
  /** An engine that takes longer than this for one run gets a single round. */
  slowMs: number;
  /** The memory of an engine that takes longer than this for one run is not measured, since that takes several runs more. */
  slowMemoryMs: number;
  /** Why a case is not run on an engine; undefined where it is. */
  leaveOut?: (benchCase: BenchCase, engine: string) => string | undefined;
  onProgress?: (done: number, total: number, what: string) => void;
}

export interface RunnerResult {
  /** By the name of the engine; `error` for one that did not start. */
  engines: Record<string, Record<string, string>>;
  rows: Row[];
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Losses of engines that compute the same may differ by rounding alone. */
const tolerance = 1e-3;

interface Live {
  name: string;
  make: () => BenchEngine;
  engine: BenchEngine | undefined;
}

/** The peak memory of a case, the engine being started for it alone. */
async function measureMemory(make: () => BenchEngine, benchCase: BenchCase, file: string): Promise<number | undefined> {
  const engine = make();
  try {
    await engine.start();
    await engine.prepare(benchCase, file);
    await engine.run();
    return engine.peakBytes();
  } finally {
    await engine.stop();
  }
}

/** One case on every engine: made ready one after the other, then timed in turn. */
async function measureCase(benchCase: BenchCase, live: readonly Live[], file: string, options: RunnerOptions) {
  const measured: Record<string, Measured> = {};
  const times = new Map<string, number[]>();
  let counted = benchCase.flops;
  const ready: { entry: Live; rounds: number }[] = [];
  /** An engine that died starts again for the next case. */
  const attempt = async (entry: Live, work: (engine: BenchEngine) => Promise<void>): Promise<boolean> => {
    try {
      if (!entry.engine) {
        entry.engine = entry.make();
        await entry.engine.start();
      }
      await work(entry.engine);
      return true;
    } catch (error) {
      measured[entry.name] = { error: message(error) };
      times.delete(entry.name);
      await entry.engine?.stop();
      entry.engine = undefined;
      return false;
    }
  };
  for (const entry of live) {
    const reason = options.leaveOut?.(benchCase, entry.name);
    if (reason !== undefined) {
      measured[entry.name] = { error: reason };
      continue;
    }
    await attempt(entry, async (engine) => {
      const { ms, value, flops } = await engine.prepare(benchCase, file);
      measured[entry.name] = value === undefined ? {} : { value };
      counted ??= flops;
      const isSlow = ms > options.slowMs;
      times.set(entry.name, isSlow ? [ms] : []);
      ready.push({ entry, rounds: isSlow ? 0 : options.rounds });
    });
  }
  for (let round = 0; round < options.rounds; round++) {
    for (const { entry, rounds } of ready) {
      if (round >= rounds || !times.has(entry.name)) continue;
      await attempt(entry, async (engine) => void times.get(entry.name)!.push(await engine.run()));
    }
  }
  for (const [name, list] of times) measured[name] = { ...measured[name], ms: spread(list) };
  return { measured, times, flops: counted };
}

/** Runs every case on every engine and compares. An engine that fails is reported with its reason, and the rest goes on. */
export async function runBench(options: RunnerOptions): Promise<RunnerResult> {
  const { cases, onProgress } = options;
  const engines: RunnerResult['engines'] = {};
  const live: Live[] = [];
  for (const make of options.engines) {
    const engine = make();
    try {
      engines[engine.name] = await engine.start();
      live.push({ name: engine.name, make, engine });
    } catch (error) {
      engines[engine.name] = { error: message(error) };
      await engine.stop();
    }
  }
  const [ours] = options.engines.map((make) => make().name);
  const folder = mkdtempSync(join(tmpdir(), 'vividmed-bench-'));
  const rows: Row[] = [];
  try {
    for (const [i, benchCase] of cases.entries()) {
      onProgress?.(i, cases.length, benchCase.name);
      const file = join(folder, `${i}.safetensors`);
      const { measured, times, flops } = await measureCase(benchCase, live, file, options);
      if (benchCase.memory) {
        for (const { name, make } of live) {
          if (measured[name]?.ms === undefined || measured[name].ms.median > options.slowMemoryMs) continue;
          const bytes = await measureMemory(make, benchCase, file);
          if (bytes !== undefined) measured[name].peakBytes = bytes;
        }
      }
      rows.push(compare({ ...benchCase, ...(flops !== undefined && { flops }) }, ours!, measured, times));
      rmSync(file, { force: true });
    }
    onProgress?.(cases.length, cases.length, '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
    for (const { engine } of live) await engine?.stop();
  }
  return { engines, rows };
}

/** A row of the result: times, ratios, and whether all engines computed the same number. */
function compare(
  { name, group, sizes, flops, tokens, targets }: BenchCase,
  ours: string,
  measured: Record<string, Measured>,
  times: ReadonlyMap<string, readonly number[]>,
): Row {
  const known = { ...(flops && { flops }), ...(tokens && { tokens }), ...(targets && { targets }) };
  const row: Row = { name, group, sizes, measured, ratios: {}, ...known };
  for (const [other, list] of times) {
    const ratio = other === ours ? undefined : pairedRatio(times.get(ours) ?? [], list);
    if (ratio) row.ratios[other] = ratio;
  }
  const values = Object.values(measured).flatMap(({ value }) => (value === undefined ? [] : [value]));
  if (values.length > 1) {
    const scale = Math.max(...values.map(Math.abs));
    row.agree = Math.max(...values) - Math.min(...values) <= tolerance * scale;
  }
  return row;
}
