import { expect, it } from 'vitest';

import { closeAll, closeTogether } from './close-all.ts';

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

it('closes all at once, and tells the first failure when all are done', async () => {
  const order: string[] = [];
  let release: () => void = () => undefined;
  const waits = new Promise<void>((resolve) => (release = resolve));
  const closed = closeTogether([
    async () => {
      await waits;
      order.push('slow');
    },
    () => {
      throw new Error('first');
    },
    () => {
      order.push('fast');
      release();
    },
  ]);
  await expect(closed).rejects.toThrow('first');
  expect(order).toEqual(['fast', 'slow']);
});
