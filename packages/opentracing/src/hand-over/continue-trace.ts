import type { KeyValues, SpanContext, Tracer } from '../contract.ts';
import { globalTracer } from '../global_tracer.ts';
import { requireScopes } from '../internal/require-scopes.ts';
import { RemoteSpan } from './remote-span.ts';

/** How to work under a context that was handed over. */
export interface ContinueOptions {
  /** A tracer with scopes: one that extends this package's `Tracer`. Default: `globalTracer()`, which lends others its own. */
  tracer?: Tracer | undefined;
  /** Starts a span of this name for the work. Without it there is no span, and what is started has the sender's as its parent. */
  operationName?: string | undefined;
  /** Tags of that span. */
  tags?: KeyValues | undefined;
}

/**
 * Calls `fn` as the continuation of `context`: spans that it starts, now or asynchronously, are children of the span that
 * the context is of, or with `operationName` of a new active span in between. With `null` they are roots: what happens to
 * be active where a message arrives has nothing to do with it.
 *
 * Returns what `fn` returns and throws what it throws; errors are tagged on the new span as by `withActiveSpan`.
 *
 * @throws TypeError for a tracer without scopes, before `fn` is called
 */
export function continueTrace<R>(context: SpanContext | null, fn: () => R, options: ContinueOptions = {}): R {
  const { tracer = globalTracer(), operationName, tags } = options;
  requireScopes('continueTrace', tracer);
  if (operationName !== undefined) {
    const spanOptions = { childOf: context, ignoreActiveSpan: true, tags };
    return tracer.withActiveSpan(operationName, spanOptions, () => fn());
  }
  if (context === null) return tracer.scopeManager.runDetached(fn);
  return tracer.withActiveSpan(new RemoteSpan(context, tracer), () => fn());
}
