/** The part of a trace that is drawn: nanoseconds since its origin. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** Nothing is drawn narrower than this: ten nanoseconds across the whole width. */
const shortestNanos = 10;

/** Zooms by `factor` (below 1 zooms in) and keeps `anchor` (0 left … 1 right) where it is. */
export function zoom(window: TimeWindow, factor: number, anchor: number, total: TimeWindow): TimeWindow {
  const width = Math.max(shortestNanos, (window.to - window.from) * factor);
  const fixed = window.from + (window.to - window.from) * anchor;
  return clampWindow({ from: fixed - width * anchor, to: fixed + width * (1 - anchor) }, total);
}

/** Moves by a share of the window's own width; stops at the ends of the trace. */
export function pan(window: TimeWindow, share: number, total: TimeWindow): TimeWindow {
  const length = window.to - window.from;
  // Beyond the ends lies nothing, however far.
  const shift = Math.min(total.to - window.to, Math.max(total.from - window.from, length * share));
  return clampWindow({ from: window.from + shift, to: window.to + shift }, total);
}

/** The window moved and, if it must be, cut so that it lies in the trace. */
export function clampWindow(window: TimeWindow, total: TimeWindow): TimeWindow {
  const length = total.to - total.from;
  const width = Math.min(Math.max(shortestNanos, window.to - window.from), length);
  const from = Math.min(Math.max(window.from, total.from), total.to - width);
  return { from, to: from + width };
}

export function isWhole(window: TimeWindow, total: TimeWindow): boolean {
  return window.from <= total.from && window.to >= total.to;
}

/** The window that shows `[from, to]` with a margin around it. */
export function windowAround(from: number, to: number, total: TimeWindow): TimeWindow {
  const margin = Math.max((to - from) * 0.04, shortestNanos / 2);
  return clampWindow({ from: from - margin, to: to + margin }, total);
}

/** Position of an offset in a strip of `width` pixels. */
export function toPixels(offset: number, window: TimeWindow, width: number): number {
  return ((offset - window.from) / (window.to - window.from)) * width;
}
