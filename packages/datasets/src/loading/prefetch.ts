import { check } from '@vividmed/core';

/** Items of a numbered stream, read ahead. */
export interface Prefetch<T> {
  /** The next `count` items, in order, however long each took to read. */
  take(count: number): Promise<T[]>;
  /** Items that were begun and not taken yet: never more than `ahead`, or than are being taken. */
  pending(): number;
}

/**
 * Reads the items of a stream before they are asked for, `ahead` of them at most, so that memory is bounded. Order and content
 * do not depend on which is read first.
 */
export function createPrefetch<T>(
  read: (position: number) => Promise<T>,
  { from = 0, ahead }: { from?: number; ahead: number },
): Prefetch<T> {
  check(
    Number.isInteger(ahead) && ahead >= 0,
    'config',
    `createPrefetch: expected ahead of 0 or more, found ${ahead}.`,
  );
  const begun: Promise<T>[] = [];
  let next = from;
  const fill = (count: number): void => {
    while (begun.length < count) {
      const item = read(next++);
      // Whoever takes it sees the failure; before that it must not end the process.
      item.catch(() => undefined);
      begun.push(item);
    }
  };
  fill(ahead);
  return {
    pending: () => begun.length,
    take: async (count) => {
      fill(count);
      const items = await Promise.all(begun.slice(0, count));
      begun.splice(0, count);
      fill(ahead);
      return items;
    },
  };
}
