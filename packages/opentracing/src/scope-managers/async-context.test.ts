import { AsyncLocalStorage } from 'node:async_hooks';

import { describe, expect, it } from 'vitest';

import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { AsyncContextScopeManager, type AsyncContextNamespace } from './async-context.ts';
import { collectGarbage } from './fixtures/collect-garbage.ts';
import { scopeManagerCases, scopeManagerExceptions } from './scope-manager.conformance.ts';

/** TC39's AsyncContext, by what Node has instead. */
const standIn: AsyncContextNamespace = {
  Variable: class Variable<T> {
    private readonly storage = new AsyncLocalStorage<T>();

    run<A extends unknown[], R>(value: T, fn: (...args: A) => R, ...args: A): R {
      return this.storage.run(value, fn, ...args);
    }

    get(): T | undefined {
      return this.storage.getStore();
    }
  },
};
const real = (globalThis as { AsyncContext?: AsyncContextNamespace }).AsyncContext;
const capabilities = { isolatedActivation: false };

describe('AsyncContextScopeManager', () => {
  const create = (): AsyncContextScopeManager => new AsyncContextScopeManager({ AsyncContext: standIn });
  for (const { name, run } of scopeManagerCases(create, capabilities, { collectGarbage })) it(name, run);
  for (const { name, run } of scopeManagerExceptions(create, capabilities)) it(name, run);

  it.runIf(real === undefined)('says what to do where there is no AsyncContext', () => {
    expect(() => new AsyncContextScopeManager()).toThrow(/globalThis\.AsyncContext; pass one as \{ AsyncContext \}/);
  });

  it('shows what is activated to all of the same run, and to nothing outside of it', async () => {
    const manager = create();
    const tracer = new MockTracer({ scopeManager: manager });
    await tracer.withActiveSpan('run', async () => {
      const sibling = Promise.resolve().then(() => manager.active?.span);
      const scope = tracer.startActiveSpan('activated');
      expect(await sibling).toBe(scope.span);
      await tracer.withActiveSpan('other run', async () => {
        await Promise.resolve();
        expect(manager.active?.span).not.toBe(scope.span);
      });
      scope.close();
    });
    expect(manager.active).toBeNull();
  });
});

describe.runIf(real !== undefined)('AsyncContextScopeManager on the AsyncContext of this runtime', () => {
  const create = (): AsyncContextScopeManager => new AsyncContextScopeManager();
  for (const { name, run } of scopeManagerCases(create, capabilities, { collectGarbage })) it(name, run);
  for (const { name, run } of scopeManagerExceptions(create, capabilities)) it(name, run);
});
