import type { Draft, DraftOf, TraceEvidence } from './trace-evidence.ts';
import type { TraceWarning } from '../trace-tree.ts';

/** Warnings about clocks, by the pair of services that disagree. Times between the two say little then, and other findings less. */
export function detectClockTrouble(trace: TraceEvidence): Draft[] {
  const groups = new Map<string, TraceWarning[]>();
  const warnings = trace.tree.warnings.filter(({ nanos }) => Math.abs(nanos) >= trace.limits.clockSkewMs * 1e6);
  const ranBackwards = new Set(warnings.flatMap(({ kind, index }) => (kind === 'negative-duration' ? [index] : [])));
  for (const warning of warnings) {
    // A clock that jumped under a span says nothing about the one of its parent.
    const isSkew = warning.kind === 'clock-skew' && !ranBackwards.has(warning.index);
    if (!isSkew && warning.kind !== 'negative-duration') continue;
    const key = JSON.stringify([trace.service(warning.index), otherServiceOf(trace, warning)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [warning]);
    else group.push(warning);
  }
  return Array.from(groups.values(), (group) => draftOf(trace, group));
}

function otherServiceOf(trace: TraceEvidence, { index, relatedIndex }: TraceWarning): string {
  return trace.service(relatedIndex === -1 ? index : relatedIndex);
}

function draftOf(trace: TraceEvidence, group: readonly TraceWarning[]): DraftOf<'clock-trouble'> {
  const worst = group.reduce((most, warning) => (Math.abs(warning.nanos) > Math.abs(most.nanos) ? warning : most));
  const evidence = group.flatMap(({ index, relatedIndex }) => (relatedIndex === -1 ? [index] : [relatedIndex, index]));
  return {
    kind: 'clock-trouble',
    root: trace.top[worst.index]!,
    subject: worst.index,
    evidence: [...new Set(evidence)].sort((left, right) => left - right),
    savableNanos: 0,
    savableHow: 'nothing',
    pathNanos: 0,
    facts: {
      serviceName: trace.service(worst.index),
      spanName: trace.name(worst.index),
      parentServiceName: otherServiceOf(trace, worst),
      count: group.length,
      largestNanos: Math.abs(worst.nanos),
    },
  };
}
