import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRng } from '@vividmed/core';
import {
  hausdorffDistance,
  type MaskVolume,
  surfaceDice,
  type SurfaceDefinition,
  surfaceDistances,
} from '../src/index.js';

// HD95 and surface Dice of two overlapping blobs in 256 x 256 x 256 voxels, and the distance transforms that scipy makes for
// them, turn by turn in one run. Seconds are of the processor, all threads of a process together, the least of all turns, so
// that what else runs on the machine weighs little: `tsx --conditions=@vividmed/source bench/surface.ts [python]`.
const python = process.argv[2] ?? '/usr/bin/python3';
const rounds = 3;
const size = 256;
const spacingMm = [2.5, 0.8, 0.8] as const;
const toleranceMm = 2;

/** Balls of several sizes around one place: a lobed surface, as organs have. */
function blob(seed: number): MaskVolume & { data: Uint8Array } {
  const rng = createRng(seed);
  const balls = Array.from({ length: 14 }, () => ({
    at: [0, 1, 2].map(() => size / 2 + rng.normal(0, size / 9)),
    radius: rng.uniform(size / 9, size / 4),
  }));
  const data = new Uint8Array(size ** 3);
  for (const { at, radius } of balls) {
    const [low, high] = [at.map((x) => Math.max(0, Math.ceil(x - radius))), at.map((x) => Math.min(size, x + radius))];
    for (let d = low[0]!; d < high[0]!; d++) {
      for (let h = low[1]!; h < high[1]!; h++) {
        const left = radius ** 2 - (d - at[0]!) ** 2 - (h - at[1]!) ** 2;
        for (let w = low[2]!; w < high[2]!; w++) if ((w - at[2]!) ** 2 < left) data[(d * size + h) * size + w] = 1;
      }
    }
  }
  return { data, shape: [size, size, size], spacingMm };
}

function ours(a: MaskVolume, b: MaskVolume, definition: SurfaceDefinition) {
  const start = process.cpuUsage();
  const distances = surfaceDistances(a, b, definition);
  const hd95 = hausdorffDistance(distances, 95);
  const nsd = surfaceDice(distances, toleranceMm);
  const { user, system } = process.cpuUsage(start);
  return { seconds: (user + system) / 1e6, hd95, nsd };
}

const folder = mkdtempSync(join(tmpdir(), 'surface-'));
try {
  const [a, b] = [blob(1), blob(2)];
  const files = [a, b].map(({ data }, i) => {
    const file = join(folder, `${i}.raw`);
    writeFileSync(file, data);
    return file;
  });
  const script = fileURLToPath(new URL('surface.py', import.meta.url));
  const best = new Map<string, number>();
  const keep = (name: string, seconds: number): void =>
    void best.set(name, Math.min(seconds, best.get(name) ?? Infinity));
  for (let round = 0; round < rounds; round++) {
    const elements = ours(a, b, 'surface-elements');
    const voxels = ours(a, b, 'border-voxels');
    keep('surface-elements', elements.seconds);
    keep('border-voxels', voxels.seconds);
    const args = [script, ...files, String(size), spacingMm.join(','), String(toleranceMm)];
    const scipy = JSON.parse(execFileSync(python, args, { encoding: 'utf8' })) as Record<string, number>;
    keep('scipy whole', scipy['wholeSeconds']!);
    keep('scipy transforms', scipy['transformSeconds']!);
    for (const [name, value] of [
      ['hd95', voxels.hd95],
      ['nsd', voxels.nsd],
    ] as const) {
      if (Math.abs(value - scipy[name]!) > 1e-9) throw new Error(`${name} is ${value}, and ${scipy[name]} by scipy`);
    }
  }
  const ratio = (theirs: string, name: string): number => Number((best.get(theirs)! / best.get(name)!).toPrecision(3));
  for (const name of ['surface-elements', 'border-voxels']) {
    const seconds = Number(best.get(name)!.toPrecision(3));
    const timesScipy = { transforms: ratio('scipy transforms', name), whole: ratio('scipy whole', name) };
    console.log(JSON.stringify({ definition: name, seconds, timesScipy }));
  }
  console.log(JSON.stringify({ peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024) }));
} finally {
  rmSync(folder, { recursive: true });
}
