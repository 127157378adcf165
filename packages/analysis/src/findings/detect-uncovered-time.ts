import { SpanKind } from '@spanwise/wire/span-record';
import { sumNanos, union, without } from './stretch.ts';
import type { Stretch } from './stretch.ts';
import { textTag } from './tag-of.ts';
import type { Draft, DraftOf, TraceEvidence } from './trace-evidence.ts';

/**
 * Long stretches on the path in which a span waited for none of its children, and that no other finding explains: work or a wait that nobody
 * traced. A span without children says by its name what it did, so only those with some are looked at; calls, whose own time is the
 * network's or the other side's, streams, and the load of a document, whose phases are logs, are not.
 */
export function detectUncoveredTime(trace: TraceEvidence): Draft[] {
  const explained = union(trace.explained);
  const drafts: Draft[] = [];
  for (let index = 0; index < trace.tree.spans.length; index++) {
    const root = trace.top[index]!;
    const least = Math.max(trace.limits.uncoveredMs * 1e6, trace.limits.uncoveredShare * trace.nanos(root));
    if (!isLookedAt(trace, index)) continue;
    const isLong = ({ start, end }: Stretch): boolean => end - start >= least;
    const streamed = firstAnswerStreamed(trace, index);
    const gaps = trace.path
      .own(index)
      .filter((stretch) => isLong(stretch) && stretch.start < streamed)
      .flatMap((stretch) => without(stretch, explained).filter(isLong));
    if (gaps.length > 0) drafts.push(draftOf(trace, index, gaps));
  }
  return drafts;
}

function isLookedAt(trace: TraceEvidence, index: number): boolean {
  const { spans, subtreeSize } = trace.tree;
  if (subtreeSize[index] === 1 || trace.calls.at(index) !== undefined || spans[index]!.kind === SpanKind.producer)
    return false;
  if (spans[index]!.unfinished || spans[index]!.durationNanos === undefined) return false;
  if (trace.path.nanos(index) === 0 || trace.calls.isStream(index)) return false;
  return textTag(spans[index]!, 'component') !== 'document';
}

/** When the first call that is a stream had ended: what the span does from then on may be to read it, or to pass it on. */
function firstAnswerStreamed(trace: TraceEvidence, parent: number): number {
  const { offsets, positions } = trace.children;
  let first = Infinity;
  for (let at = offsets[parent]!; at < offsets[parent + 1]!; at++) {
    const child = positions[at]!;
    if (trace.calls.at(child) !== undefined && !trace.hasFailed(child) && trace.calls.isStream(child))
      first = Math.min(first, trace.stretch(child).end);
  }
  return first;
}

function draftOf(trace: TraceEvidence, index: number, gaps: readonly Stretch[]): DraftOf<'uncovered-time'> {
  const nanos = sumNanos(gaps);
  const longest = gaps.reduce((most, gap) => (gap.end - gap.start > most.end - most.start ? gap : most));
  return {
    kind: 'uncovered-time',
    root: trace.top[index]!,
    subject: index,
    evidence: [index],
    savableNanos: nanos,
    savableHow: 'whole-wait',
    pathNanos: nanos,
    facts: {
      serviceName: trace.service(index),
      spanName: trace.name(index),
      nanos,
      count: gaps.length,
      nextName: nextName(trace, index, longest.end),
    },
  };
}

/** Name of the first child that begins where the gap ends. */
function nextName(trace: TraceEvidence, parent: number, moment: number): string {
  const { offsets, positions } = trace.children;
  let low = offsets[parent]!;
  let high = offsets[parent + 1]!;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (trace.stretch(positions[middle]!).start >= moment) high = middle;
    else low = middle + 1;
  }
  const next = low < offsets[parent + 1]! ? positions[low]! : -1;
  return next !== -1 && trace.stretch(next).start === moment ? trace.name(next) : '';
}
