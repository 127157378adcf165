import { AsyncLocalStorage } from 'node:async_hooks';

import { ChainScopeManager, type ScopeLink } from './chain-scope-manager.ts';
import type { ScopeManagerOptions } from './scope-watcher.ts';

export type { ScopeManagerOptions, ScopeWatcher } from './scope-watcher.ts';

/** How an {@link AsyncLocalStorageScopeManager} reports misuse. */
export type AsyncLocalStorageScopeManagerOptions = ScopeManagerOptions;

/**
 * Keeps the active span for each chain of asynchronous calls, with Node's `AsyncLocalStorage`: through `await`,
 * promises, timers and callbacks. What is active follows from where work was started, never from the current task.
 *
 * Also for Deno, Bun and workers that offer `node:async_hooks`. Not for browsers.
 */
export class AsyncLocalStorageScopeManager extends ChainScopeManager {
  private readonly storage: AsyncLocalStorage<ScopeLink | undefined> = new AsyncLocalStorage();

  constructor(options: AsyncLocalStorageScopeManagerOptions = {}) {
    super(options);
  }

  protected override link(): ScopeLink | undefined {
    return this.storage.getStore();
  }

  protected override setLink(link: ScopeLink | undefined): void {
    this.storage.enterWith(link);
  }

  protected override runWith<A, R>(link: ScopeLink | undefined, fn: (argument: A) => R, argument: A): R {
    return this.storage.run(link, fn, argument);
  }
}
