import { createRng } from '@vividmed/core';
import { jonkerVolgenantAssign, munkresAssign } from '../src/index.js';

// Milliseconds of one assignment by each solver, best of 5: `tsx --conditions=@vividmed/source bench/assign.ts`.
const solvers = { munkres: munkresAssign, jonkerVolgenant: jonkerVolgenantAssign };
for (const [rows, columns] of [
  [12, 3],
  [32, 32],
  [100, 100],
  [300, 50],
] as const) {
  const rng = createRng(1);
  const cost = Array.from({ length: rows }, () => Array.from({ length: columns }, () => rng.uniform()));
  const times = Object.entries(solvers).map(([name, assign]) => {
    let best = Infinity;
    for (let round = 0; round < 5; round++) {
      const repeats = rows > 50 ? 1 : 50;
      const start = performance.now();
      for (let i = 0; i < repeats; i++) assign(cost);
      best = Math.min(best, (performance.now() - start) / repeats);
    }
    return [name, Number(best.toPrecision(2))];
  });
  console.log(JSON.stringify({ rows, columns, ...Object.fromEntries(times) }));
}
