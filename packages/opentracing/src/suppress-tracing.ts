import type { Tracer } from './contract.ts';
import { hasScopes } from './internal/require-scopes.ts';
import { noopSpan } from './span.ts';

/**
 * Calls `fn` with tracing switched off in it and in all that it starts: what would be a child of the active span is not
 * recorded. For code that watches the application itself, such as an exporter. Spans that name a recorded parent, or ask
 * for none (`ignoreActiveSpan`), are started as ever. It holds where the tracer's scope manager keeps a span: for a
 * tracer without one `fn` is called and nothing else, and over a synchronous stack it ends with the first `await`.
 */
export function suppressTracing<R>(tracer: Tracer, fn: () => R): R {
  if (!hasScopes(tracer)) return fn();
  // Not `fn` itself, which would be given a span.
  return tracer.withActiveSpan(noopSpan, () => fn());
}
