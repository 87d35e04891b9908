import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { jit, runAll, useEngine } from '@vividmed/engine';

describe('VIVIDMED_PROFILE', () => {
  let folder: string;
  beforeAll(async () => {
    await useEngine('ort');
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vividmed-profile-test-'));
    vi.stubEnv('VIVIDMED_PROFILE', join(folder, 'new'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('has every session write the times of its operators when it is disposed, on other threads too', () => {
    const product = ([a]: tf.Tensor[]): tf.Tensor[] => [tf.matMul(a!, a!)];
    const runs = [0, 1].map((thread) => jit(product, { thread }));
    const a = tf.ones([32, 32]);
    // Enough that a thread is not done with its file by chance.
    for (let i = 0; i < 2000; i++) tf.dispose(runAll(runs.map((run) => ({ run, inputs: [a] }))));
    a.dispose();
    for (const run of runs) run.dispose();
    // That of the other thread, which was made last, first.
    const files = readdirSync(join(folder, 'new')).sort().reverse();
    expect(files).toHaveLength(2);
    for (const file of files) {
      const events = JSON.parse(readFileSync(join(folder, 'new', file), 'utf8')) as { args?: { op_name?: string } }[];
      expect(events.map(({ args }) => args?.op_name)).toContain('MatMul');
    }
  });
});
