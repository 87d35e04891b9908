import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordShares } from './word-shares.js';

test('each text has the share of each of its tokens, whatever their order, and a text without tokens has none', () => {
  expect([...wordShares([[2, 0], [], [1, 1, 1, 3]], 4)]).toEqual([0.5, 0, 0.5, 0, 0, 0, 0, 0, 0, 0.75, 0, 0.25]);
  const texts = fc.array(fc.array(fc.nat(8), { maxLength: 12 }), { maxLength: 5 });
  fc.assert(
    fc.property(texts, (ids) => {
      const shares = wordShares(ids, 9);
      expect(shares).toHaveLength(9 * ids.length);
      ids.forEach((text, k) => {
        const row = [...shares.subarray(9 * k, 9 * k + 9)];
        expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(text.length > 0 ? 1 : 0, 5);
        row.forEach((share, id) =>
          expect(share * text.length).toBeCloseTo(text.filter((other) => other === id).length, 4),
        );
      });
    }),
  );
});
