import type { CallsFacts } from './finding.ts';
import type { TraceEvidence } from './trace-evidence.ts';

/** What calls that are alike have in common. */
export function callsFacts(trace: TraceEvidence, group: readonly number[]): CallsFacts {
  return {
    serviceName: trace.service(group[0]!),
    spanName: trace.name(group[0]!),
    count: group.length,
    totalNanos: group.reduce((sum, index) => sum + trace.nanos(index), 0),
    longestNanos: group.reduce((most, index) => Math.max(most, trace.nanos(index)), 0),
  };
}
