import type { Scope as ScopeContract, Span, SpanContext } from '../contract.ts';
import { isNoopSpan } from '../internal/noop-mark.ts';
import { onRejection } from '../internal/on-rejection.ts';
import { ScopeManager } from '../scope-manager.ts';
import { Scope } from '../scope.ts';
import type { ScopeManagerOptions, ScopeWatcher } from './scope-watcher.ts';

/**
 * What all scope managers share: a context holds one link of a chain, the active scope's, and each link knows the one
 * below. What a context is, and how long it is kept, is all that an implementation says.
 */
export abstract class ChainScopeManager extends ScopeManager {
  private readonly logger: { warn(message: string): void } | undefined;
  private readonly watcher: ScopeWatcher | undefined;
  private ignored = 0;

  constructor(options: ScopeManagerOptions = {}) {
    super();
    this.logger = options.logger;
    this.watcher = options.watcher === undefined ? undefined : guarded(options.watcher);
  }

  /** How many scopes were closed too early: another one was open above, and they wait for it. Each counts once. */
  get ignoredCloses(): number {
    return this.ignored;
  }

  override get active(): ScopeContract | null {
    return live(this.link())?.scope ?? null;
  }

  override get activeParent(): Span | SpanContext | null {
    const link = live(this.link());
    if (link === undefined) return null;
    return link.scope === null ? link.context : link.scope.span;
  }

  override activate(span: Span, finishOnClose?: boolean): ScopeContract {
    // Callers without types pass what is undefined.
    if (!span) return super.activate(span);
    const link = new ScopeLink(live(this.link()));
    const scope = new ActivatedScope(this, span, finishOnClose === true, link);
    this.setLink(link);
    this.watcher?.opened(scope);
    return scope;
  }

  override run<R>(span: Span, finishOnClose: boolean, fn: (scope: ScopeContract) => R): R {
    if (!span) return super.run(span, finishOnClose, fn);
    const link = new ScopeLink(live(this.link()));
    const scope = new CallbackScope(this, span, finishOnClose, link);
    this.watcher?.opened(scope);
    return this.runWith(link, fn, scope);
  }

  override runDetached<R>(fn: () => R): R {
    return this.runWith(undefined, fn, undefined);
  }

  override snapshot(): <R>(fn: () => R) => R {
    const link = live(this.link());
    return (fn) => this.runWith(link, fn, undefined);
  }

  /** The link that this context holds. */
  protected abstract link(): ScopeLink | undefined;

  /** Replaces the link of this context, from here on. */
  protected abstract setLink(link: ScopeLink | undefined): void;

  /** Calls `fn(argument)` in a context of its own that holds `link`. */
  protected abstract runWith<A, R>(link: ScopeLink | undefined, fn: (argument: A) => R, argument: A): R;

  /** Closes what `activate` opened. @internal */
  closeActivated(scope: ActivatedScope): void {
    const { link } = scope;
    const current = live(this.link());
    if (current === link) this.setLink(live(link.previous));
    else {
      const above = scopeAbove(link, current);
      if (above !== undefined) return this.closeLater(scope, above);
      this.watcher?.closedElsewhere(scope, current?.scope ?? null);
    }
    takeOut(link);
    this.closed(scope);
  }

  /** What is left to do when a scope is no longer in its chain. @internal */
  closed(scope: LinkedScope): void {
    try {
      this.end(scope);
    } finally {
      this.closeWaiting(scope);
    }
  }

  private end(scope: LinkedScope): void {
    this.watcher?.closed(scope);
    if (scope.finishOnClose) scope.span.finish();
  }

  /** Closes what waits for `closed`, and what waits for that: in a loop, because there may be many. */
  private closeWaiting(closed: LinkedScope): void {
    for (let scope = takeWaiting(closed); scope !== null; scope = takeWaiting(scope)) {
      const { link } = scope;
      if (live(this.link()) === link) this.setLink(live(link.previous));
      takeOut(link);
      try {
        this.end(scope);
      } catch {
        // Who closes the scope above is not the one to be told.
      }
    }
  }

  private closeLater(scope: ActivatedScope, above: LinkedScope): void {
    above.waiting = scope;
    if (scope.isToldOf) return;
    scope.isToldOf = true;
    this.ignored++;
    this.watcher?.closedInWrongOrder(scope, above);
    this.warn(() => {
      const id = scope.span.context().toSpanId();
      return `the scope of span ${id} stays open until the one that was opened after it closes: close that one first`;
    });
  }

  /** Tells the logger, if there is one, what `message` gives. */
  protected warn(message: () => string): void {
    if (this.logger === undefined) return;
    try {
      const written: unknown = this.logger.warn(message());
      onRejection(written, () => {});
    } catch {
      // A broken logger must not break the application.
    }
  }
}

/**
 * What a context holds: a link of the chain of scopes.
 *
 * It is apart from the scope and lets go of it on close, because a context may live as long as the process (a
 * connection pool, a timer), and a finished span must not live as long.
 */
export class ScopeLink {
  /** `null` once the scope is closed. */
  scope: LinkedScope | null = null;
  /** What stays of a closed callback-form scope: the span's context, and of the no-op's span itself. */
  context: Span | SpanContext | null = null;
  /** The scope that was active before, or after the close of this one the next below that was open. */
  previous: ScopeLink | undefined;

  constructor(previous: ScopeLink | undefined) {
    this.previous = previous;
  }
}

/**
 * Skips scopes of `activate` that are closed: they may still be seen here when they were opened or closed elsewhere.
 * And cells, which never have a scope.
 */
export function live(link: ScopeLink | undefined): ScopeLink | undefined {
  while (link !== undefined && link.scope === null && link.context === null) link = link.previous;
  return link;
}

/**
 * Leaves out what is closed below, too: without this, work that starts its own successor before it closes would make an
 * ever longer chain below the open one.
 */
function takeOut(link: ScopeLink): void {
  link.scope = null;
  link.previous = live(link.previous);
}

/** The open scope that stands on `link` in the chain of `top`. */
function scopeAbove(link: ScopeLink, top: ScopeLink | undefined): LinkedScope | undefined {
  for (let above = top; above !== undefined;) {
    const below = live(above.previous);
    // Only open scopes have one below.
    if (below === link) return above.scope ?? undefined;
    above = below;
  }
  return undefined;
}

/** The scope whose close waits for `closed`, unless it was closed elsewhere meanwhile. */
function takeWaiting(closed: LinkedScope): ActivatedScope | null {
  const { waiting } = closed;
  closed.waiting = null;
  return waiting?.link.scope ? waiting : null;
}

/** A broken watcher must not break the application. One call deep: debug mode shows a stack, whose depth is limited. */
function guarded(watcher: ScopeWatcher): ScopeWatcher {
  const guard =
    (name: keyof ScopeWatcher) =>
    (...scopes: [Scope, Scope]): void => {
      try {
        const told: unknown = watcher[name](...scopes);
        onRejection(told, () => {});
      } catch {
        // What it says of scopes is lost, and nothing else.
      }
    };
  return {
    opened: guard('opened') as ScopeWatcher['opened'],
    closed: guard('closed') as ScopeWatcher['closed'],
    closedInWrongOrder: guard('closedInWrongOrder'),
    closedElsewhere: guard('closedElsewhere'),
  };
}

/** A scope that stands in a chain. */
abstract class LinkedScope extends Scope {
  /** Whether closing it finishes its span. */
  readonly finishOnClose: boolean;
  /** Its place in the chain. */
  readonly link: ScopeLink;
  /** The scope below whose `close` came too early, and is carried out when this one closes. */
  waiting: ActivatedScope | null = null;
  declare readonly manager: ChainScopeManager;

  constructor(manager: ChainScopeManager, span: Span, finishOnClose: boolean, link: ScopeLink) {
    super(manager, span);
    this.finishOnClose = finishOnClose;
    this.link = link;
    link.scope = this;
  }
}

/** A scope of `activate`. */
class ActivatedScope extends LinkedScope {
  /** Whether its close came too early, and that was counted: once is enough, however often it is asked for. @internal */
  isToldOf = false;

  override close(): void {
    if (this.link.scope !== null) this.manager.closeActivated(this);
  }
}

class CallbackScope extends LinkedScope {
  /** The end of the callback restores what was active, so from here it does not matter where this is called. */
  override close(): void {
    const { link, span } = this;
    if (link.scope === null) return;
    // The no-op's span says that tracing is switched off, for work that outlives the scope too.
    link.context = isNoopSpan(span) ? span : span.context();
    link.scope = null;
    // Without this, work that starts its own successor (a timer) would make an ever longer chain.
    link.previous = undefined;
    this.manager.closed(this);
  }
}
