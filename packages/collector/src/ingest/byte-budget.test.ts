import { expect, it } from 'vitest';

import { ByteBudget } from './byte-budget.ts';

it('takes as much as the limit and refuses one byte more', () => {
  const budget = new ByteBudget(10);
  const [one, two] = [budget.open(), budget.open()];
  one.add(4);
  two.add(6);
  expect(() => two.add(1)).toThrow('too many request bodies at once');
  expect(budget.usedBytes).toBe(10);
});

it('gives back what a share has, once', () => {
  const budget = new ByteBudget(10);
  const [one, two] = [budget.open(), budget.open()];
  one.add(6);
  two.add(4);
  one.release();
  one.release();
  expect(budget.usedBytes).toBe(4);
  expect(() => two.add(6)).not.toThrow();
});
