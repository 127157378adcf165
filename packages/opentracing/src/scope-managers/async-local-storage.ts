import { AsyncLocalStorage } from 'node:async_hooks';

import { ChainScopeManager, ScopeLink } from './chain-scope-manager.ts';
import type { ScopeManagerOptions } from './scope-watcher.ts';

export type { ScopeManagerOptions, ScopeWatcher } from './scope-watcher.ts';

/**
 * Keeps the active span for each chain of asynchronous calls, with Node's `AsyncLocalStorage`: through `await`,
 * promises, timers and callbacks. What is active follows from where work was started, never from the current task.
 *
 * On Node before 24 the first activation in a process turns on the hooks that carry contexts. If that is a
 * `startActiveSpan` (`activate`), then jobs that waited already can see the spans of each other, as with a bare
 * `enterWith`; with `withActiveSpan` (`run`) they cannot. Where you open scopes by hand, turn the hooks on before work
 * starts: `manager.runDetached(() => {})`, once.
 *
 * Also for Deno, Bun and workers that offer `node:async_hooks`. Not for browsers.
 *
 * Where a running context cannot be changed (workerd's `enterWith` throws), what `activate` opens is seen by all that
 * runs in the same `run`, until it is closed; outside of any `run`, by all of the thread. Functions that run there at
 * the same time should use `withActiveSpan`. {@link AsyncLocalStorageScopeManager.isolatedActivation} tells.
 */
export class AsyncLocalStorageScopeManager extends ChainScopeManager {
  private readonly storage: Storage = new AsyncLocalStorage<ScopeLink | undefined>() as Storage;
  /** `undefined` until it matters: a manager that nobody uses costs nothing. */
  private knownEnter: Enter | null | undefined;
  /**
   * The cell of all that runs in no `run`, where contexts hold cells (see `CellScopeManager`); else none, and a context
   * holds its link itself.
   */
  private outside: ScopeLink | undefined;

  /** @param options who is told of misuse; by default nobody, and it is counted */
  constructor(options: ScopeManagerOptions = {}) {
    super(options);
  }

  /** Whether each asynchronous function has its own what `activate` opens in it, once it has awaited something. */
  get isolatedActivation(): boolean {
    return this.enter() !== null;
  }

  protected override link(): ScopeLink | undefined {
    return this.storage.getStore() ?? this.outside;
  }

  protected override setLink(link: ScopeLink | undefined): void {
    // What withScope gives is never disposed of: the chain knows what to restore, also after a close from elsewhere.
    const enter = this.enter();
    if (enter !== null) this.storage[enter](link);
    else (this.link() as ScopeLink).previous = link;
  }

  protected override runWith<A, R>(link: ScopeLink | undefined, fn: (argument: A) => R, argument: A): R {
    // In a `run` of what is held already Node opens no context: what `fn` activates would stay active in the caller.
    const isOwn = this.enter() !== null && link !== this.storage.getStore();
    return this.storage.run(isOwn ? link : new ScopeLink(link), fn, argument);
  }

  private enter(): Enter | null {
    if (this.knownEnter === undefined) {
      this.knownEnter = wayToEnter();
      if (this.knownEnter === null) this.outside = new ScopeLink(undefined);
    }
    return this.knownEnter;
  }
}

type Enter = 'withScope' | 'enterWith';

/** `withScope` is of Node 25.9 and later, and unknown to the types of Node 20. */
type Storage = AsyncLocalStorage<ScopeLink | undefined> & { withScope(link: ScopeLink | undefined): unknown };

/**
 * Tried out, because some runtimes have the method and it throws, or does nothing. In a storage of its own, because up to
 * Node 23 each that was entered slows down every promise of the process until it is disabled.
 */
function wayToEnter(): Enter | null {
  const storage = new AsyncLocalStorage<ScopeLink | undefined>() as Storage;
  const probe = new ScopeLink(undefined);
  const works = (name: Enter): boolean => {
    try {
      storage[name](probe);
      return storage.getStore() === probe;
    } catch {
      return false;
    }
  };
  // In a `run`, which undoes it; of a value, because in a `run` of what is there already Node 20 undoes nothing.
  const found = (['withScope', 'enterWith'] as const).find((name) =>
    storage.run(new ScopeLink(undefined), works, name),
  );
  try {
    storage.disable();
  } catch {
    // workerd has none. There it costs nothing, either.
  }
  return found ?? null;
}
