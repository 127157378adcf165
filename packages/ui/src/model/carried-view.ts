import { storedKey } from './span-key.ts';
import { clampWindow, isWhole } from './time-window.ts';
import type { TimeWindow } from './time-window.ts';
import type { TraceModel } from './trace-model.ts';
import { wholeTrace } from './view-state.ts';
import type { ViewState } from './view-state.ts';

/**
 * The same view of a trace that was asked for again. Spans that arrived meanwhile move the others to new positions and
 * may move the trace's origin and end.
 */
export function carriedView(from: TraceModel, to: TraceModel, view: ViewState): ViewState {
  const positions = newPositions(from, to, [
    view.selected,
    view.focus,
    view.path,
    view.finding?.subject ?? -1,
    ...view.folded,
    ...view.unfolded,
    ...view.ungrouped,
  ]);
  const moved = (index: number): number => positions.get(index) ?? -1;
  const allMoved = (indexes: ReadonlySet<number>): Set<number> =>
    new Set(Array.from(indexes, moved).filter((index) => index !== -1));
  return {
    ...view,
    selected: moved(view.selected),
    focus: moved(view.focus),
    path: moved(view.path),
    finding: view.finding && { ...view.finding, subject: moved(view.finding.subject) },
    folded: allMoved(view.folded),
    unfolded: allMoved(view.unfolded),
    ungrouped: allMoved(view.ungrouped),
    window: carriedWindow(from, to, view.window),
  };
}

function carriedWindow(from: TraceModel, to: TraceModel, window: TimeWindow): TimeWindow {
  if (isWhole(window, wholeTrace(from))) return wholeTrace(to);
  const shift = (from.tree.originMicros - to.tree.originMicros) * 1000;
  return clampWindow({ from: window.from + shift, to: window.to + shift }, wholeTrace(to));
}

/** Where spans of one trace are in the other. One pass over the new trace, which looks closer only at spans whose id is asked for. */
export function newPositions(from: TraceModel, to: TraceModel, indexes: readonly number[]): Map<number, number> {
  const asked = new Map<string, number>();
  const ids = new Set<number>();
  for (const index of indexes) {
    const span = from.sent[index];
    if (span === undefined) continue;
    asked.set(storedKey(span), index);
    ids.add(span.spanId1);
  }
  const positions = new Map<number, number>();
  for (const [position, span] of to.sent.entries()) {
    const index = ids.has(span.spanId1) ? asked.get(storedKey(span)) : undefined;
    if (index !== undefined && !positions.has(index)) positions.set(index, position);
  }
  return positions;
}
