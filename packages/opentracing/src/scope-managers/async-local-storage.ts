import { AsyncLocalStorage } from 'node:async_hooks';

import type { Scope as ScopeContract, Span, SpanContext } from '../contract.ts';
import { onRejection } from '../internal/on-rejection.ts';
import { ScopeManager } from '../scope-manager.ts';
import { Scope } from '../scope.ts';

/** How an {@link AsyncLocalStorageScopeManager} reports misuse. */
export interface AsyncLocalStorageScopeManagerOptions {
  /** Debug mode: is told of every `close` that had to be ignored. By default they are only counted. */
  logger?: { warn(message: string): void };
}

/**
 * Keeps the active span for each chain of asynchronous calls, with Node's `AsyncLocalStorage`: through `await`,
 * promises, timers and callbacks. What is active follows from where work was started, never from the current task.
 *
 * Also for Deno, Bun and workers that offer `node:async_hooks`. Not for browsers.
 */
export class AsyncLocalStorageScopeManager extends ScopeManager {
  private readonly storage: AsyncLocalStorage<ScopeNode | undefined> = new AsyncLocalStorage();
  private readonly logger: { warn(message: string): void } | undefined;
  private ignored = 0;

  constructor(options: AsyncLocalStorageScopeManagerOptions = {}) {
    super();
    this.logger = options.logger;
  }

  /** How many `close` calls were ignored because another scope was open above. */
  get ignoredCloses(): number {
    return this.ignored;
  }

  override get active(): ScopeContract | null {
    return live(this.storage.getStore())?.scope ?? null;
  }

  override get activeParent(): Span | SpanContext | null {
    const node = live(this.storage.getStore());
    if (node === undefined) return null;
    return node.scope === null ? node.context : node.scope.span;
  }

  override activate(span: Span, finishOnClose?: boolean): ScopeContract {
    const node = new ScopeNode(live(this.storage.getStore()));
    const scope = new ActivatedScope(this, span, finishOnClose === true, node);
    this.storage.enterWith(node);
    return scope;
  }

  override run<R>(span: Span, finishOnClose: boolean, fn: (scope: ScopeContract) => R): R {
    const node = new ScopeNode(live(this.storage.getStore()));
    return this.storage.run(node, fn, new CallbackScope(this, span, finishOnClose, node));
  }

  /** Closes what `activate` opened. @internal */
  closeActivated(scope: ActivatedScope): void {
    const current = live(this.storage.getStore());
    if (current === scope.node) this.storage.enterWith(live(current.previous));
    else if (isBelow(scope.node, current)) return this.ignoreClose(scope);
    scope.node.scope = null;
    // Without this, work that starts its own successor before it closes would make an ever longer chain
    // below the open one.
    scope.node.previous = live(scope.node.previous);
    if (scope.finishOnClose) scope.span.finish();
  }

  private ignoreClose(scope: Scope): void {
    this.ignored++;
    if (this.logger === undefined) return;
    try {
      const id = scope.span.context().toSpanId();
      const written: unknown = this.logger.warn(
        `the scope of span ${id} stays open: close the scope that was opened after it first`,
      );
      onRejection(written, () => {});
    } catch {
      // A broken logger must not break the application.
    }
  }
}

/**
 * What the asynchronous context holds: a link of the chain of scopes.
 *
 * It is apart from the scope and lets go of it on close, because a context may live as long as the process (a
 * connection pool, a timer), and a finished span must not live as long.
 */
class ScopeNode {
  /** `null` once the scope is closed. */
  scope: Scope | null = null;
  /** What stays of a closed callback-form scope. */
  context: SpanContext | null = null;
  /** The scope that was active before, or after the close of this one the next below that was open. */
  previous: ScopeNode | undefined;

  constructor(previous: ScopeNode | undefined) {
    this.previous = previous;
  }
}

/**
 * Skips scopes of `activate` that are closed: they may still be seen here when they were opened or closed elsewhere.
 */
function live(node: ScopeNode | undefined): ScopeNode | undefined {
  while (node !== undefined && node.scope === null && node.context === null) node = node.previous;
  return node;
}

function isBelow(node: ScopeNode, top: ScopeNode | undefined): boolean {
  for (let above = top; above !== undefined; above = above.previous) {
    if (above.previous === node) return true;
  }
  return false;
}

class ActivatedScope extends Scope {
  readonly finishOnClose: boolean;
  readonly node: ScopeNode;
  declare readonly manager: AsyncLocalStorageScopeManager;

  constructor(manager: AsyncLocalStorageScopeManager, span: Span, finishOnClose: boolean, node: ScopeNode) {
    super(manager, span);
    this.finishOnClose = finishOnClose;
    this.node = node;
    node.scope = this;
  }

  override close(): void {
    if (this.node.scope !== null) this.manager.closeActivated(this);
  }
}

class CallbackScope extends Scope {
  private readonly finishOnClose: boolean;
  private readonly node: ScopeNode;

  constructor(manager: AsyncLocalStorageScopeManager, span: Span, finishOnClose: boolean, node: ScopeNode) {
    super(manager, span);
    this.finishOnClose = finishOnClose;
    this.node = node;
    node.scope = this;
  }

  /** The end of the callback restores what was active, so from here it does not matter where this is called. */
  override close(): void {
    const { node, span } = this;
    if (node.scope === null) return;
    node.context = span.context();
    node.scope = null;
    // Without this, work that starts its own successor (a timer) would make an ever longer chain.
    node.previous = undefined;
    if (this.finishOnClose) span.finish();
  }
}
