import type { MutableTraceContext } from './trace-context.ts';

/** The trace id as 32 lower-case hex digits. */
export function formatTraceId128(
  _context: Pick<MutableTraceContext, 'traceId0' | 'traceId1' | 'traceId2' | 'traceId3'>,
): string {
  throw new Error('not written yet');
}

/** The span id as 16 lower-case hex digits. */
export function formatSpanId(_context: Pick<MutableTraceContext, 'spanId0' | 'spanId1'>): string {
  throw new Error('not written yet');
}

/**
 * The W3C `traceparent` of a context, version 00. Of the flags only sampled and random-trace-id travel. The ids must not
 * be zero: nothing checks that here.
 */
export function formatTraceparent(_context: Readonly<MutableTraceContext>): string {
  throw new Error('not written yet');
}

/**
 * Reads a W3C `traceparent` (Trace Context level 1 and 2). Fills ids, flags, `samplingKnown` (true) and `debug` (false).
 *
 * Refused, with false and `target` untouched: wrong length, upper-case or other digits, version `ff`, version `00` with
 * anything behind the flags, a zero trace id or span id. Later versions are read by their first four fields, as the
 * specification asks.
 */
export function parseTraceparent(_header: string, _target: MutableTraceContext): boolean {
  throw new Error('not written yet');
}
