import { check, createRng } from '@vividmed/core';
import type { DatasetEntry } from '../dataset.js';
import { epochOrder, type Order } from './order.js';

/** A data set to draw from. */
export interface SamplingSource {
  name: string;
  entries: readonly DatasetEntry[];
  /** How often it is drawn, beside the weights of the others. */
  weight: number;
  /** Share of draws with a target that is known to be there; left out, studies are drawn as they come. */
  positiveShare?: number;
}

/** What a position of the stream of studies holds. */
export interface StudyDraw {
  /** Index of the source. */
  source: number;
  entry: DatasetEntry;
}

/**
 * The study at a position of an endless stream. `attempt` counts from 0: 1 is the study to take where that of 0 cannot be read,
 * and so on.
 */
export type Sampler = (position: number, attempt?: number) => StudyDraw;

/** Studies that are drawn alike: those of a source, or its positive ones. */
interface Pool {
  source: number;
  weight: number;
  entries: readonly DatasetEntry[];
  order: Order;
}

/** Positions whose pools are drawn from one stream of random numbers. */
const blockSize = 4096;
const keptBlocks = 4;

const isPositive = ({ present = [] }: DatasetEntry): boolean => present.length > 0;

function poolsOf(source: SamplingSource, index: number, seed: number): Pool[] {
  const { name, entries, weight, positiveShare } = source;
  const where = `createSampler: ${name}`;
  check(Number.isFinite(weight) && weight >= 0, 'config', `${where}: expected a weight of 0 or more, found ${weight}.`);
  const pool = (label: string, share: number, chosen: readonly DatasetEntry[]): Pool[] => {
    if (weight * share === 0) return [];
    check(chosen.length > 0, 'data', `${where}: expected ${label} to draw, found none of ${entries.length}.`);
    const order = epochOrder(seed, `${index} ${label}`, chosen.length);
    return [{ source: index, weight: weight * share, entries: chosen, order }];
  };
  if (positiveShare === undefined) return pool('studies', 1, entries);
  check(
    positiveShare >= 0 && positiveShare <= 1,
    'config',
    `${where}: expected a positiveShare from 0 to 1, found ${positiveShare}.`,
  );
  return [
    ...pool('studies with a target that is there', positiveShare, entries.filter(isPositive)),
    ...pool(
      'studies without a target that is there',
      1 - positiveShare,
      entries.filter((entry) => !isPositive(entry)),
    ),
  ];
}

/**
 * Draws studies by the weights of their data sets, each study of a data set once per epoch of it. A function of the seed and
 * the position alone, so a run that was interrupted goes on exactly where it stopped.
 *
 * @throws {VividMedError} config for weights and shares that are none, data where there is nothing to draw
 */
export function createSampler(seed: number, sources: readonly SamplingSource[]): Sampler {
  const pools = sources.flatMap((source, index) => poolsOf(source, index, seed));
  const total = pools.reduce((sum, { weight }) => sum + weight, 0);
  check(total > 0, 'config', `createSampler: expected a weight above 0, found ${total} in all.`);
  const bounds = pools.map((_, i) => pools.slice(0, i + 1).reduce((sum, { weight }) => sum + weight, 0) / total);
  bounds[bounds.length - 1] = 1;

  /** How often each pool was drawn before each block; the first blocks of a run may be asked for last. */
  const drawnBefore: Float64Array[] = [new Float64Array(pools.length)];
  const blocks = new Map<number, { pools: Int32Array; ranks: Float64Array }>();
  const makeBlock = (index: number): { pools: Int32Array; ranks: Float64Array } => {
    const counts = Float64Array.from(drawnBefore[index]!);
    const rng = createRng(seed).fork(`sources ${index}`);
    const drawn = { pools: new Int32Array(blockSize), ranks: new Float64Array(blockSize) };
    for (let i = 0; i < blockSize; i++) {
      const u = rng.uniform();
      const pool = bounds.findIndex((bound) => u < bound);
      drawn.pools[i] = pool;
      drawn.ranks[i] = counts[pool]!;
      counts[pool] = counts[pool]! + 1;
    }
    drawnBefore[index + 1] = counts;
    return drawn;
  };
  const blockOf = (index: number): { pools: Int32Array; ranks: Float64Array } => {
    while (drawnBefore.length <= index) makeBlock(drawnBefore.length - 1);
    const block = blocks.get(index) ?? makeBlock(index);
    if (!blocks.has(index) && blocks.size >= keptBlocks) blocks.clear();
    blocks.set(index, block);
    return block;
  };

  return (position, attempt = 0) => {
    check(
      Number.isSafeInteger(position) && position >= 0,
      'config',
      `sampler: expected a position from 0 on, found ${position}.`,
    );
    const block = blockOf(Math.floor(position / blockSize));
    const at = position % blockSize;
    const { source, entries, order } = pools[block.pools[at]!]!;
    const index = (order(block.ranks[at]!) + attempt) % entries.length;
    return { source, entry: entries[index]! };
  };
}
