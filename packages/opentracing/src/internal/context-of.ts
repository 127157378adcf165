import type { Span, SpanContext } from '../contract.ts';
import { isObject } from './is-object.ts';

/**
 * The context of a span, or the context itself when it is one already.
 * Told by shape and not by `instanceof`, so that spans of another copy of this package, or of none, work.
 */
export function contextOf(spanOrContext: Span | SpanContext): SpanContext {
  return isSpan(spanOrContext) ? spanOrContext.context() : spanOrContext;
}

/** True for spans. A context has no `finish`. */
export function isSpan(candidate: unknown): candidate is Span {
  if (!isObject(candidate)) return false;
  const { context, finish } = candidate as Partial<Span>;
  return typeof context === 'function' && typeof finish === 'function';
}
