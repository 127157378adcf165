import type { MutableTraceContext } from './trace-context.ts';

/**
 * The `b3` header: `traceId-spanId-state` with state `1`, `0` or `d` (debug), and without state when `samplingKnown` is
 * false. A trace id whose high half is zero is written with 16 digits. The parent's id is never sent.
 */
export function formatB3Single(_context: Readonly<MutableTraceContext>): string {
  throw new Error('not written yet');
}

/**
 * Reads a `b3` header: `0`, `1` or `d` alone (ids of `target` become zero), or `traceId-spanId` with an optional state
 * and an optional parent id (checked, then ignored). Trace ids have 16 or 32 digits, lower case.
 * Anything else gives false and leaves `target` alone.
 */
export function parseB3Single(_header: string, _target: MutableTraceContext): boolean {
  throw new Error('not written yet');
}

/**
 * Reads `X-B3-TraceId`, `X-B3-SpanId`, `X-B3-Sampled` and `X-B3-Flags`, each `undefined` when the carrier lacks it.
 *
 * Both ids or none; none with a sampling decision gives zero ids. `sampled` may be `1`, `0`, `true` or `false` in any
 * case; flags `1` is debug and means sampled; other flags are ignored. Ids of fewer digits than 16 are padded, as Brave
 * does it (jaeger-client sends them). Anything else, and nothing at all, gives false and leaves `target` alone.
 */
export function parseB3Multi(
  _traceId: string | undefined,
  _spanId: string | undefined,
  _sampled: string | undefined,
  _flags: string | undefined,
  _target: MutableTraceContext,
): boolean {
  throw new Error('not written yet');
}
