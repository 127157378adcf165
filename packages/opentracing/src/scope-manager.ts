import type { Scope as ScopeContract, ScopeManager as ScopeManagerContract, Span, SpanContext } from './contract.ts';
import { contextOf } from './internal/context-of.ts';
import { Scope } from './scope.ts';
import { noopSpan } from './span.ts';

/**
 * The base of all scope managers, itself the no-op: no span is ever active. Scopes still know their span and finish it.
 *
 * An implementation overrides `active` and `activate` at least; `run` too if it can tell contexts apart.
 */
export class ScopeManager implements ScopeManagerContract {
  get active(): ScopeContract | null {
    return null;
  }

  get activeParent(): Span | SpanContext | null {
    return this.active?.span ?? null;
  }

  get activeContext(): SpanContext | null {
    const parent = this.activeParent;
    return parent === null ? null : contextOf(parent);
  }

  activate(span: Span, finishOnClose?: boolean): ScopeContract {
    return span === noopSpan ? noopScope : new DetachedScope(this, span, finishOnClose === true);
  }

  run<R>(span: Span, finishOnClose: boolean, fn: (scope: ScopeContract) => R): R {
    return fn(this.activate(span, finishOnClose));
  }
}

/** A scope that makes nothing active and finishes its span if asked to. */
class DetachedScope extends Scope {
  private finishOnClose: boolean;

  constructor(manager: ScopeManagerContract, span: Span, finishOnClose: boolean) {
    super(manager, span);
    this.finishOnClose = finishOnClose;
  }

  override close(): void {
    if (!this.finishOnClose) return;
    this.finishOnClose = false;
    this.span.finish();
  }
}

/** The manager of tracers that were given none. */
export const noopScopeManager: ScopeManager = /* @__PURE__ */ new ScopeManager();

const noopScope: ScopeContract = /* @__PURE__ */ new Scope(noopScopeManager, noopSpan);
