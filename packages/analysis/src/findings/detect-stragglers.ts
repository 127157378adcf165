import { unionNanos } from './stretch.ts';
import type { Draft, DraftOf, TraceEvidence } from './trace-evidence.ts';

/** At most this part of a fan-out are stragglers: more of them are two sorts of work. */
const mostStragglers = 0.25;

/**
 * Like siblings side by side of which a few take a multiple of the median of the others and more than their spread explains, and end after all
 * of them. What lasts by its nature is no straggler.
 */
export function detectStragglers(trace: TraceEvidence): Draft[] {
  const least = Math.max(2, trace.limits.fanOutSpans);
  const drafts: Draft[] = [];
  for (const siblings of trace.likeSiblings) {
    if (siblings.length < least) continue;
    for (const fan of fansOf(
      trace,
      siblings.filter((index) => isWaitedFor(trace, index)),
    )) {
      const draft = fan.length < least ? undefined : draftOf(trace, fan);
      if (draft === undefined || !trace.isWorth(draft.savableNanos, draft.root)) continue;
      trace.explain(draft.evidence.map((index) => trace.path.window(index)));
      drafts.push(draft);
    }
  }
  return drafts;
}

function isWaitedFor(trace: TraceEvidence, index: number): boolean {
  return trace.top[index] !== index && !trace.calls.isStream(index);
}

/** Siblings that overlap each other, directly or by way of others. */
function fansOf(trace: TraceEvidence, group: readonly number[]): number[][] {
  const fans: number[][] = [];
  let end = -Infinity;
  for (const index of group) {
    const stretch = trace.stretch(index);
    if (stretch.start >= end) fans.push([]);
    fans.at(-1)!.push(index);
    end = Math.max(end, stretch.end);
  }
  return fans;
}

function draftOf(trace: TraceEvidence, fan: readonly number[]): DraftOf<'straggler'> | undefined {
  const byDuration = [...fan].sort((left, right) => trace.nanos(left) - trace.nanos(right) || left - right);
  const faster = byDuration.slice(0, -Math.max(1, Math.floor(fan.length * mostStragglers)));
  const median = trace.nanos(faster[(faster.length - 1) >> 1]!);
  const least = Math.max(
    trace.limits.stragglerRatio * median,
    jitterNanos(
      faster.map((index) => trace.nanos(index)),
      fan.length,
    ),
  );
  const firstSlow = byDuration.findIndex((index, at) => at >= faster.length && trace.nanos(index) >= least);
  if (firstSlow === -1) return undefined;
  const others = byDuration.slice(0, firstSlow);
  const stragglers = byDuration.slice(firstSlow).sort((left, right) => left - right);
  const othersEnd = others.reduce((end, index) => Math.max(end, trace.stretch(index).end), -Infinity);
  if (!areSideBySide(trace, stragglers, others)) return undefined;
  const late = stragglers.map((index) => trace.path.windowWithin(index, { start: othersEnd, end: Infinity }));
  const savableNanos = unionNanos(late);
  return {
    kind: 'straggler',
    root: trace.top[fan[0]!]!,
    subject: stragglers[0]!,
    evidence: stragglers,
    savableNanos,
    savableHow: 'behind-the-others',
    pathNanos: savableNanos,
    facts: {
      serviceName: trace.service(fan[0]!),
      spanName: trace.name(stragglers[0]!),
      count: fan.length,
      stragglers: stragglers.length,
      longestNanos: stragglers.reduce((longest, index) => Math.max(longest, trace.nanos(index)), 0),
      medianNanos: median,
    },
  };
}

/**
 * What the slowest of `count` calls takes by chance at most, given the faster ones: a fan-out is as slow as its slowest call, and that one is the
 * slower, the more there are. Durations are taken for log-normal, as those of most services are nearly. The number of deviations is the 99th
 * percentile over 20,000 random fan-outs of 4 to 100 calls (3,000 of 300 and 1,000), whatever their spread: of four calls three say little about it.
 */
function jitterNanos(faster: readonly number[], count: number): number {
  const logs = faster.map((nanos) => Math.log(Math.max(1, nanos)));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  const deviations = 5.4 + Math.log(count) / 6 + 10 / Math.max(1, count - 3);
  // Equal ones have no spread, and rounding must not give them any.
  const spread = Math.sqrt(squares / Math.max(1, logs.length - 1));
  return spread < 1e-9 ? 0 : Math.exp(mean + deviations * spread);
}

/** True when half of the others were under way at the same time as a straggler. */
function areSideBySide(trace: TraceEvidence, stragglers: readonly number[], others: readonly number[]): boolean {
  const from = stragglers.reduce((start, index) => Math.min(start, trace.stretch(index).start), Infinity);
  const to = stragglers.reduce((end, index) => Math.max(end, trace.stretch(index).end), -Infinity);
  const beside = others.filter((index) => trace.stretch(index).start < to && trace.stretch(index).end > from);
  return beside.length * 2 >= others.length;
}
