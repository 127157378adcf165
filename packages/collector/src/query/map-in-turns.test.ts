import { expect, it } from 'vitest';

import { mapInTurns } from './map-in-turns.ts';

it('makes one of each, in order, and lets others have their turn while it works', async () => {
  let turnsOfOthers = 0;
  const other = setInterval(() => turnsOfOthers++, 1);
  const work = (item: number): number => {
    const end = performance.now() + 15;
    while (performance.now() < end);
    return item * 2;
  };
  expect(await mapInTurns([1, 2, 3, 4, 5], work)).toEqual([2, 4, 6, 8, 10]);
  clearInterval(other);
  expect(turnsOfOthers).toBeGreaterThan(0);
});

it('makes nothing of nothing', async () => expect(await mapInTurns([], String)).toEqual([]));
