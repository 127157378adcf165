import type { Scope as ScopeContract, Span } from '../contract.ts';
import { ScopeManager } from '../scope-manager.ts';
import { Scope } from '../scope.ts';

/** Something that can hold a span, and tell one context from another. */
export interface Primitive {
  /** The span that is held in this context. */
  get(): Span | undefined;
  /** From here on, in this context. Throws if there is no way to. */
  set(span: Span | undefined): void;
  /** Calls `fn` with `span` held in it and in all that it starts, as far as the primitive goes. */
  run<R>(span: Span | undefined, fn: () => R): R;
}

/**
 * The least that makes a scope manager of a primitive. It shows what the primitive can do by itself: a scenario that
 * fails here is not the fault of a manager.
 */
export class BareScopeManager extends ScopeManager {
  private readonly primitive: Primitive;

  /** @param primitive what holds the span */
  constructor(primitive: Primitive) {
    super();
    this.primitive = primitive;
  }

  override get active(): ScopeContract | null {
    const span = this.primitive.get();
    return span === undefined ? null : this.scope(span, false, () => this.primitive.set(undefined));
  }

  override activate(span: Span, finishOnClose = false): ScopeContract {
    const before = this.primitive.get();
    this.primitive.set(span);
    return this.scope(span, finishOnClose, () => this.primitive.set(before));
  }

  override run<R>(span: Span, finishOnClose: boolean, fn: (scope: ScopeContract) => R): R {
    return this.primitive.run(span, () => fn(this.scope(span, finishOnClose, () => {})));
  }

  override runDetached<R>(fn: () => R): R {
    return this.primitive.run(undefined, fn);
  }

  override snapshot(): <R>(fn: () => R) => R {
    const span = this.primitive.get();
    return (fn) => this.primitive.run(span, fn);
  }

  private scope(span: Span, finishOnClose: boolean, restore: () => void): ScopeContract {
    return new BareScope(this, span, () => {
      restore();
      if (finishOnClose) span.finish();
    });
  }
}

class BareScope extends Scope {
  private onClose: (() => void) | undefined;

  constructor(manager: ScopeManager, span: Span, onClose: () => void) {
    super(manager, span);
    this.onClose = onClose;
  }

  override close(): void {
    this.onClose?.();
    this.onClose = undefined;
  }
}
