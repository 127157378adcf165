import { expect, it } from 'vitest';

import { closeAll } from './close-all.ts';

it('closes the last first, each when the one before it is done', async () => {
  const order: string[] = [];
  await closeAll([
    () => void order.push('store'),
    async () => {
      await Promise.resolve();
      order.push('app');
    },
  ]);
  expect(order).toEqual(['app', 'store']);
});

it('closes the others when some fail, and tells the first failure', async () => {
  const order: string[] = [];
  const closed = closeAll([
    () => void order.push('store'),
    () => Promise.reject(new Error('second')),
    () => {
      throw new Error('first');
    },
  ]);
  await expect(closed).rejects.toThrow('first');
  expect(order).toEqual(['store']);
});
