import type { ScopeManager, Span } from '../contract.ts';
import type { AnyFunction } from '../internal/bound-function.ts';

/** The listener that a bound one stands for. */
const originals = new WeakMap<AnyFunction, AnyFunction>();

/** A listener that runs where it was bound; see `ScopeManager.bind`. */
export function bindListener(manager: ScopeManager, listener: AnyFunction, span: Span | null | undefined): AnyFunction {
  const bound = manager.bind(listener, span);
  originals.set(bound, originalOf(listener));
  return bound;
}

/** The listener as it was before it was bound, by however many managers. */
export function originalOf(listener: AnyFunction): AnyFunction {
  return originals.get(listener) ?? listener;
}
