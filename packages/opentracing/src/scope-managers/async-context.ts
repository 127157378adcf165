import { CellScopeManager } from './cell-scope-manager.ts';
import type { ScopeLink } from './chain-scope-manager.ts';
import type { ScopeManagerOptions } from './scope-watcher.ts';

export type { ScopeManagerOptions, ScopeWatcher } from './scope-watcher.ts';

/** What is used of TC39's `AsyncContext.Variable`. */
export interface AsyncContextVariable<T> {
  /** Calls `fn(...args)`, with `value` here in it and in all that it starts. */
  run<A extends unknown[], R>(value: T, fn: (...args: A) => R, ...args: A): R;
  /** The value here; `undefined` where there is none. */
  get(): T | undefined;
}

/** What is used of TC39's `AsyncContext`. */
export interface AsyncContextNamespace {
  /** Makes a variable without a value. */
  Variable: new <T>() => AsyncContextVariable<T>;
}

/** Where an {@link AsyncContextScopeManager} finds `AsyncContext`, and how it reports misuse. */
export interface AsyncContextScopeManagerOptions extends ScopeManagerOptions {
  /** Default `globalThis.AsyncContext`. */
  AsyncContext?: AsyncContextNamespace;
}

/**
 * Keeps the active span for each chain of asynchronous calls, with the `AsyncContext` that is proposed to TC39. For
 * runtimes that have it; on those with `node:async_hooks` prefer `AsyncLocalStorageScopeManager`.
 *
 * `AsyncContext` has no way to change the context that runs. So what `activate` opens is seen by all that runs in the
 * same `run` until it is closed, and outside of any `run` by all of the realm; functions that run there at the same
 * time would see, and have to close, the scopes of each other. There use `withActiveSpan`.
 */
export class AsyncContextScopeManager extends CellScopeManager {
  private readonly variable: AsyncContextVariable<ScopeLink>;

  /** @throws Error when there is no `AsyncContext` */
  constructor(options: AsyncContextScopeManagerOptions = {}) {
    super(options);
    const { AsyncContext = (globalThis as { AsyncContext?: AsyncContextNamespace }).AsyncContext } = options;
    if (AsyncContext === undefined) {
      throw new Error(
        'AsyncContextScopeManager: this runtime has no globalThis.AsyncContext; ' +
          'pass one as { AsyncContext }, or use AsyncLocalStorageScopeManager (servers) or ZoneScopeManager (browsers)',
      );
    }
    this.variable = new AsyncContext.Variable();
  }

  protected override cell(): ScopeLink | undefined {
    return this.variable.get();
  }

  protected override runInCell<A, R>(cell: ScopeLink, fn: (argument: A) => R, argument: A): R {
    return this.variable.run(cell, fn, argument);
  }
}
