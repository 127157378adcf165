import { onRejection } from '../internal/on-rejection.ts';
import { CellScopeManager } from './cell-scope-manager.ts';
import type { ScopeLink } from './chain-scope-manager.ts';
import type { ScopeManagerOptions } from './scope-watcher.ts';

export type { ScopeManagerOptions, ScopeWatcher } from './scope-watcher.ts';

/** What is used of a zone of zone.js. */
export interface ZoneLike {
  /** The zone that this one was forked of; `null` for the root. */
  readonly parent: ZoneLike | null;
  /** A property of this zone or of the nearest above it. */
  get(key: string): unknown;
  /** The nearest zone, from this one up, that has the property itself. */
  getZoneWith(key: string): ZoneLike | null;
  /** Makes a zone below this one. */
  fork(spec: {
    /** For people. */
    name: string;
    /** What `get` finds in the new zone, and in those below it. */
    properties: { [key: string]: unknown };
  }): ZoneLike;
  /** Calls `fn` in this zone. */
  // oxlint-disable-next-line typescript/no-explicit-any -- zone.js declares its functions so
  run<R>(fn: (...args: any[]) => R, self?: unknown, args?: unknown[], source?: string): R;
}

/** What is used of the `Zone` of zone.js. */
export interface ZoneConstructor {
  /** The zone that runs now. */
  readonly current: ZoneLike;
}

/** Where a {@link ZoneScopeManager} finds zone.js, and how it reports misuse. */
export interface ZoneScopeManagerOptions extends ScopeManagerOptions {
  /** The `Zone` of zone.js; default `globalThis.Zone`. */
  Zone?: ZoneConstructor;
  /**
   * An empty `async` function, compiled as the application is: `async () => {}`. If it turns out to be a native one, the
   * logger is told that spans will be lost at each `await`. By default one of this module, which a bundler may compile
   * otherwise than the application.
   */
  asyncFunction?: () => PromiseLike<unknown>;
}

/**
 * Keeps the active span for each zone of zone.js: through promises, timers, and whatever else it patches. For browsers;
 * Angular has zone.js at hand. The counterpart of the scope manager for Tornado's `StackContext` in opentracing-python.
 *
 * - zone.js cannot follow a native `await`: behind it, nothing of `run` is active. Compile the application to ES2016
 *   (Angular's tools do so), or use promises.
 * - `run` and `withActiveSpan` give a zone of its own to what they call. What `activate` opens is seen by all that runs
 *   in the same zone until it is closed, and in zones that do not come from `run` by all of those. Functions that run
 *   there at the same time see the scopes of each other, and the one that is opened first cannot be closed before the
 *   other: there use `withActiveSpan`.
 * - A listener of a patched `EventTarget` sees what was active where it was added, not where the event was dispatched.
 */
export class ZoneScopeManager extends CellScopeManager {
  private readonly Zone: ZoneConstructor;
  // A symbol, so that each manager has its own, also those of other copies of this package. zone.js only looks it up.
  private readonly key: string = Symbol('spanwise.scope') as unknown as string;

  /** @throws Error when zone.js is not loaded */
  constructor(options: ZoneScopeManagerOptions = {}) {
    super(options);
    const { Zone = (globalThis as { Zone?: ZoneConstructor }).Zone, asyncFunction = async () => {} } = options;
    if (Zone === undefined) {
      throw new Error("ZoneScopeManager: zone.js is not loaded; import 'zone.js' before, or pass its Zone as { Zone }");
    }
    this.Zone = Zone;
    if (options.logger !== undefined && isNative(asyncFunction)) {
      this.warn(
        () =>
          'ZoneScopeManager: native async functions lose the active span at each await; compile them to ES2016, or use ' +
          'promises. If the application is compiled so: pass { asyncFunction: async () => {} } from there',
      );
    }
  }

  protected override cell(): ScopeLink | undefined {
    return this.Zone.current.get(this.key) as ScopeLink | undefined;
  }

  protected override runInCell<A, R>(cell: ScopeLink, fn: (argument: A) => R, argument: A): R {
    const zone = this.foreignZone().fork({ name: 'spanwise', properties: { [this.key]: cell } });
    return zone.run(fn, undefined, [argument], 'spanwise');
  }

  /**
   * The nearest zone that is not one of `run`: those have nothing to hand down but their cell. Without this, work that
   * starts its own successor (a timer) would make an ever longer chain of zones.
   */
  private foreignZone(): ZoneLike {
    const { current } = this.Zone;
    return current.getZoneWith(this.key) === current ? (current.parent as ZoneLike) : current;
  }
}

/** zone.js replaces the global promise, which is what a compiled function makes; a native one makes the built-in kind. */
function isNative(asyncFunction: () => PromiseLike<unknown>): boolean {
  try {
    const promise = asyncFunction();
    onRejection(promise, () => {});
    return !(promise instanceof Promise);
  } catch {
    return false;
  }
}
