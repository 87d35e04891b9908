import type { ExecutionProvider, Loaded } from '../engines/candidate.js';
import { firstLine } from '../engines/candidate.js';
import { lowerings } from '../lower/index.js';
import { Graph, type Sym } from '../onnx/graph.js';
import { createSession, ortTensor } from '../onnx/native.js';

let chosen: ExecutionProvider = 'cpu';

/** What traced graphs run on. Single kernels stay on the CPU, where their arrays are. */
export const graphProvider = (): ExecutionProvider => chosen;

/** Runs a sum there. @throws {Error} when the provider does not load, finds no device, or computes something else. */
function tryProvider(provider: ExecutionProvider): void {
  const graph = new Graph();
  const x = graph.input('float32', [4]);
  const sum = lowerings['Add']!(graph, { a: x, b: x }, {}) as Sym;
  const session = createSession(graph.toModel([sum], { hasEndMarker: true }), {
    where: provider,
    provider,
    threads: 1,
  });
  try {
    const found = new Float32Array(4);
    session.run(
      { x0: ortTensor('float32', Float32Array.of(1, 2, 3, 4), [4]) },
      { y0: ortTensor('float32', found, [4]) },
    );
    if (!found.every((value, i) => value === 2 * (i + 1))) throw new Error('it computes a wrong sum');
  } finally {
    session.dispose();
  }
}

/** The first of these providers that works, the CPU where none does. The note says what traced graphs run on and why. */
export function chooseProvider(wanted: readonly ExecutionProvider[]): Loaded {
  chosen = 'cpu';
  const failures: string[] = [];
  for (const provider of wanted) {
    if (provider === 'cpu') break;
    try {
      tryProvider(provider);
      chosen = provider;
      break;
    } catch (cause) {
      // The library's own words come after ours.
      const reason = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
      failures.push(`not ${provider}: ${firstLine(reason instanceof Error ? reason.message : String(reason))}`);
    }
  }
  if (chosen === 'cpu' && failures.length === 0) return {};
  return { note: [`traced graphs on ${chosen}`, ...failures].join('; ') };
}
