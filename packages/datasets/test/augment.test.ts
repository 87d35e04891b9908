import { createHash } from 'node:crypto';
import { createRng } from '@vividmed/core';
import { expect, test } from 'vitest';
import { augmentImage } from '../src/index.js';

/** Training runs that are to be repeated depend on these numbers: the hash was made where the function was first. */
test('images are varied as they were when models were trained', () => {
  const hash = createHash('sha256');
  for (let seed = 0; seed < 20; seed++) {
    const rng = createRng(seed).fork('augment');
    const image = Float32Array.from({ length: 500 + seed }, () => rng.uniform());
    hash.update(new Uint8Array(augmentImage(image, rng.fork('draw')).buffer));
  }
  expect(hash.digest('hex')).toBe('8c514b4d9f87f48de3798b9432cc15732e5acc60e340cfc85a7dbc34dd850f87');
});
