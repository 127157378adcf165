import type { TraceEvidence } from './trace-evidence.ts';

/** True for calls of which a loop may be made, each of them done when it is over. */
export function isRepeatable(trace: TraceEvidence, index: number): boolean {
  const target = trace.calls.at(index)?.target;
  if (target === undefined || trace.isInnerCall[index] === 1 || trace.hasFailed(index)) return false;
  if (target.isPage || target.isBatch || target.isHealthCheck || target.control !== undefined) return false;
  return trace.nanos(index) < trace.limits.waitingCallMs * 1e6 && !trace.calls.isStream(index);
}
