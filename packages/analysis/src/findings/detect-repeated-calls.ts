import { callsFacts } from './calls-facts.ts';
import { inARow } from './detect-n-plus-one.ts';
import { isRepeatable } from './repeatable-call.ts';
import { union, unionNanos, without } from './stretch.ts';
import type { Stretch } from './stretch.ts';
import type { Draft, DraftOf, TraceEvidence } from './trace-evidence.ts';

/**
 * Reads of one service that are known to ask for the same, anywhere below one root: URLs with all their values, statements
 * without placeholders. Polls are none: same calls under one parent with pauses longer than they are. Nor are calls side by side: one of them
 * takes as long as all of them.
 */
export function detectRepeatedCalls(trace: TraceEvidence): Draft[] {
  const numbers = new Map<string, number>();
  const groups = trace.groups((index) => {
    const target = trace.calls.at(index)?.target;
    if (target?.exact === undefined || !target.reads || trace.isClaimed(index) || !isRepeatable(trace, index))
      return undefined;
    return trace.pair(trace.top[index]!, numberOf(numbers, `${trace.service(index)}\n${target.exact}`));
  });
  const drafts: Draft[] = [];
  for (const group of groups) {
    if (group.length < Math.max(2, trace.limits.repeatedCalls) || !inARow(trace, group)) continue;
    if (isPoll(trace, group)) {
      // Whoever polls waits on purpose.
      trace.explain(pausesOf(trace, group));
      continue;
    }
    const draft = draftOf(trace, group);
    if (!trace.isWorth(draft.savableNanos, draft.root)) continue;
    trace.claim(group);
    drafts.push(draft);
  }
  return drafts;
}

function numberOf(numbers: Map<string, number>, text: string): number {
  let number = numbers.get(text);
  if (number === undefined) numbers.set(text, (number = numbers.size));
  return number;
}

function isPoll(trace: TraceEvidence, group: readonly number[]): boolean {
  const parent = trace.tree.parent[group[0]!];
  if (group.some((index) => trace.tree.parent[index] !== parent)) return false;
  const called = unionNanos(group.map((index) => trace.stretch(index)));
  const ends = group.reduce((last, index) => Math.max(last, trace.stretch(index).end), 0);
  const paused = ends - trace.stretch(group[0]!).start - called;
  return paused > called && paused >= trace.limits.pollPauseMs * 1e6 * (group.length - 1);
}

function pausesOf(trace: TraceEvidence, group: readonly number[]): Stretch[] {
  const calls = union(group.map((index) => trace.stretch(index)));
  return without({ start: calls[0]!.start, end: calls.at(-1)!.end }, calls);
}

function draftOf(trace: TraceEvidence, group: readonly number[]): DraftOf<'repeated-call'> {
  // Before the first answer is there, nobody could have kept it.
  const answered = { start: trace.stretch(group[0]!).end, end: Infinity };
  return {
    kind: 'repeated-call',
    root: trace.top[group[0]!]!,
    subject: group[0]!,
    evidence: group,
    savableNanos: unionNanos(group.map((index) => trace.path.windowWithin(index, answered))),
    savableHow: 'all-but-first',
    pathNanos: unionNanos(group.map((index) => trace.path.window(index))),
    facts: callsFacts(trace, group),
  };
}
