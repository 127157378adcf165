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
