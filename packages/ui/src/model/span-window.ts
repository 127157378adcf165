import type { TraceModel } from './trace-model.ts';
import { windowAround } from './time-window.ts';
import type { TimeWindow } from './time-window.ts';
import { wholeTrace } from './view-state.ts';

/** The window that shows a span and everything that starts under it. */
export function spanWindow(model: TraceModel, index: number, place: number): TimeWindow {
  const { order, subtreeSize, startOffsetNanos, endOffsetNanos } = model.tree;
  let from = startOffsetNanos[index]!;
  let to = endOffsetNanos[index]!;
  const end = place + subtreeSize[index]!;
  for (let at = place + 1; at < end; at++) {
    from = Math.min(from, startOffsetNanos[order[at]!]!);
    to = Math.max(to, endOffsetNanos[order[at]!]!);
  }
  return windowAround(from, to, wholeTrace(model));
}
