import { describe, expect, it } from 'vitest';

import { ScopeManager } from '../scope-manager.ts';
import { noopSpan } from '../span.ts';
import { AsyncLocalStorageScopeManager } from './async-local-storage.ts';
import { CoroutineScopeManager } from './coroutine.ts';
import { SyncStackScopeManager } from './sync-stack.ts';

describe.each([ScopeManager, SyncStackScopeManager, AsyncLocalStorageScopeManager, CoroutineScopeManager])(
  '%o, given no span',
  (Manager) => {
    it.each([undefined, null])('takes %s for the no-op span', (none) => {
      const manager = new Manager();
      const scope = manager.activate(none as never, true);
      expect([scope.span, manager.active?.span]).toEqual([noopSpan, noopSpan]);
      scope.close();
      manager.run(none as never, true, (ran) => {
        expect(ran.span).toBe(noopSpan);
        ran.close();
      });
      expect(manager.activeParent).toBeNull();
    });
  },
);
