import type { Span, SpanContext } from './contract.ts';
import { contextOf } from './internal/context-of.ts';

/**
 * The baggage that travels with a context, own and inherited: read-only, `{}` when there is none. The same as
 * `context.baggage` of the contexts of this package's tracers; `{}` for those of tracers that keep theirs to themselves,
 * as tracers written for npm opentracing do.
 *
 * The interface {@link SpanContext} has no such field, because classes written for npm have fields of their own there.
 */
export function baggageOf(spanOrContext: Span | SpanContext): Readonly<Record<string, string>> {
  const { baggage } = contextOf(spanOrContext) as { baggage?: unknown };
  const isRecord = typeof baggage === 'object' && baggage !== null && Object.getPrototypeOf(baggage) !== Map.prototype;
  return isRecord ? (baggage as Record<string, string>) : {};
}
