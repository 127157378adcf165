import type { Scope as ScopeContract, ScopeManager as ScopeManagerContract, Span, SpanContext } from './contract.ts';
import { type AnyFunction, boundFunction } from './internal/bound-function.ts';
import { contextOf } from './internal/context-of.ts';
import { isDetachedSpan, isNoopSpan, markDetached } from './internal/noop-mark.ts';
import { runBound } from './internal/run-in-scope.ts';
import { isGenerator, stepwise } from './internal/stepwise.ts';
import { Scope } from './scope.ts';
import { noopSpan, Span as SpanBase } from './span.ts';

/**
 * Stands for "no span here" with managers that have no way of their own to say so: {@link ScopeManager.runDetached}.
 * A tracer takes it for no parent, for its ids are empty.
 */
const detachedSpan: Span = /* @__PURE__ */ markDetached(/* @__PURE__ */ new SpanBase());

/**
 * The base of all scope managers, itself the no-op: no span is ever active. Scopes still know their span and finish it.
 *
 * An implementation overrides `active` and `activate` at least; `run`, `runDetached` and `snapshot` too if it can tell
 * contexts apart.
 */
export class ScopeManager implements ScopeManagerContract {
  /** In the no-op, and only there, a scope of the no-op span, as in opentracing-python: `active.span` is always safe. */
  get active(): ScopeContract | null {
    return noopScope;
  }

  get activeParent(): Span | SpanContext | null {
    const scope = this.active;
    return scope === null || scope === noopScope || isDetachedSpan(scope.span) ? null : scope.span;
  }

  get activeContext(): SpanContext | null {
    const parent = this.activeParent;
    // The no-op's ids are no help in a log.
    return parent === null || isNoopSpan(parent) ? null : contextOf(parent);
  }

  activate(span: Span, finishOnClose?: boolean): ScopeContract {
    // Callers without types pass what is undefined.
    return !span || span === noopSpan ? noopScope : new DetachedScope(this, span, finishOnClose === true);
  }

  run<R>(span: Span, finishOnClose: boolean, fn: (scope: ScopeContract) => R): R {
    return fn(this.activate(span, finishOnClose));
  }

  runDetached<R>(fn: () => R): R {
    const scope = this.activate(detachedSpan, false);
    try {
      return fn();
    } finally {
      scope.close();
    }
  }

  snapshot(): <R>(fn: () => R) => R {
    const span = this.active?.span ?? null;
    return (fn) => (span === null ? this.runDetached(fn) : runBound(this, span, () => fn()));
  }

  bind<F extends AnyFunction>(fn: F, span?: Span | null): F {
    if (span === undefined) {
      const enter = this.snapshot();
      return boundFunction(fn, (call) => enter(() => inSteps(this, call())));
    }
    return boundFunction(fn, (call) => (span === null ? this.runDetached(call) : runBound(this, span, call)));
  }
}

/** A generator begins when it is asked for its first value: its steps have to be brought here too. */
function inSteps(manager: ScopeManager, result: unknown): unknown {
  return isGenerator(result) ? stepwise(manager, result, () => {}) : result;
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

/** The manager of the no-op tracer. */
export const noopScopeManager: ScopeManager = /* @__PURE__ */ new ScopeManager();

/**
 * The manager of tracers that record and were given none. Nothing is active here: the no-op's span would be offered to
 * tracers that do not know it.
 */
class AbsentScopeManager extends ScopeManager {
  override get active(): ScopeContract | null {
    return null;
  }

  override runDetached<R>(fn: () => R): R {
    return fn();
  }
}

export const absentScopeManager: ScopeManager = /* @__PURE__ */ new AbsentScopeManager();

const noopScope: ScopeContract = /* @__PURE__ */ new Scope(noopScopeManager, noopSpan);
