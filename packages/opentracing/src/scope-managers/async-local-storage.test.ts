import { AsyncResource } from 'node:async_hooks';
import { EventEmitter } from 'node:events';

import { describe, expect, it } from 'vitest';

import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { AsyncLocalStorageScopeManager } from './async-local-storage.ts';
import { scopeManagerCases } from './scope-manager.conformance.ts';

describe('AsyncLocalStorageScopeManager', () => {
  for (const { name, run } of scopeManagerCases(() => new AsyncLocalStorageScopeManager())) it(name, run);

  it('counts ignored closes and reports them when it has a logger', () => {
    const warnings: string[] = [];
    const manager = new AsyncLocalStorageScopeManager({ logger: { warn: (message) => warnings.push(message) } });
    const tracer = new MockTracer({ scopeManager: manager });
    const outer = tracer.startActiveSpan('outer');
    const inner = tracer.startActiveSpan('inner');
    outer.close();
    expect(manager.ignoredCloses).toBe(1);
    expect(warnings).toEqual([expect.stringContaining(outer.span.context().toSpanId())]);
    inner.close();
    outer.close();
    inner.close();
    expect(manager.ignoredCloses).toBe(1);
  });

  it('survives a logger that throws', () => {
    const logger = {
      warn() {
        throw new Error('disk full');
      },
    };
    const manager = new AsyncLocalStorageScopeManager({ logger });
    const tracer = new MockTracer({ scopeManager: manager });
    const outer = tracer.startActiveSpan('outer');
    tracer.startActiveSpan('inner');
    expect(() => outer.close()).not.toThrow();
    expect(manager.ignoredCloses).toBe(1);
  });

  it('survives a logger that rejects', async () => {
    const rejected = unhandledRejections();
    const warn = (): unknown => Promise.reject(new Error('full'));
    const manager = new AsyncLocalStorageScopeManager({ logger: { warn } });
    const tracer = new MockTracer({ scopeManager: manager });
    const outer = tracer.startActiveSpan('outer');
    tracer.startActiveSpan('inner');
    outer.close();
    expect(await rejected()).toEqual([]);
  });

  it('two managers do not see each other', () => {
    const [one, other] = [new AsyncLocalStorageScopeManager(), new AsyncLocalStorageScopeManager()];
    const scope = one.activate(new MockTracer().startSpan('a'));
    expect(other.active).toBeNull();
    expect(one.active).toBe(scope);
    scope.close();
  });

  it('an event emitter runs its listeners under the span of who emits, unless they were bound', () => {
    const manager = new AsyncLocalStorageScopeManager();
    const tracer = new MockTracer();
    const [listening, emitting] = [tracer.startSpan('listening'), tracer.startSpan('emitting')];
    const emitter = new EventEmitter();
    const seen: unknown[] = [];
    manager.run(listening, false, () => {
      emitter.on('ping', () => seen.push(manager.active?.span));
      emitter.on(
        'ping',
        AsyncResource.bind(() => seen.push(manager.active?.span)),
      );
    });
    manager.run(emitting, false, () => emitter.emit('ping'));
    expect(seen).toEqual([emitting, listening]);
  });

  it('work that starts its own successor makes no chain of scopes', async () => {
    const manager = new AsyncLocalStorageScopeManager();
    const tracer = new MockTracer({ scopeManager: manager });
    // Each turn runs in the context that the turn before left behind, as a timer that re-arms itself.
    await new Promise<void>((resolve) => {
      const turn = (left: number): void => {
        if (left === 0) return resolve();
        tracer.withActiveSpan(`turn ${left}`, () => {
          queueMicrotask(() => turn(left - 1));
          expect(chainLength(manager)).toBeLessThanOrEqual(2);
        });
      };
      turn(50);
    });
    expect(tracer.finishedSpans()).toHaveLength(50);
  });

  it('work that starts its successor before it closes its own scope makes no chain of scopes', async () => {
    const manager = new AsyncLocalStorageScopeManager();
    const tracer = new MockTracer({ scopeManager: manager });
    const lengths: number[] = [];
    const tick = async (left: number): Promise<void> => {
      const scope = tracer.startActiveSpan(`tick ${left}`);
      lengths.push(chainLength(manager));
      const next =
        left === 0 ? undefined : new Promise<void>((resolve) => queueMicrotask(() => resolve(tick(left - 1))));
      // The next tick begins meanwhile, in this scope.
      await Promise.resolve();
      scope.close();
      await next;
    };
    await tick(50);
    expect(tracer.finishedSpans()).toHaveLength(51);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(3);
  });

  it('scopes that are closed from elsewhere, the later one first, leave no chain below an open one', () => {
    const manager = new AsyncLocalStorageScopeManager();
    const tracer = new MockTracer({ scopeManager: manager });
    const elsewhere = new AsyncResource('elsewhere');
    let top = tracer.startActiveSpan('first');
    for (let round = 0; round < 20; round++) {
      const [lower, upper] = [tracer.startActiveSpan('lower'), tracer.startActiveSpan('upper')];
      for (const scope of [lower, top]) elsewhere.runInAsyncScope(() => scope.close());
      top = upper;
      expect(chainLength(manager)).toBeLessThanOrEqual(3);
      expect(manager.active).toBe(upper);
    }
    top.close();
    expect(manager.active).toBeNull();
  });

  it('a loop over functions that leak their activation into it makes no chain of scopes', async () => {
    const manager = new AsyncLocalStorageScopeManager();
    const tracer = new MockTracer({ scopeManager: manager });
    const handler = async (): Promise<void> => {
      const scope = tracer.startActiveSpan('handler');
      await Promise.resolve();
      scope.close();
    };
    for (let turn = 0; turn < 50; turn++) {
      await handler();
      expect(chainLength(manager)).toBeLessThanOrEqual(1);
    }
    expect(tracer.finishedSpans().map((span) => span.parentId())).toEqual(Array(50).fill(undefined));
  });
});

/** Collects them from here on; ask after what should have rejected. */
function unhandledRejections(): () => Promise<unknown[]> {
  const seen: unknown[] = [];
  const listener = (reason: unknown): void => void seen.push(reason);
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', listener);
  return async () => {
    // Rejections are reported between the microtasks and the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    process.removeAllListeners('unhandledRejection');
    for (const other of others) process.on('unhandledRejection', other);
    return seen;
  };
}

interface Link {
  previous: Link | undefined;
}

/** Looks inside, because a chain that grows shows only as memory. */
function chainLength(manager: AsyncLocalStorageScopeManager): number {
  const { storage } = manager as unknown as { storage: { getStore(): Link | undefined } };
  let length = 0;
  for (let link = storage.getStore(); link !== undefined; link = link.previous) length++;
  return length;
}
