import type { TraceTree } from '@spanwise/analysis';
import { childrenOf } from './visible-rows.ts';
import type { TimeWindow } from './time-window.ts';

/**
 * The stretches of a span in which none of the children ran that it waits for, as `[start, end, start, end, …]` in
 * nanoseconds since the trace's origin: its self time. Children come by start, so one pass is enough.
 */
export function ownStretches(tree: TraceTree, place: number): Float64Array {
  const index = tree.order[place]!;
  const end = tree.endOffsetNanos[index]!;
  const stretches: number[] = [];
  let cursor = tree.startOffsetNanos[index]!;
  for (const child of childrenOf(tree, place)) {
    if (tree.detached[child] === 1) continue;
    const childStart = tree.startOffsetNanos[child]!;
    if (childStart >= end) break;
    if (childStart > cursor) stretches.push(cursor, childStart);
    cursor = Math.max(cursor, Math.min(end, tree.endOffsetNanos[child]!));
  }
  if (cursor < end) stretches.push(cursor, end);
  return Float64Array.from(stretches);
}

/**
 * Stretches as pixels of a strip, cut to the window; what would touch or overlap on the screen is drawn as one, so a
 * span with 50,000 children costs no more than its width.
 */
export function toPixelRuns(stretches: ArrayLike<number>, window: TimeWindow, width: number): number[] {
  const runs: number[] = [];
  const scale = width / (window.to - window.from);
  for (let at = 0; at + 1 < stretches.length; at += 2) {
    if (stretches[at + 1]! < window.from) continue;
    if (stretches[at]! > window.to) break;
    const left = Math.max(-1, (stretches[at]! - window.from) * scale);
    const right = Math.min(width + 1, (stretches[at + 1]! - window.from) * scale);
    const last = runs.length - 1;
    if (last > 0 && left - runs[last]! < 0.5) runs[last] = Math.max(runs[last]!, right);
    else runs.push(left, right);
  }
  return runs;
}
