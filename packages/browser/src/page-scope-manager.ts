import { imitate } from '@spanwise/instrumentation/internal/replace-function';
import { isNoopSpan } from '@spanwise/opentracing';
import type { Scope, ScopeManager, Span, SpanContext } from '@spanwise/opentracing';

/**
 * What is active: a link of the chain of scopes. Apart from the scope and without it once that is closed, because what
 * holds on to a link (a listener, a timer) may live as long as the page, and a finished span must not.
 */
interface Link {
  scope: Scope | undefined;
  /** What stays of a closed callback-form scope, for work that outlives it. */
  context: Span | SpanContext | undefined;
  previous: Link | undefined;
  /** Closes the scope below, whose `close` came too early. */
  waiting: (() => void) | undefined;
}

// The contract's `bind`, for functions of any kind.
// oxlint-disable-next-line typescript/no-explicit-any
type AnyFunction = (this: any, ...args: any[]) => any;

/**
 * The synchronous scope manager in the size of a page: behaves as `SyncStackScopeManager` of `@spanwise/opentracing`, which
 * brings four times as much along. A span is active in what runs until its scope is closed, in the callback form until the
 * function returns; after an `await` it is not. Carry it over one by hand: `bind`, `snapshot`, or `childOf`.
 */
export class PageScopeManager implements ScopeManager {
  #top: Link | undefined;

  /** The open scope that is active here. */
  get active(): Scope | null {
    return live(this.#top)?.scope ?? null;
  }

  /** What an implicit child gets as its parent. */
  get activeParent(): Span | SpanContext | null {
    const link = live(this.#top);
    return link?.scope?.span ?? link?.context ?? null;
  }

  /** The context of `activeParent`, for logs. */
  get activeContext(): SpanContext | null {
    const parent = this.activeParent;
    if (parent === null || isNoopSpan(parent)) return null;
    return 'context' in parent ? parent.context() : parent;
  }

  /** Makes the span active from here on, until the scope is closed. */
  activate(span: Span, finishOnClose?: boolean): Scope {
    const link = this.#link();
    const close = (): void => {
      if (link.scope === undefined) return;
      const top = live(this.#top);
      if (top === link) this.#top = live(link.previous);
      else {
        const above = linkAbove(link, top);
        if (above !== undefined) {
          above.waiting = close;
          return;
        }
      }
      link.previous = live(link.previous);
      end(link, finishOnClose);
    };
    const scope = scopeOf(this, span, close);
    // Callers without types pass what is undefined.
    if (!span) return scope;
    link.scope = scope;
    this.#top = link;
    return scope;
  }

  /** Runs `fn` with the span active; the scope stays open, for what `fn` started, until it is closed. */
  run<R>(span: Span, finishOnClose: boolean, fn: (scope: Scope) => R): R {
    const link = this.#link();
    const scope = scopeOf(this, span, () => {
      if (link.scope === undefined) return;
      // The no-op's span says that tracing is switched off, for work that outlives the scope too.
      link.context = isNoopSpan(span) ? span : span.context();
      // Without this, a timer that starts its own successor would make an ever longer chain.
      link.previous = undefined;
      end(link, finishOnClose);
    });
    if (span) link.scope = scope;
    return this.#with(link, () => fn(scope));
  }

  /** Runs `fn` with nothing active. */
  runDetached<R>(fn: () => R): R {
    return this.#with(undefined, fn);
  }

  /** Gives a function that runs others as here. */
  snapshot(): <R>(fn: () => R) => R {
    const link = live(this.#top);
    return (fn) => this.#with(link, fn);
  }

  /** `fn` as it would run here, or with the span active (`null`: with none). */
  bind<F extends AnyFunction>(fn: F, span?: Span | null): F {
    const enter = span === undefined ? this.snapshot() : <R>(run: () => R): R => this.#runWith(span, run);
    const bound = function (this: unknown, ...args: unknown[]): unknown {
      return enter((): unknown => Reflect.apply(fn, this, args));
    };
    return imitate(bound as F, fn);
  }

  #runWith<R>(span: Span | null, fn: () => R): R {
    if (span === null) return this.runDetached(fn);
    return this.run(span, false, (scope) => {
      try {
        return fn();
      } finally {
        scope.close();
      }
    });
  }

  #link(): Link {
    return { scope: undefined, context: undefined, previous: live(this.#top), waiting: undefined };
  }

  #with<R>(link: Link | undefined, fn: () => R): R {
    const before = this.#top;
    this.#top = link;
    try {
      return fn();
    } finally {
      this.#top = before;
    }
  }
}

function scopeOf(manager: ScopeManager, span: Span, close: () => void): Scope {
  return { span, manager, close, [Symbol.dispose]: close };
}

/** Skips what is closed. */
function live(link: Link | undefined): Link | undefined {
  while (link !== undefined && link.scope === undefined && link.context === undefined) link = link.previous;
  return link;
}

/** The open link that stands on `link` in the chain of `top`. */
function linkAbove(link: Link, top: Link | undefined): Link | undefined {
  for (let above = top; above !== undefined; above = live(above.previous)) {
    if (live(above.previous) === link) return above;
  }
  return undefined;
}

/** Finishes the span if asked, then closes what waits for this. */
function end(link: Link, finishOnClose: boolean | undefined): void {
  const { scope, waiting } = link;
  link.scope = link.waiting = undefined;
  try {
    if (finishOnClose === true) scope?.span.finish();
  } finally {
    waiting?.();
  }
}
