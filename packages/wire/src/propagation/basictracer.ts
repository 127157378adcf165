import { parseLooseHex, setDecision, setIds } from './loose-ids.ts';
import type { MutableTraceContext } from './trace-context.ts';
import { formatTraceId128 } from './traceparent.ts';

/** The lower half of the trace id, all that `ot-tracer-traceid` may hold, as 16 hex digits. */
export function formatTraceId64(context: Readonly<MutableTraceContext>): string {
  return formatTraceId128(context).slice(16);
}

/**
 * Reads the fields `ot-tracer-traceid`, `-spanid` and `-sampled` of opentracing's basictracer; all of them must be there.
 * Ids have 1 to 16 hex digits in either case, the trace id up to 32 (OpenTelemetry's propagator sends them). The decision
 * is `true`, `false`, `1` or `0`.
 *
 * Anything else, and an id whose lower 64 bits are zero, gives false and leaves `target` alone.
 *
 * Source: basictracer-python, text_propagator.py; basictracer-go, propagation_ot.go.
 */
export function parseOtTracer(
  traceId: string | undefined,
  spanId: string | undefined,
  sampled: string | undefined,
  target: MutableTraceContext,
): boolean {
  if (traceId === undefined || spanId === undefined || sampled === undefined) return false;
  const trace = parseLooseHex(traceId, 32);
  const span = parseLooseHex(spanId, 16);
  const decision = parseDecision(sampled);
  if (trace === undefined || span === undefined || decision === undefined) return false;
  if ((trace.word2 | trace.word3) === 0 || !setIds(target, trace, span)) return false;
  setDecision(target, decision);
  return true;
}

function parseDecision(sampled: string): boolean | undefined {
  if (sampled.length > 'false'.length) return undefined;
  const lower = sampled.toLowerCase();
  if (lower === 'true' || lower === '1') return true;
  return lower === 'false' || lower === '0' ? false : undefined;
}
