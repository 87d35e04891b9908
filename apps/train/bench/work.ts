import type { BenchCase, Prepared } from './case.js';

/** A case that an engine has made ready. */
export interface Work {
  /** One run, its result computed when it returns; a number that the engines are to agree on, if there is one. */
  run(): number | undefined | Promise<number | undefined>;
  dispose(): void;
  /** Operations of one run, where the case does not state them. */
  flops?: number;
}

/** Makes a case ready; writes the weights to `file` when no engine has. */
export type MakeWork = (benchCase: BenchCase, file: string) => Work | Promise<Work>;

/** A sample takes at least so long, so that the clock and the protocol do not count. */
const sampleMs = 50;
/** The first runs of a graph are slow while its memory grows. */
const warmUps = 3;
const warmUpMs = 3000;

const timed = async (work: Work): Promise<{ ms: number; value: number | undefined }> => {
  const start = performance.now();
  const value = await work.run();
  return { ms: performance.now() - start, value };
};

/** A case with the number of repetitions that makes a sample long enough. */
export interface Timed {
  prepared: Prepared;
  /** Milliseconds of one run. */
  sample(): Promise<number>;
}

/** Warms a case up and finds how often to repeat it. */
export async function warmUp(work: Work): Promise<Timed> {
  const first = await timed(work);
  // Always a second run: the first one makes the graph.
  let { ms } = await timed(work);
  let spent = first.ms + ms;
  for (let i = 2; i < warmUps && spent < warmUpMs; i++) {
    ({ ms } = await timed(work));
    spent += ms;
  }
  const repeats = Math.max(1, Math.ceil(sampleMs / ms));
  return {
    prepared: {
      ms,
      ...(first.value !== undefined && { value: first.value }),
      ...(work.flops !== undefined && { flops: work.flops }),
    },
    sample: async () => {
      const start = performance.now();
      for (let i = 0; i < repeats; i++) await work.run();
      return (performance.now() - start) / repeats;
    },
  };
}
