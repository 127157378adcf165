import type { SpanEvent } from '@spanwise/wire/span-record';
import { toPixelRuns } from './own-time.ts';
import type { TimeWindow } from './time-window.ts';
import type { TraceModel } from './trace-model.ts';

/** A bar in pixels of its strip. Runs are `[left, right, left, right, …]`. */
export interface BarGeometry {
  readonly visible: boolean;
  /** Cut to a little beyond the strip: below 0 or above its width means not seen at all. */
  readonly left: number;
  readonly right: number;
  readonly own: readonly number[];
  readonly critical: readonly number[];
  /** Where logs stand. */
  readonly events: readonly number[];
}

/** A span is never thinner than this. */
const thinnest = 2;

export function barGeometry(
  model: TraceModel,
  index: number,
  own: Float64Array,
  window: TimeWindow,
  width: number,
  events: readonly SpanEvent[] = model.tree.spans[index]!.events,
): BarGeometry {
  const { startOffsetNanos, endOffsetNanos } = model.tree;
  const scale = width / (window.to - window.from);
  const left = (startOffsetNanos[index]! - window.from) * scale;
  const right = Math.max(left + thinnest, (endOffsetNanos[index]! - window.from) * scale);
  // Far beyond the strip, SVG coordinates lose their precision.
  const cut = (x: number): number => Math.min(width + 2, Math.max(-2, x));
  const ownRuns = toPixelRuns(own, window, width);
  return {
    visible: right >= 0 && left <= width,
    left: cut(left),
    right: Math.max(cut(left), cut(right)),
    own: right - left <= thinnest ? [cut(left), cut(right)] : ownRuns,
    critical: toPixelRuns(criticalStretches(model, index), window, width).map((x, at) =>
      at % 2 === 1 ? x : Math.min(x, width - 1),
    ),
    events: eventPlaces(model, events, window, scale, width),
  };
}

/** One bar for siblings that are alike, by start: from the first to the last, and where at least one of them ran. */
export function groupGeometry(
  model: TraceModel,
  members: Int32Array,
  window: TimeWindow,
  width: number,
): Omit<BarGeometry, 'events'> {
  const { startOffsetNanos, endOffsetNanos } = model.tree;
  const ran = Array.from(members).flatMap((index) => [startOffsetNanos[index]!, endOffsetNanos[index]!]);
  const critical = Array.from(members).flatMap((index) => criticalStretches(model, index));
  const scale = width / (window.to - window.from);
  const left = (ran[0]! - window.from) * scale;
  const right = Math.max(
    left + thinnest,
    (ran.reduce((most, nanos) => Math.max(most, nanos), 0) - window.from) * scale,
  );
  const cut = (x: number): number => Math.min(width + 2, Math.max(-2, x));
  const runs = toPixelRuns(ran, window, width);
  return {
    visible: right >= 0 && left <= width,
    left: cut(left),
    right: Math.max(cut(left), cut(right)),
    // Each is seen, however short.
    own: runs.map((x, at) => (at % 2 === 1 ? Math.max(x, runs[at - 1]! + 1) : x)),
    critical: toPixelRuns(critical, window, width),
  };
}

function criticalStretches(model: TraceModel, index: number): number[] {
  return (model.criticalBySpan.get(index) ?? []).flatMap((segment) => [
    segment.startOffsetNanos,
    segment.endOffsetNanos,
  ]);
}

/** At most one tick a pixel. */
function eventPlaces(
  model: TraceModel,
  events: readonly SpanEvent[],
  window: TimeWindow,
  scale: number,
  width: number,
): number[] {
  if (events.length === 0) return [];
  const places = new Set<number>();
  for (const event of events) {
    const offset = eventOffset(model, event);
    const x = Math.round((offset - window.from) * scale);
    if (x >= 0 && x <= width) places.add(x);
  }
  return [...places];
}

/** Nanoseconds from the start of the trace to a log. */
export function eventOffset(
  model: TraceModel,
  event: { readonly timeMicros: number; readonly timeNanos: number },
): number {
  return (event.timeMicros - model.tree.originMicros) * 1000 + event.timeNanos;
}
