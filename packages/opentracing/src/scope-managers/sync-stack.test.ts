import { describe, expect, it } from 'vitest';

import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { collectGarbage } from './fixtures/collect-garbage.ts';
import { scopeManagerCases, scopeManagerExceptions } from './scope-manager.conformance.ts';
import { SyncStackScopeManager } from './sync-stack.ts';

describe('SyncStackScopeManager', () => {
  const create = (): SyncStackScopeManager => new SyncStackScopeManager();
  const capabilities = { asynchronous: false };
  for (const { name, run } of scopeManagerCases(create, capabilities, { collectGarbage })) it(name, run);
  for (const { name, run } of scopeManagerExceptions(create, capabilities)) it(name, run);

  it('shows what is activated to whatever runs meanwhile', async () => {
    const manager = create();
    const tracer = new MockTracer({ scopeManager: manager });
    const unrelated = Promise.resolve().then(() => manager.active?.span);
    const scope = tracer.startActiveSpan('a');
    expect(await unrelated).toBe(scope.span);
    scope.close();
    expect(manager.active).toBeNull();
  });

  it('has the span of withActiveSpan until the function returns, and finishes it when its promise settles', async () => {
    const tracer = new MockTracer({ scopeManager: create() });
    const work = tracer.withActiveSpan('a', async (span) => {
      expect(tracer.activeSpan).toBe(span);
      await Promise.resolve();
      expect(tracer.activeSpan).toBeNull();
    });
    expect(tracer.activeSpan).toBeNull();
    expect(tracer.finishedSpans()).toEqual([]);
    await work;
    expect(tracer.finishedSpans()).toHaveLength(1);
  });

  it('carries a span into a callback that was bound to it, and no further', async () => {
    const manager = create();
    const tracer = new MockTracer({ scopeManager: manager });
    const span = tracer.startSpan('a');
    const seen = await new Promise((resolve) => {
      const callback = manager.bind(() => {
        const here = manager.active?.span;
        queueMicrotask(() => resolve([here, manager.active]));
      }, span);
      setTimeout(callback, 0);
    });
    expect(seen).toEqual([span, null]);
  });

  it('counts a close out of order that concurrent work makes', () => {
    const manager = create();
    const tracer = new MockTracer({ scopeManager: manager });
    const first = tracer.startActiveSpan('first');
    const second = tracer.startActiveSpan('second');
    first.close();
    expect(manager.ignoredCloses).toBe(1);
    expect(manager.active).toBe(second);
  });
});
