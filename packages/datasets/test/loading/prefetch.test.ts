import { expect, it } from 'vitest';
import { createPrefetch } from '@vividmed/datasets';

it('items come in order, however long each takes, and never more are open than asked', async () => {
  let open = 0;
  let most = 0;
  const read = async (position: number): Promise<number> => {
    most = Math.max(most, ++open);
    // The later ones are ready first.
    await new Promise((resolve) => setTimeout(resolve, 3 * (position % 4 === 0 ? 4 : 4 - (position % 4))));
    open--;
    return position;
  };
  const stream = createPrefetch(read, { from: 5, ahead: 6 });
  expect(stream.pending()).toBe(6);
  const taken: number[] = [];
  for (let i = 0; i < 8; i++) taken.push(...(await stream.take(3)));
  expect(taken).toEqual(Array.from({ length: 24 }, (_, i) => 5 + i));
  expect(most).toBe(6);
  expect(stream.pending()).toBe(6);
});

it('a failure is told to whoever takes the item, and to nobody before', async () => {
  const stream = createPrefetch((at) => (at === 2 ? Promise.reject(new Error('item 2')) : Promise.resolve(at)), {
    ahead: 4,
  });
  expect(await stream.take(2)).toEqual([0, 1]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await expect(stream.take(1)).rejects.toThrow('item 2');
});
