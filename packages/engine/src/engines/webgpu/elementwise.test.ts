import { expect, test } from 'vitest';
import { mergeBroadcast } from './elementwise.js';

test.each([
  [[2, 3, 4, 5, 6], [6], [120, 6], [1, 6], [2, 3, 4, 5, 6]],
  [[2, 3, 4, 5, 6], [2, 3, 4, 5, 6], [720], [720], [2, 3, 4, 5, 6]],
  [
    [2, 3, 4, 5, 6],
    [2, 1, 1, 5, 6],
    [2, 12, 30],
    [2, 1, 30],
    [2, 3, 4, 5, 6],
  ],
  [
    [1, 3, 1, 1, 2],
    [4, 3, 1, 5, 1],
    [1, 3, 1, 2],
    [4, 3, 5, 1],
    [4, 3, 1, 5, 2],
  ],
  [[], [1, 1, 1, 1, 1], [1], [1], [1, 1, 1, 1, 1]],
])('the shapes %o and %o broadcast over as few axes as they can', (a, b, left, right, whole) => {
  expect(mergeBroadcast(a, b)).toEqual({ left, right, whole });
});
