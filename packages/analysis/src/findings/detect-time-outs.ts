import { callsFacts } from './calls-facts.ts';
import { lockTimedOut, timedOut } from './span-failures.ts';
import { unionNanos } from './stretch.ts';
import type { Draft, DraftOf, TraceEvidence } from './trace-evidence.ts';

/**
 * Spans that were given up because they took too long, the lowest of each branch: those above only pass it on. Attempts of a retry
 * are told there, and given-up locks as lock-wait.
 */
export function detectTimeOuts(trace: TraceEvidence): Draft[] {
  const { spans, parent, detached } = trace.tree;
  const timedOutBelow = new Uint8Array(spans.length);
  const isTimedOut = Uint8Array.from(spans, (span) => (timedOut(span) ? 1 : 0));
  for (let index = 0; index < spans.length; index++) {
    // Nobody waited for what is detached.
    if (isTimedOut[index] === 1 && detached[index] === 0 && parent[index]! >= 0) timedOutBelow[parent[index]!] = 1;
  }
  const groups = trace.groups((index) => {
    if (isTimedOut[index] === 0 || timedOutBelow[index] === 1 || trace.isClaimed(index)) return undefined;
    return lockTimedOut(spans[index]!) ? undefined : trace.pair(trace.top[index]!, trace.calls.likeness(index));
  });
  return Array.from(groups, (group) => draftOf(trace, group));
}

function draftOf(trace: TraceEvidence, group: readonly number[]): DraftOf<'time-out'> {
  const waits = group.map((index) => trace.path.window(index));
  const savableNanos = unionNanos(waits);
  trace.explain(waits);
  return {
    kind: 'time-out',
    root: trace.top[group[0]!]!,
    subject: group[0]!,
    evidence: group,
    savableNanos,
    savableHow: 'whole-wait',
    pathNanos: savableNanos,
    facts: callsFacts(trace, group),
  };
}
