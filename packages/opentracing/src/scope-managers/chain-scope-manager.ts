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

  /** How many `close` calls were ignored because another scope was open above. */
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
    const link = new ScopeLink(live(this.link()));
    const scope = new ActivatedScope(this, span, finishOnClose === true, link);
    this.setLink(link);
    this.watcher?.opened(scope);
    return scope;
  }

  override run<R>(span: Span, finishOnClose: boolean, fn: (scope: ScopeContract) => R): R {
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
    const current = live(this.link());
    if (current === scope.link) this.setLink(live(current.previous));
    else if (isBelow(scope.link, current)) return this.ignoreClose(scope, current as ScopeLink);
    else this.watcher?.closedElsewhere(scope, current?.scope ?? null);
    scope.link.scope = null;
    // Without this, work that starts its own successor before it closes would make an ever longer chain
    // below the open one.
    scope.link.previous = live(scope.link.previous);
    this.watcher?.closed(scope);
    if (scope.finishOnClose) scope.span.finish();
  }

  /** Tells who watches that a scope of `run` is over. @internal */
  closedCallback(scope: Scope): void {
    this.watcher?.closed(scope);
  }

  private ignoreClose(scope: Scope, above: ScopeLink): void {
    this.ignored++;
    this.watcher?.closedInWrongOrder(scope, above.scope);
    this.warn(() => {
      const id = scope.span.context().toSpanId();
      return `the scope of span ${id} stays open: close the scope that was opened after it first`;
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
  scope: Scope | null = null;
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

function isBelow(link: ScopeLink, top: ScopeLink | undefined): boolean {
  for (let above = top; above !== undefined; above = above.previous) {
    if (above.previous === link) return true;
  }
  return false;
}

/** A broken watcher must not break the application. One call deep: debug mode shows a stack, whose depth is limited. */
function guarded(watcher: ScopeWatcher): ScopeWatcher {
  const guard =
    (name: keyof ScopeWatcher) =>
    (...scopes: [Scope, Scope | null]): void => {
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

abstract class LinkedScope extends Scope {
  readonly finishOnClose: boolean;
  readonly link: ScopeLink;
  declare readonly manager: ChainScopeManager;

  constructor(manager: ChainScopeManager, span: Span, finishOnClose: boolean, link: ScopeLink) {
    super(manager, span);
    this.finishOnClose = finishOnClose;
    this.link = link;
    link.scope = this;
  }
}

class ActivatedScope extends LinkedScope {
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
    this.manager.closedCallback(this);
    if (this.finishOnClose) span.finish();
  }
}
