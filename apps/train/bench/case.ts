/** What one engine computes for one row of the benchmark. Every engine gets the same JSON. */
export interface BenchCase {
  name: string;
  /** Heading of the table that the row is under. */
  group: string;
  /** Which function of an engine computes it, and its sizes. */
  kind: string;
  sizes: Record<string, number | string>;
  /** Floating-point operations of one run, by a formula of `flops.ts`; left out where none is stated. */
  flops?: number;
  /** Tokens that one run writes, in all answers together. */
  tokens?: number;
  /** Least ratio to reach, by the name of the engine that is compared with. */
  targets?: Record<string, number>;
  /** Whether to measure the peak memory, each engine in a process of its own. */
  memory?: boolean;
}

/** The sizes of a case in the form that functions of its kind know; `cases.ts` states them so. */
export const sizesOf = <T>({ sizes }: BenchCase): T => sizes as T;

/** What an engine says once it is ready for a case. */
export interface Prepared {
  /** Milliseconds of a run after the warm-up. */
  ms: number;
  /** The number that the case computes (a loss), to see that all engines compute the same. */
  value?: number;
  /** Operations of one run, where they follow from data that the case does not state. */
  flops?: number;
}

/** An engine in a process of its own, or a fake one in a test. */
export interface BenchEngine {
  readonly name: string;
  /** Starts it, and says what it is: versions, threads. */
  start(): Promise<Record<string, string>>;
  /** Makes a case ready and warms it up. `file` holds the weights: the first engine writes it, the others read it. */
  prepare(benchCase: BenchCase, file: string): Promise<Prepared>;
  /** Milliseconds of one run of the case that is ready. */
  run(): Promise<number>;
  /** The most memory that its process had at once so far, in bytes; undefined where the system does not tell. */
  peakBytes(): number | undefined;
  /** Frees the case and what computes; nothing but `stop` may follow. */
  finish(): Promise<void>;
  stop(): Promise<void>;
}
