import { ChainScopeManager, live, type ScopeLink } from './chain-scope-manager.ts';
import type { ScopeManagerOptions } from './scope-watcher.ts';

export type { ScopeManagerOptions, ScopeWatcher } from './scope-watcher.ts';

/**
 * Keeps one stack of active spans for each fiber of Effect. It is told how to ask for the fiber, and imports nothing:
 *
 * ```ts
 * new EffectScopeManager(() => Fiber.getCurrent()); // effect 4
 * new EffectScopeManager(() => Option.getOrUndefined(Fiber.getCurrentFiber())); // effect 3
 * ```
 *
 * A fiber starts with no active span, unless its parent hands over what it has: {@link EffectScopeManager.handOver}.
 * What it opens stays active in all of its steps until it is closed, whichever fibers run in between:
 *
 * ```ts
 * const open = Effect.sync(() => tracer.startActiveSpan('checkout'));
 * Effect.acquireUseRelease(open, () => checkout, (scope) => Effect.sync(() => scope.close()));
 * ```
 *
 * Outside of fibers this is a `SyncStackScopeManager`, and so it is for `async` functions, also those that a fiber waits
 * for. `run` and `withActiveSpan` end when their function returns: an effect that it returns does not run in there.
 */
export class EffectScopeManager extends ChainScopeManager {
  private readonly currentFiber: () => object | undefined;
  private readonly links = new WeakMap<object, ScopeLink>();
  private outside: ScopeLink | undefined;

  /**
   * @param currentFiber gives the fiber that runs now, `undefined` when none does; asked often, must not throw
   * @throws TypeError when it is no function, or gives an `Option`
   */
  constructor(currentFiber: () => object | undefined, options: ScopeManagerOptions = {}) {
    super(options);
    requireFiber(currentFiber);
    this.currentFiber = currentFiber;
  }

  /**
   * Notes what is active here, and returns a function that makes it active in the fiber which calls it, in place of what
   * that had. For children that shall inherit, as the first that they do. Outside of fibers it does nothing.
   *
   * ```ts
   * Effect.suspend(() => {
   *   const inherit = manager.handOver();
   *   return Effect.forkChild(Effect.andThen(Effect.sync(inherit), work));
   * });
   * ```
   */
  handOver(): () => void {
    const link = live(this.link());
    return () => {
      const fiber = this.currentFiber();
      if (fiber !== undefined) this.put(fiber, link);
    };
  }

  protected override link(): ScopeLink | undefined {
    const fiber = this.currentFiber();
    return fiber === undefined ? this.outside : this.links.get(fiber);
  }

  protected override setLink(link: ScopeLink | undefined): void {
    this.put(this.currentFiber(), link);
  }

  protected override runWith<A, R>(link: ScopeLink | undefined, fn: (argument: A) => R, argument: A): R {
    const fiber = this.currentFiber();
    const before = fiber === undefined ? this.outside : this.links.get(fiber);
    this.put(fiber, link);
    try {
      return fn(argument);
    } finally {
      this.put(fiber, before);
    }
  }

  private put(fiber: object | undefined, link: ScopeLink | undefined): void {
    if (fiber === undefined) this.outside = link;
    else if (link === undefined) this.links.delete(fiber);
    else this.links.set(fiber, link);
  }
}

/** An `Option` is an object too, and `None` the same for all fibers: they would see the spans of each other. */
function requireFiber(currentFiber: unknown): void {
  if (typeof currentFiber !== 'function') {
    throw new TypeError('EffectScopeManager needs a function that gives the current fiber: () => Fiber.getCurrent()');
  }
  const { _tag } = ((currentFiber as () => unknown)() ?? {}) as { _tag?: unknown };
  if (_tag !== 'None' && _tag !== 'Some') return;
  throw new TypeError(
    'EffectScopeManager needs the fiber, not an Option: () => Option.getOrUndefined(Fiber.getCurrentFiber())',
  );
}
