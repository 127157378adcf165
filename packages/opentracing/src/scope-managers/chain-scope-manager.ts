import type { Scope as ScopeContract, Span, SpanContext } from '../contract.ts';
import { isNoopSpan } from '../internal/noop-mark.ts';
import { onRejection } from '../internal/on-rejection.ts';
import { ScopeManager } from '../scope-manager.ts';
import { Scope } from '../scope.ts';
import { noopSpan } from '../span.ts';
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

  /** How many `close` calls were ignored at first, because another scope was open above. */
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
    const { link } = scope;
    const current = scope.phase === 'over' ? live(this.link()) : unfinished(this.link());
    if (current === link) this.setLink(live(current.previous));
    else if (scope.phase === 'over') return;
    else if (isBelow(link, current)) return this.ignoreClose(scope, current as ScopeLink);
    else this.watcher?.closedElsewhere(scope, current?.scope ?? null);
    takeOut(link);
    this.closed(scope, link.previous);
  }

  /** What is left to do when a scope is no longer in its chain, where it stood on `below`. @internal */
  closed(scope: LinkedScope, below: ScopeLink | undefined): void {
    try {
      if (scope.phase !== 'over') this.end(scope);
    } finally {
      const next = unfinished(below);
      if (next?.scope?.phase === 'asked') this.carryOut(next);
    }
  }

  private end(scope: LinkedScope): void {
    scope.phase = 'over';
    this.watcher?.closed(scope);
    if (scope.finishOnClose) scope.span.finish();
  }

  /**
   * Carries out the closes that were ignored, from `top` downwards, now that the scope above is closed. Each such scope
   * is seen until the code that runs now is over: who closes in blocks closes it once more, as the active one.
   */
  private carryOut(top: ScopeLink): void {
    for (let link: ScopeLink | undefined = top; link?.scope?.phase === 'asked'; link = unfinished(link.previous)) {
      try {
        this.end(link.scope);
      } catch {
        // Who closes the scope above is not the one to be told.
      }
    }
    void Promise.resolve().then(() => {
      for (let link = live(top); link?.scope?.phase === 'over'; link = live(link.previous)) takeOut(link);
    });
  }

  private ignoreClose(scope: ActivatedScope, above: ScopeLink): void {
    scope.phase = 'asked';
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

/** The first that nobody has closed: skips also those whose close was carried out and that are still seen. */
function unfinished(link: ScopeLink | undefined): ScopeLink | undefined {
  let open = live(link);
  while (open?.scope?.phase === 'over') open = live(open.previous);
  return open;
}

/**
 * Leaves out what is closed below, too: without this, work that starts its own successor before it closes would make an
 * ever longer chain below the open one.
 */
function takeOut(link: ScopeLink): void {
  link.scope = null;
  link.previous = live(link.previous);
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

/** A scope that stands in a chain. */
abstract class LinkedScope extends Scope {
  /** Whether closing it finishes its span. */
  readonly finishOnClose: boolean;
  /** Its place in the chain. */
  readonly link: ScopeLink;
  /** `'asked'`: its close was ignored, and waits for that of the scope above. */
  phase: 'open' | 'asked' | 'over' = 'open';
  declare readonly manager: ChainScopeManager;

  constructor(manager: ChainScopeManager, span: Span, finishOnClose: boolean, link: ScopeLink) {
    // Callers without types pass what is undefined.
    super(manager, span ?? noopSpan);
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
    const below = link.previous;
    // Without this, work that starts its own successor (a timer) would make an ever longer chain.
    link.previous = undefined;
    this.manager.closed(this, below);
  }
}
