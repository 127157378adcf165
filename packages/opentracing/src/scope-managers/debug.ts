import type { Scope, ScopeManager, SpanOptions, Tracer } from '../contract.ts';
import { onRejection } from '../internal/on-rejection.ts';
import type { CauseTracker, Loss, Origin } from './debug-causes.ts';
import { Opening, type ScopeOpening } from './debug-opening.ts';
import { describeOpening, describeReport, placeOf, type ScopeReport, type WorkOrigin } from './debug-report.ts';
import { isStartedOnPurpose } from './debug-root.ts';
import { captureStack, captureStackOfManager } from './debug-stack.ts';
import type { ScopeWatcher } from './scope-watcher.ts';

/* oxlint-disable typescript/unbound-method -- named for the engine to cut stacks at, never called */

export type { CauseTracker, LossKind } from './debug-causes.ts';
export type { ScopeOpening } from './debug-opening.ts';
export {
  type ClosedElsewhere,
  type ClosedInWrongOrder,
  type ContextLost,
  describeReport,
  type NeverClosed,
  type ScopeReport,
  type WorkOrigin,
} from './debug-report.ts';

/** What a {@link ScopeDebugger} does with what it finds. */
export interface ScopeDebuggerOptions {
  /** Gets every report. What it throws is ignored. Default: prints `describeReport`, once for each place, by `console.warn`. */
  report?: (report: ScopeReport) => unknown;
  /** Knows where asynchronous work came from: `new AsyncCauses()` of `@spanwise/opentracing/scope-managers/debug-node`. */
  causes?: CauseTracker;
  /** Says of a span that it is meant to be a root while other scopes are open. Default: none is, beyond those that {@link ScopeDebugger.watch} knows. */
  expectRoot?: (name: string, options: SpanOptions | undefined) => boolean;
  /**
   * Whether to report roots also for which there is no evidence of a loss, see {@link ScopeDebugger.watch}: those of a
   * timer's job, and those of a queue that a timer empties, which look the same. Default: `false` with `causes`; `true`
   * without them, because nothing else finds evidence.
   */
  reportWithoutEvidence?: boolean;
  /** The clock of the ages, milliseconds. Default `Date.now`. */
  nowMillis?: () => number;
}

/**
 * Debug mode of scope managers: says with stacks which scopes were closed in the wrong order, elsewhere, or never, and
 * where context was lost. Takes a stack for each scope, so it is for tests and for finding a fault. Without it nothing
 * of this costs anything. Never throws into the application, but for {@link ScopeDebugger.assertAllClosed}.
 *
 * ```ts
 * const scopeDebugger = new ScopeDebugger();
 * const scopeManager = new AsyncLocalStorageScopeManager({ watcher: scopeDebugger });
 * const tracer = new MockTracer({ scopeManager });
 * scopeDebugger.watch(tracer);
 * afterEach(() => scopeDebugger.assertAllClosed());
 * ```
 */
export class ScopeDebugger implements ScopeWatcher {
  private readonly options: ScopeDebuggerOptions;
  private readonly now: () => number;
  private readonly openings: WeakMap<Scope, Opening> = new WeakMap();
  private readonly open: Set<Opening> = new Set();
  /** Those that were garbage before anybody closed them. */
  private readonly leaked: Opening[] = [];
  private readonly registry: FinalizationRegistry<Opening>;
  private readonly watched: Map<Tracer, Watch> = new Map();
  private detachedDepth = 0;

  /** @param options by default it prints what it finds, and does not know where asynchronous work came from */
  constructor(options: ScopeDebuggerOptions = {}) {
    this.options = { ...options, report: options.report ?? printOncePerPlace() };
    this.now = options.nowMillis ?? Date.now;
    this.registry = new FinalizationRegistry((opening) => this.collected(opening));
  }

  /** The scopes that are open now, the oldest first: of all contexts of the managers that have this watcher. */
  openScopes(): ScopeOpening[] {
    return [...this.open].map((opening) => this.describe(opening));
  }

  /**
   * For the end of a test. Each scope makes one assertion fail: it is forgotten here afterwards.
   *
   * @throws Error when scopes are open, or were lost unclosed; lists where each was opened
   */
  assertAllClosed(): void {
    const unclosed = [...this.leaked.splice(0), ...this.open];
    this.open.clear();
    if (unclosed.length === 0) return;
    const list = unclosed.map((opening) => describeOpening(this.describe(opening)));
    const count = list.length === 1 ? '1 scope was' : `${list.length} scopes were`;
    throw new Error(`${count} not closed:\n${list.join('\n')}`);
  }

  /**
   * Reports spans that this tracer starts without a parent, where nothing is active although scopes of its manager are
   * open elsewhere: there context was lost, in a queue, a pool, a callback of a library.
   *
   * With {@link ScopeDebuggerOptions.causes} only where there is evidence, which is one of these:
   * - the work was scheduled in a scope that was closed before it ran, such as by `setTimeout`, and it did not wait for
   *   what closed the scope;
   * - it came on a TCP or pipe connection that this process has opened ({@link WorkOrigin.answers});
   * - it came on a port (of a `Worker`, a `MessageChannel`), on a pipe of a child process (its IPC channel, its stdout),
   *   or on a UDP socket, and after the root it settles a promise that was begun in a scope which is still open;
   * - it waited for a promise that was resolved under a span, as the worker of a pool does, and after the root it settles
   *   a promise that was begun in a scope of the same trace which is still open.
   *
   * In the last two the report comes when the promise is settled, for nothing tells sooner: who awaits its own finished
   * `withActiveSpan`, or a `ready` that was resolved under a span, goes on to start roots by right, and looks to
   * `async_hooks` as the worker of a pool does until the work turns out to be for a span.
   *
   * Who waits for what closes a scope goes on to start roots by right: `await traced()`, with `startActiveSpan` and
   * `close` in `traced`, has the scope in its context too. That it waits is seen through promises (also one that is
   * returned, a `Promise.all`, a `finally`), ticks, immediates, timers, and callbacks of I/O, as far as one was begun, or
   * settled, by the other after the close; and from one call to the next of a socket or a child process of the scope.
   *
   * So a timer, or a loop, that was begun where nothing was active starts roots without an alarm, and so does what comes
   * in on a server. What goes on by itself, an interval or a server, does so wherever it was begun: also in the first
   * request that needed it.
   *
   * **Not found** with `causes` are: a queue that a timer empties, which looks like the timer's own job; the job of a pool
   * or the answer on a port, a pipe or by UDP that settles no promise of an open scope after its root (plain callbacks, or
   * a `resolve` that comes before `startSpan`); in a pool that is woken once for several traces, the jobs of all but the
   * one that woke it; what comes on other handles (`TTY`, files that are watched, HTTP/2 and QUIC sessions), on those that
   * were opened before `watch`, and on those that a server has accepted; and what is older than the `limit` of
   * `AsyncCauses`; and work that outlives its scope, where it waits for something that was done after the close by who
   * closed it (a lock that is released then, another call of the socket in whose callback the scope was closed), or where
   * more than 1,000 callbacks lie between, for that looks the same as waiting for the close.
   * {@link ScopeDebuggerOptions.reportWithoutEvidence} reports all of them, and what is meant as well.
   *
   * **Reported although all is well** may be who waits by other means than those, or not at all, for the function that
   * closes a scope of its own: by a counter of callbacks, of which another one comes last, by asking again and again, or by
   * a sleep that is long enough. To `async_hooks` that is work that outlives the scope. `withActiveSpan` in the function
   * leaves no scope to its caller.
   * Two that take turns in waking each other under one span (a lock inside of a span, with one that takes it outside of
   * any) may be reported although all is well. Who reads a traced generator is outside of its
   * span by right, and is not reported.
   *
   * Without `causes` there is no evidence, and every such root is reported: also one that is meant, such as a timer's, a
   * poll's, a request handled beside others. With them so is a message that the other side of a connection has pushed.
   *
   * **Say that a root is meant**, by one of these, and it is reported in neither case:
   * - `ignoreActiveSpan: true`, for one span;
   * - the tag `span.kind` `server` or `consumer` at its start, for what comes in from outside;
   * - `scopeManager.runDetached(fn)`, for work of the process itself (with `causes` also for what was begun there);
   * - {@link ScopeDebuggerOptions.expectRoot}, by the name of the operation, where the code is not yours.
   *
   * Not found is a wrong parent. When the `release` of one request calls a function that another one has put aside (a
   * pool's waiter), then the span of the one who releases is active, and what the waiter starts becomes its child: no
   * root, and to `async_hooks` a function called by that request like any other. That the wait began elsewhere is
   * written nowhere, for a list of functions makes no asynchronous resource; and where there is one, such as a promise
   * that the waiter resolves, or a connection that another request has opened, it looks the same when all is well. Bind
   * what is put aside: `waiting.push(scopeManager.bind(waiter))`. Waiters that are the `resolve` of a promise need not
   * be: `await` brings their own context back.
   *
   * Not found either is a root where no scope is open any more.
   *
   * Replaces `startSpan` of this tracer, and `runDetached` of its manager. Give it the tracer itself, not
   * `globalTracer()`.
   *
   * @returns a function that ends it
   * @throws Error when another `ScopeDebugger` has the same `causes` and watches
   */
  watch(tracer: Tracer): () => void {
    if (!this.watched.has(tracer)) {
      const { causes } = this.options;
      if (this.watched.size === 0) {
        causes?.start({ active: () => this.activeOpening(), detached: () => this.detachedDepth > 0 });
      }
      this.watched.set(tracer, this.startWatch(tracer));
    }
    return () => this.unwatch(tracer);
  }

  /** Called by scope managers. */
  opened(scope: Scope): void {
    const stack = captureStackOfManager(ScopeDebugger.prototype.opened);
    this.guard(() => {
      const opening = new Opening(scope.manager, scope.span, this.now(), stack);
      this.openings.set(scope, opening);
      this.open.add(opening);
      this.options.causes?.opened(opening);
      this.registry.register(scope, opening);
    });
  }

  /** Called by scope managers. */
  closed(scope: Scope): void {
    const opening = this.openings.get(scope);
    if (opening === undefined) return;
    opening.closed = true;
    this.options.causes?.closed(opening);
    this.open.delete(opening);
  }

  /** Called by scope managers. */
  closedInWrongOrder(scope: Scope, above: Scope | null): void {
    const closedAt = captureStackOfManager(ScopeDebugger.prototype.closedInWrongOrder);
    this.guard(() => {
      const [below, upper] = [this.describeScope(scope), this.describeScope(above)];
      if (below === null) return;
      this.tell({ kind: 'closed-in-wrong-order', scope: below, above: upper, closedAt });
    });
  }

  /** Called by scope managers. */
  closedElsewhere(scope: Scope, active: Scope | null): void {
    const closedAt = captureStackOfManager(ScopeDebugger.prototype.closedElsewhere);
    this.guard(() => {
      const [closed, here] = [this.describeScope(scope), this.describeScope(active)];
      if (closed === null) return;
      this.tell({ kind: 'closed-elsewhere', scope: closed, active: here, closedAt });
    });
  }

  private collected(opening: Opening): void {
    this.guard(() => {
      // Not there any more when it was closed, or an assertion has listed it.
      if (!this.open.delete(opening)) return;
      if (this.leaked.length < maxLeaked) this.leaked.push(opening);
      this.tell({ kind: 'never-closed', scope: this.describe(opening) });
    });
  }

  private startWatch(tracer: Tracer): Watch {
    const manager = tracer.scopeManager;
    const restoreTracer = replace(tracer, 'startSpan', (startSpan) => {
      const isLost = (name: string | undefined, options: SpanOptions | undefined): boolean => {
        let lost = false;
        this.guard(() => (lost = this.isLost(manager, name ?? '', options)));
        return lost;
      };
      const tellLost = (name: string | undefined, stack: string): void => {
        this.guard(() => this.tellLost(manager, name ?? '', stack));
      };
      return function watchedStartSpan(this: Tracer, ...args: Parameters<Tracer['startSpan']>) {
        if (isLost(...args)) tellLost(args[0], captureStack(watchedStartSpan));
        return Reflect.apply(startSpan, this, args);
      };
    });
    const restoreManager = replace(manager, 'runDetached', (runDetached) => {
      const around = <R>(fn: () => R): R => {
        this.detachedDepth++;
        try {
          return fn();
        } finally {
          this.detachedDepth--;
        }
      };
      return function <R>(this: ScopeManager, fn: () => R): R {
        return around(() => Reflect.apply<ScopeManager, [() => R], R>(runDetached, this, [fn]));
      };
    });
    return { manager, restore: () => (restoreTracer(), restoreManager()) };
  }

  private unwatch(tracer: Tracer): void {
    const watch = this.watched.get(tracer);
    if (watch === undefined) return;
    watch.restore();
    this.watched.delete(tracer);
    if (this.watched.size === 0) this.options.causes?.stop();
  }

  private isLost(manager: ScopeManager, spanName: string, options: SpanOptions | undefined): boolean {
    if (isStartedOnPurpose(options) || manager.activeParent !== null || this.isDetached()) return false;
    return this.openIn(manager).length > 0 && this.options.expectRoot?.(spanName, options) !== true;
  }

  private tellLost(manager: ScopeManager, spanName: string, startedAt: string): void {
    const { causes, reportWithoutEvidence = causes === undefined } = this.options;
    const origin = causes?.origin() ?? null;
    const latest = this.openIn(manager).slice(-maxListed).reverse();
    const openScopes = latest.map((opening) => this.describe(opening));
    const tell = (found: Origin | null): void => {
      this.tell({ kind: 'context-lost', spanName, startedAt, openScopes, origin: this.describeOrigin(found) });
    };
    if (reportWithoutEvidence || isEvidence(origin)) tell(origin);
    else if (origin !== null) causes?.onProof((loss: Loss) => this.guard(() => tell({ ...origin, loss })));
  }

  private openIn(manager: ScopeManager): Opening[] {
    return [...this.open].filter((opening) => opening.manager === manager);
  }

  private isDetached(): boolean {
    return this.detachedDepth > 0 || this.options.causes?.isDetached() === true;
  }

  private describeOrigin(origin: Origin | null): WorkOrigin | null {
    if (origin === null) return null;
    const { loss, ...rest } = origin;
    if (loss === null) return { ...rest, loss };
    const { opening, ...where } = loss;
    return { ...rest, loss: { ...where, scope: this.describe(opening) } };
  }

  /** What is active here in any of the managers. */
  private activeOpening(): Opening | null {
    for (const { manager } of this.watched.values()) {
      const scope = manager.active;
      const opening = scope === null ? undefined : this.openings.get(scope);
      if (opening !== undefined) return opening;
    }
    return null;
  }

  private describeScope(scope: Scope | null): ScopeOpening | null {
    const opening = scope === null ? undefined : this.openings.get(scope);
    return opening === undefined ? null : this.describe(opening);
  }

  private describe(opening: Opening): ScopeOpening {
    return opening.describe(this.now());
  }

  private tell(report: ScopeReport): void {
    onRejection(this.options.report?.(report), () => {});
  }

  /** Debug mode must not break what it watches: neither by a callback of its own nor by a span it knows nothing of. */
  private guard(work: () => void): void {
    try {
      work();
    } catch {
      // Nobody to tell: the one who is told may be the one who failed.
    }
  }
}

/** That a promise was resolved under a span is none: so is one that was awaited after a finished `withActiveSpan`. */
function isEvidence(origin: Origin | null): boolean {
  return origin !== null && (origin.answers || origin.loss?.how === 'scheduled');
}

/** Of those that were lost, as many are kept for an assertion. */
const maxLeaked = 1000;
const maxListed = 10;
const maxPlaces = 1000;

interface Watch {
  manager: ScopeManager;
  restore: () => void;
}

/** Puts a method of its own on an object, and returns a function that takes it away. */
function replace<T extends object, K extends keyof T>(target: T, name: K, make: (method: T[K]) => T[K]): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  const value = make(target[name]);
  Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false });
  return () => {
    // Somebody else has replaced it since: theirs goes on calling ours.
    if (target[name] !== value) return;
    if (before === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, before);
  };
}

function printOncePerPlace(): (report: ScopeReport) => void {
  const printed = new Set<string>();
  return (report) => {
    const place = placeOf(report);
    if (printed.has(place) || printed.size >= maxPlaces) return;
    printed.add(place);
    console.warn(describeReport(report));
  };
}
