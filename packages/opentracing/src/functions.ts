import { REFERENCE_CHILD_OF, REFERENCE_FOLLOWS_FROM } from './constants.ts';
import type { Reference, Span, SpanContext, SpanOptions } from './contract.ts';
import { ReferenceClass } from './reference.ts';

/**
 * A reference to a span (or its context) that waits for the new one. One to nothing, such as what `extract` gave for an
 * empty carrier, is passed over when the span is started.
 */
export function childOf(spanContext: SpanContext | Span | null | undefined): Reference {
  return new ReferenceClass(REFERENCE_CHILD_OF, spanContext);
}

/** A reference to a span (or its context) that caused the new one and does not wait for it; see {@link childOf}. */
export function followsFrom(spanContext: SpanContext | Span | null | undefined): Reference {
  return new ReferenceClass(REFERENCE_FOLLOWS_FROM, spanContext);
}

/** Starts a child of `parent` with the tracer that made `parent`. Also from opentracing-python: `start_child_span`. */
export function startChildSpan(parent: Span, name: string, options?: Omit<SpanOptions, 'childOf'>): Span {
  return parent.tracer().startSpan(name, { ...options, childOf: parent });
}
