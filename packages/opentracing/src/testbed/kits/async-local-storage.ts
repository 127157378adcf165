import { AsyncLocalStorage } from 'node:async_hooks';

import type { Span } from '../../contract.ts';
import { AsyncLocalStorageScopeManager } from '../../scope-managers/async-local-storage.ts';
import { BareScopeManager, type Primitive } from '../bare-scope-manager.ts';
import type { Kit } from '../kit.ts';
import { asyncFunctionTasks } from '../tasks.ts';

function storage(): Primitive {
  const storage = new AsyncLocalStorage<Span | undefined>();
  return {
    get: () => storage.getStore(),
    set: (span) => storage.enterWith(span),
    run: (span, fn) => storage.run(span, fn),
  };
}

/** {@link AsyncLocalStorageScopeManager}, with tasks as async functions. */
export const asyncLocalStorageKit: Kit = {
  name: 'async-local-storage',
  rig: () => ({ manager: new AsyncLocalStorageScopeManager(), tasks: asyncFunctionTasks }),
  bare: () => ({ manager: new BareScopeManager(storage()), tasks: asyncFunctionTasks }),
};
