import type { Tracer } from './contract.ts';
import { noopSpan } from './span.ts';

/**
 * Calls `fn` with tracing switched off in it and in all that it starts: what would be a child of the active span is not
 * recorded. For code that watches the application itself, such as an exporter. Spans that name a parent, or ask for none
 * (`ignoreActiveSpan`), are started as ever.
 */
export function suppressTracing<R>(tracer: Tracer, fn: () => R): R {
  return tracer.withActiveSpan(noopSpan, fn);
}
