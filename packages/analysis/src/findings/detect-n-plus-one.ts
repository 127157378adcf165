import { callsFacts } from './calls-facts.ts';
import { isRepeatable } from './repeatable-call.ts';
import { sumNanos, union, unionNanos } from './stretch.ts';
import type { Draft, DraftOf, TraceEvidence } from './trace-evidence.ts';

/** Durations may overlap by this part of their sum: clocks round, and a loop may be two calls ahead for a moment. */
const sequentialShare = 0.8;

/**
 * Like calls of one request in one process, one after the other, that differ in their values. Pages, batches, health checks,
 * streams, transaction control and failed attempts are none of them, and calls side by side are a fan-out.
 */
export function detectNPlusOne(trace: TraceEvidence): Draft[] {
  const { calls, entry, top } = trace;
  const groups = trace.groups((index) =>
    isRepeatable(trace, index) && top[index] === top[entry[index]!]
      ? trace.pair(entry[index]!, calls.likeness(index))
      : undefined,
  );
  const drafts: Draft[] = [];
  for (const group of groups) {
    if (group.length < Math.max(2, trace.limits.nPlusOneCalls) || !differ(trace, group) || !inARow(trace, group))
      continue;
    const draft = draftOf(trace, group);
    if (!trace.isWorth(draft.savableNanos, draft.root)) continue;
    trace.claim(group);
    drafts.push(draft);
  }
  return drafts;
}

/** False when all of them are known to have asked for the same. */
function differ({ calls }: TraceEvidence, group: readonly number[]): boolean {
  const first = calls.at(group[0]!)!.target.exact;
  return first === undefined || group.some((index) => calls.at(index)!.target.exact !== first);
}

/** True for calls of which each begins when the one before is about to be over; false for a fan-out. */
export function inARow(trace: TraceEvidence, group: readonly number[]): boolean {
  const stretches = group.map((index) => trace.stretch(index));
  return unionNanos(stretches) >= sequentialShare * sumNanos(stretches);
}

function draftOf(trace: TraceEvidence, group: readonly number[]): DraftOf<'n-plus-one'> {
  const windows = group.map((index) => trace.path.window(index));
  const pathNanos = sumNanos(union(windows));
  const longest = group.reduce((most, index) => Math.max(most, trace.path.nanos(index)), 0);
  return {
    kind: 'n-plus-one',
    root: trace.top[group[0]!]!,
    subject: group[0]!,
    evidence: group,
    savableNanos: pathNanos - longest,
    savableHow: 'all-but-longest',
    pathNanos,
    facts: callsFacts(trace, group),
  };
}
