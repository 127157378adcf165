import type { PropagatedContext } from './propagation/propagator.ts';

/**
 * What a span and its context have in common: ids as 32-bit words, decision, `tracestate`, baggage. Told by shape, so
 * that spans of another copy of this package are parents too.
 */
export interface TraceIdentity extends PropagatedContext {
  /** It came from another process. */
  readonly isRemote: boolean;
}

/**
 * The identity behind a span, a context, or anything; undefined for those of other tracers, the no-op's, and nothing.
 */
export function identityOf(candidate: unknown): TraceIdentity | undefined {
  if (typeof candidate !== 'object' || candidate === null) return undefined;
  return typeof (candidate as Partial<TraceIdentity>).traceId0 === 'number' ? (candidate as TraceIdentity) : undefined;
}
