import { describe, expect, it, vi } from 'vitest';

import type { Scope } from '../contract.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { ScopeManager } from '../scope-manager.ts';
import { noopSpan } from '../span.ts';
import { AsyncLocalStorageScopeManager } from './async-local-storage.ts';
import { CoroutineScopeManager } from './coroutine.ts';
import { SyncStackScopeManager } from './sync-stack.ts';

describe.each([ScopeManager, SyncStackScopeManager, AsyncLocalStorageScopeManager, CoroutineScopeManager])(
  '%o, given no span',
  (Manager) => {
    it.each([undefined, null, '', 0, false])('changes nothing: %j', (none) => {
      const manager = new Manager();
      const before = manager.active;
      const scope = manager.activate(none as never, true);
      expect([scope.span, manager.active]).toEqual([noopSpan, before]);
      scope.close();
      manager.run(none as never, true, (ran) => {
        expect([ran.span, manager.active]).toEqual([noopSpan, before]);
        ran.close();
      });
      expect(manager.activeParent).toBeNull();
    });
  },
);

it.each([SyncStackScopeManager, AsyncLocalStorageScopeManager])(
  '%o, given no span, switches no tracing off',
  (Manager) => {
    const tracer = new MockTracer(new Manager());
    const outer = tracer.startActiveSpan('outer');
    const scope = tracer.scopeManager.activate(undefined as never, true);
    tracer.startSpan('in activate').finish();
    outer.close();
    scope.close();
    tracer.scopeManager.run(null as never, true, () => tracer.startSpan('in run').finish());
    tracer.withActiveSpan(undefined as never, () => tracer.startSpan('below').finish());
    expect(tracer.finishedSpans().map((span) => [span.operationName(), span.parentId() !== undefined])).toEqual([
      ['in activate', true],
      ['outer', false],
      ['in run', false],
      ['below', true],
      ['', false],
    ]);
    expect(tracer.activeSpan).toBeNull();
  },
);

it('a manager derived from another copy of the package has no active span in runDetached', async () => {
  vi.resetModules();
  const copy = await import('../scope-manager.ts');
  expect(copy.ScopeManager).not.toBe(ScopeManager);
  class Derived extends copy.ScopeManager {
    private current: Scope | null = null;
    override get active(): Scope | null {
      return this.current;
    }
    override activate(...args: Parameters<ScopeManager['activate']>): Scope {
      const before = this.current;
      const scope = super.activate(...args);
      this.current = scope;
      return Object.assign(Object.create(scope) as Scope, { close: () => void (this.current = before) });
    }
  }
  const tracer = new MockTracer(new Derived());
  tracer.withActiveSpan('a', (span) => {
    expect(tracer.activeSpan).toBe(span);
    expect(tracer.scopeManager.runDetached(() => tracer.activeSpan)).toBeNull();
    expect(tracer.scopeManager.runDetached(() => tracer.scopeManager.activeContext)).toBeNull();
  });
});
