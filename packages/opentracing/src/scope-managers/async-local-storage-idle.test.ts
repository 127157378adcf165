// In a file of its own, and thereby in a process or thread where no other storage was entered.
import { AsyncLocalStorage, executionAsyncId } from 'node:async_hooks';

import { expect, it } from 'vitest';

import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { AsyncLocalStorageScopeManager } from './async-local-storage.ts';

// Up to Node 23 a storage that was entered has every promise of the process tracked, which slows all of them down. A
// tracked promise has an id of its own; where none is, the callbacks of both promises have that of the task around them.
async function promisesAreTracked(): Promise<boolean> {
  const ids = await Promise.all([1, 2].map(() => Promise.resolve().then(() => executionAsyncId())));
  return ids[0] !== ids[1];
}

it('a manager that is not used does not slow down the promises of the process', async () => {
  expect(await promisesAreTracked()).toBe(false);
  const manager = new AsyncLocalStorageScopeManager();
  expect(await promisesAreTracked()).toBe(false);
  expect(manager.active).toBeNull();
  expect(manager.isolatedActivation).toBe(true);
  expect(await promisesAreTracked()).toBe(false);
});

it('the probe disables what it entered, and survives where that throws', () => {
  const { prototype } = AsyncLocalStorage;
  const original = Object.getOwnPropertyDescriptor(prototype, 'disable') as PropertyDescriptor;
  let calls = 0;
  const disable = (): never => {
    calls++;
    throw new Error('asyncLocalStorage.disable() is not implemented');
  };
  Object.defineProperty(prototype, 'disable', { ...original, value: disable });
  try {
    const manager = new AsyncLocalStorageScopeManager();
    expect(calls).toBe(0);
    const scope = manager.activate(new MockTracer().startSpan('a'));
    expect(manager.active).toBe(scope);
    scope.close();
    expect(calls).toBe(1);
    expect(manager.isolatedActivation).toBe(true);
    expect(calls).toBe(1);
  } finally {
    Object.defineProperty(prototype, 'disable', original);
  }
});
