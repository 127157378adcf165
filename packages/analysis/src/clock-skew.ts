import { SpanKind } from '@spanwise/wire/span-record';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { buildTree } from './build-tree.ts';
import { clockGrainNanos, startIsKnown } from './span-times.ts';
import type { TraceTree, TraceWarning } from './trace-tree.ts';

/** A trace on the clock of its roots. Arrays are indexed by the position of a span in `tree.spans`. */
export interface ClockCorrection {
  /** Its warnings of kind `clock-corrected` say which spans were moved away from their parent's clock, and by how much. */
  readonly tree: TraceTree;
  /** Nanoseconds by which the start of the span was moved: above 0 to later, 0 where it was left. */
  readonly movedNanos: Float64Array;
  /** The spans as they were given: where a span was not moved, the same object as in `tree.spans`. */
  readonly sent: readonly SpanRecord[];
}

/**
 * Moves spans that lie where they cannot lie if all clocks agreed. The clocks of two services are compared where one
 * called the other:
 *
 * - a span that starts before its parent, and the server half of a call that ends after its client half, is moved into
 *   the middle of its parent, so that the way there and the way back took the same time;
 * - one that is longer than its parent, or either of which has no end, is moved to the start of its parent, and only
 *   when it started before it;
 * - spans of the same service under it are moved with it, with their logs; another service is compared anew.
 *
 * What is off by a millisecond or less stays: see `clockGrainNanos`. What may run on its own (a consumer, a span that follows from its parent) is compared with nothing. Do not take the
 * result for what happened: the way there and back is a guess. Two hosts of one service count as one clock.
 *
 * Takes O(n log n). After Zipkin's `CorrectForClockSkew` and Jaeger's clock skew adjuster.
 */
export function correctClockSkew(tree: TraceTree): ClockCorrection {
  const moved = new Float64Array(tree.spans.length);
  const corrected: number[] = [];
  for (const index of tree.order) {
    const above = tree.parent[index]!;
    if (above === -1) continue;
    if (sameClock(tree, index, above)) {
      moved[index] = moved[above]!;
      continue;
    }
    moved[index] = skewOf(tree, index, above, moved[above]!);
    if (moved[index] !== 0) corrected.push(index);
  }
  return rebuilt(tree, moved, corrected);
}

function sameClock({ spans }: TraceTree, index: number, above: number): boolean {
  return spans[index]!.resource.serviceName === spans[above]!.resource.serviceName;
}

/** By how much a span has to be moved to lie in its parent, which has been moved already. */
function skewOf(tree: TraceTree, index: number, above: number, parentMoved: number): number {
  const [span, parent] = [tree.spans[index]!, tree.spans[above]!];
  if (!startIsKnown(span) || !startIsKnown(parent) || span.kind === SpanKind.consumer || tree.detached[index] === 1) {
    return 0;
  }
  const [start, end] = [tree.startOffsetNanos[index]!, tree.endOffsetNanos[index]!];
  const from = tree.startOffsetNanos[above]! + parentMoved;
  const to = tree.endOffsetNanos[above]! + parentMoved;
  const early = from - start > clockGrainNanos;
  const late = end - to > clockGrainNanos && parent.kind === SpanKind.client && span.kind === SpanKind.server;
  const open = span.durationNanos === undefined || parent.durationNanos === undefined;
  if (open || end - start > to - from) return early ? from - start : 0;
  if (!early && !late) return 0;
  return from + Math.round((to - from - (end - start)) / 2) - start;
}

function rebuilt(before: TraceTree, moved: Float64Array, corrected: readonly number[]): ClockCorrection {
  const spans = before.spans.map((span, index) => (moved[index] === 0 ? span : movedSpan(span, moved[index]!)));
  const from = new Map(spans.map((span, index) => [span, index]));
  const tree = buildTree(spans);
  const movedNanos = Float64Array.from(tree.spans, (span) => moved[from.get(span)!]!);
  const isCorrected = new Set(corrected);
  const warnings = [...tree.warnings];
  for (const [index, span] of tree.spans.entries()) {
    if (isCorrected.has(from.get(span)!)) warnings.push(correctedWarning(tree, index, movedNanos[index]!));
  }
  const sent = tree.spans.map((span) => before.spans[from.get(span)!]!);
  return { tree: { ...tree, warnings }, movedNanos, sent };
}

function correctedWarning(tree: TraceTree, index: number, nanos: number): TraceWarning {
  return { kind: 'clock-corrected', index, relatedIndex: tree.parent[index]!, nanos };
}

/** A copy that starts so many nanoseconds later, its logs with it; earlier below 0. As `correctClockSkew` moves a span. */
export function movedSpan(span: SpanRecord, nanos: number): SpanRecord {
  const [startMicros, startNanos] = movedInstant(span.startMicros, span.startNanos, nanos);
  const events = span.events.map((event) => {
    const [timeMicros, timeNanos] = movedInstant(event.timeMicros, event.timeNanos, nanos);
    return { ...event, timeMicros, timeNanos };
  });
  return { ...span, startMicros, startNanos, events };
}

function movedInstant(micros: number, restNanos: number, nanos: number): [micros: number, restNanos: number] {
  const rest = restNanos + nanos;
  const whole = Math.floor(rest / 1000);
  return [micros + whole, rest - whole * 1000];
}
