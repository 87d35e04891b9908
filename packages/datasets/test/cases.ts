import { generatePhantom, type Phantom } from '../src/index.js';

/** Small phantoms that many tests share: made once. */
export const phantoms: readonly Phantom[] = Array.from({ length: 24 }, (_, seed) =>
  generatePhantom(seed, { ctShape: [24, 32, 32], radiographSize: [64, 64], sliceSize: [64, 64] }),
);

/** Images of the whole chest. */
export const cases = phantoms.flatMap(({ ct, radiograph }) => [ct, radiograph]);

export const slices = phantoms.map(({ slice }) => slice);
