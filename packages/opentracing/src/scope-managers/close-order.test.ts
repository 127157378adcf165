import { AsyncLocalStorage } from 'node:async_hooks';

import { describe, expect, it } from 'vitest';

import type { ScopeManager } from '../contract.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { AsyncContextScopeManager, type AsyncContextNamespace } from './async-context.ts';
import { AsyncLocalStorageScopeManager } from './async-local-storage.ts';
import { closeOrderCases } from './fixtures/close-order.ts';
import { CoroutineScopeManager } from './coroutine.ts';
import { EffectScopeManager } from './effect.ts';
import type { ScopeManagerOptions } from './scope-watcher.ts';
import { SyncStackScopeManager } from './sync-stack.ts';

/** TC39's AsyncContext, by what Node has instead. */
const AsyncContext: AsyncContextNamespace = {
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

const fiber = {};

const managers: Record<string, (options: ScopeManagerOptions) => ScopeManager> = {
  SyncStackScopeManager: (options) => new SyncStackScopeManager(options),
  AsyncLocalStorageScopeManager: (options) => new AsyncLocalStorageScopeManager(options),
  AsyncContextScopeManager: (options) => new AsyncContextScopeManager({ ...options, AsyncContext }),
  CoroutineScopeManager: (options) => new CoroutineScopeManager(options),
  'EffectScopeManager outside of fibers': (options) => new EffectScopeManager(() => undefined, options),
  'EffectScopeManager in a fiber': (options) => new EffectScopeManager(() => fiber, options),
};

// That of zone.js is in zone.test.ts: it changes the globals.
describe.each(Object.entries(managers))('%s', (_, create) => {
  for (const { name, run } of closeOrderCases((watcher) => create(watcher ? { watcher } : {}))) it(name, run);
});

describe('a close that came too early', () => {
  it('is carried out for all of a long chain', () => {
    const manager = new SyncStackScopeManager();
    const tracer = new MockTracer({ scopeManager: manager });
    const scopes = Array.from({ length: 5000 }, (_, number) => tracer.startActiveSpan(String(number)));
    for (const scope of scopes) scope.close();
    expect(tracer.unfinishedSpans()).toEqual([]);
  });

  it('is carried out in a coroutine', async () => {
    const manager = new CoroutineScopeManager();
    const tracer = new MockTracer({ scopeManager: manager });
    await manager.spawn(function* () {
      const first = tracer.startActiveSpan('first');
      const second = tracer.startActiveSpan('second');
      yield Promise.resolve(first.close());
      second.close();
      expect(manager.active).toBeNull();
    });
    expect(tracer.finishedSpans().map((span) => span.operationName())).toEqual(['second', 'first']);
  });

  it('of siblings in one context is carried out, whichever ends first', async () => {
    const manager = new SyncStackScopeManager();
    const tracer = new MockTracer({ scopeManager: manager });
    const work = async (name: string, turns: number): Promise<void> => {
      const scope = tracer.startActiveSpan(name, { ignoreActiveSpan: true });
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      scope.close();
    };
    await Promise.all([work('a', 1), work('b', 5), work('c', 3)]);
    expect(tracer.unfinishedSpans()).toEqual([]);
    expect(manager.active).toBeNull();
  });
});
