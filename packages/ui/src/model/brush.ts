import { clampWindow, toPixels } from './time-window.ts';
import type { TimeWindow } from './time-window.ts';

/** A drag across a strip that shows a whole: pixels from its left edge. */
export interface Brush {
  readonly from: number;
  readonly to: number;
}

/** A press this near to an edge of the window takes the edge. */
const grip = 7;
/** A press that moves less is a click. */
const clickPixels = 4;

/** A new brush at `x`, or one that keeps the other edge of the window when `x` is on an edge. */
export function brushStart(x: number, window: TimeWindow, whole: TimeWindow, width: number): Brush {
  const left = toPixels(window.from, whole, width);
  const right = toPixels(window.to, whole, width);
  if (Math.abs(x - left) <= grip && left > 0) return { from: right, to: x };
  if (Math.abs(x - right) <= grip && right < width) return { from: left, to: x };
  return { from: x, to: x };
}

/** The window that a brush covers; `undefined` while it is no wider than a click. */
export function brushWindow(brush: Brush, whole: TimeWindow, width: number): TimeWindow | undefined {
  if (Math.abs(brush.to - brush.from) < clickPixels || width <= 0) return undefined;
  const offset = (x: number): number =>
    whole.from + (Math.min(width, Math.max(0, x)) / width) * (whole.to - whole.from);
  return clampWindow(
    { from: offset(Math.min(brush.from, brush.to)), to: offset(Math.max(brush.from, brush.to)) },
    whole,
  );
}

/** Where the window goes when the brush is let go: what it covers, or, after a click, around the point clicked. */
export function brushEnd(brush: Brush, window: TimeWindow, whole: TimeWindow, width: number): TimeWindow {
  const covered = brushWindow(brush, whole, width);
  if (covered !== undefined) return covered;
  const half = (window.to - window.from) / 2;
  const middle = whole.from + (brush.to / Math.max(1, width)) * (whole.to - whole.from);
  return clampWindow({ from: middle - half, to: middle + half }, whole);
}
