import { ChainScopeManager, type ScopeLink } from './chain-scope-manager.ts';
import type { ScopeManagerOptions } from './scope-watcher.ts';

export type { ScopeManagerOptions, ScopeWatcher } from './scope-watcher.ts';

/**
 * Keeps one stack of active spans for all code that has this manager: one per realm, and so per thread. The counterpart
 * of thread-local storage in other languages. Runs everywhere and costs next to nothing.
 *
 * It knows nothing of asynchronous work: what is activated stays active until it is closed, in whatever runs meanwhile;
 * in {@link SyncStackScopeManager.run} a span is active until the function returns, and no longer when its promise goes
 * on. Carry it by hand there: `scopeManager.bind(callback)`, or `childOf`.
 */
export class SyncStackScopeManager extends ChainScopeManager {
  private top: ScopeLink | undefined;

  constructor(options: ScopeManagerOptions = {}) {
    super(options);
  }

  protected override link(): ScopeLink | undefined {
    return this.top;
  }

  protected override setLink(link: ScopeLink | undefined): void {
    this.top = link;
  }

  protected override runWith<A, R>(link: ScopeLink | undefined, fn: (argument: A) => R, argument: A): R {
    const before = this.top;
    this.top = link;
    try {
      return fn(argument);
    } finally {
      this.top = before;
    }
  }
}
