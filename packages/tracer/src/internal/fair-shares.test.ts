import { expect, it } from 'vitest';

import { fairShares } from './fair-shares.ts';

it.each([
  [[10, 20], 100, [10, 20]],
  [[10, 1000], 100, [10, 90]],
  [[1000, 1000], 100, [50, 50]],
  [[1000, 1, 20, 1000], 100, [39.5, 1, 20, 39.5]],
  [[5, 5], 0, [0, 0]],
  [[], 100, []],
])('of %j in %d are %j', (demands, budget, shares) => {
  expect(fairShares(demands, budget)).toEqual(shares);
});
