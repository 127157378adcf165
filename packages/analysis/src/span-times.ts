import { SpanKind, attributeOf } from '@spanwise/wire/span-record';
import type { SpanRecord } from '@spanwise/wire/span-record';
import type { TraceTree } from './trace-tree.ts';

/**
 * Times of two spans tell nothing below this. Formats round to microseconds, and each thread and process sets its clock by itself when it
 * starts: those of one host were up to 0.4 ms apart.
 */
export const clockGrainNanos = 1e6;

/** Zipkin lets a span come without its start. */
export function startIsKnown(span: SpanRecord): boolean {
  return span.startMicros !== 0 || span.startNanos !== 0;
}

/** For sorting: unknown starts first, by nanoseconds otherwise. */
export function compareStarts(left: SpanRecord, right: SpanRecord): number {
  return left.startMicros - right.startMicros || left.startNanos - right.startNanos;
}

/** The microsecond that offsets count from, given spans sorted by start. */
export function originOf(spans: readonly SpanRecord[]): number {
  return spans.find(startIsKnown)?.startMicros ?? 0;
}

type Times = Pick<TraceTree, 'startOffsetNanos' | 'endOffsetNanos' | 'detached'>;

type Shape = Pick<TraceTree, 'parent' | 'order' | 'originMicros'>;

/** Places every span on the trace's clock: starts from the roots down, ends from the leaves up. */
export function timesOf(spans: readonly SpanRecord[], shape: Shape): Times {
  const startOffsetNanos = new Float64Array(spans.length);
  const endOffsetNanos = new Float64Array(spans.length);
  for (const index of shape.order) {
    const span = spans[index]!;
    const above = shape.parent[index]!;
    const start = startIsKnown(span)
      ? (span.startMicros - shape.originMicros) * 1000 + span.startNanos
      : (startOffsetNanos[above] ?? 0);
    startOffsetNanos[index] = start;
    endOffsetNanos[index] = start + Math.max(0, span.durationNanos ?? 0);
  }
  stretchOpenSpans(spans, shape, endOffsetNanos);
  return { startOffsetNanos, endOffsetNanos, detached: findDetached(spans, shape.parent, endOffsetNanos) };
}

function stretchOpenSpans(spans: readonly SpanRecord[], { parent, order }: Shape, ends: Float64Array): void {
  for (let step = order.length - 1; step >= 0; step--) {
    const index = order[step]!;
    const above = spans[parent[index]!];
    if (above === undefined || above.durationNanos !== undefined || runsOnItsOwn(spans[index]!, above)) continue;
    ends[parent[index]!] = Math.max(ends[parent[index]!]!, ends[index]!);
  }
}

function findDetached(spans: readonly SpanRecord[], parent: Int32Array, ends: Float64Array): Uint8Array {
  return Uint8Array.from(spans, (span, index) => {
    const above = parent[index]!;
    return above >= 0 && ends[index]! > ends[above]! && runsOnItsOwn(span, spans[above]!) ? 1 : 0;
  });
}

/** True when nothing says that the parent waits for this child. */
function runsOnItsOwn(child: SpanRecord, parent: SpanRecord): boolean {
  return (child.kind === SpanKind.consumer && parent.kind === SpanKind.producer) || followsFrom(child, parent);
}

function followsFrom(child: SpanRecord, parent: SpanRecord): boolean {
  return child.links.some(
    (link) =>
      link.spanId0 === parent.spanId0 &&
      link.spanId1 === parent.spanId1 &&
      attributeOf(link.attributes, 'opentracing.ref_type') === 'follows_from',
  );
}
