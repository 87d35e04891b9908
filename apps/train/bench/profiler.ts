import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchCase, BenchEngine } from './case.js';
import { type Profile, summarise } from './profile.js';

/** A case on an engine of its own that writes profiles into a folder, its warm-up and one sample. */
export async function profileCase(benchCase: BenchCase, make: (folder: string) => BenchEngine): Promise<Profile> {
  const folder = mkdtempSync(join(tmpdir(), 'vividmed-profile-'));
  const written = join(folder, 'profiles');
  const engine = make(written);
  try {
    await engine.start();
    await engine.prepare(benchCase, join(folder, 'weights.safetensors'));
    await engine.run();
    await engine.finish();
    return summarise(readdirSync(written).map((name) => readFileSync(join(written, name), 'utf8')));
  } finally {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
