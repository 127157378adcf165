import { useRef } from 'react';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { formatDuration } from '../../model/durations.ts';
import { pan, zoom } from '../../model/time-window.ts';
import type { TimeWindow } from '../../model/time-window.ts';
import { wholeTrace } from '../../model/view-state.ts';
import { traceWords } from '../../words/en/trace.ts';
import { useSection } from '../../words/language.tsx';
import styles from './minimap.module.css';
import type { TraceView } from './use-trace-view.ts';

interface WindowHandleProps {
  readonly trace: TraceView;
  /** The window in pixels of the strip. */
  readonly left: number;
  readonly right: number;
}

/** Narrower than this nobody hits it. */
const narrowest = 28;

/** Moves the window over the trace: by dragging, with a finger too, and by arrow keys. */
export function WindowHandle({ trace, left, right }: WindowHandleProps): ReactNode {
  const traceText = useSection('trace', traceWords);
  const { model, view, update } = trace;
  const { window } = view;
  const whole = wholeTrace(model);
  const grabbed = useRef<{ readonly x: number; readonly window: TimeWindow } | undefined>(undefined);
  const drag = (event: PointerEvent): void => {
    if (grabbed.current === undefined) return;
    event.stopPropagation();
    const { x, window: from } = grabbed.current;
    const share = (event.clientX - x) / Math.max(1, right - left);
    update((held) => ({ ...held, window: pan(from, share, whole) }));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = keys[event.key]?.(window, whole);
    if (next === undefined) return;
    event.preventDefault();
    update((held) => ({ ...held, window: next }));
  };
  const width = Math.max(narrowest, right - left);
  const middle = (window.from + window.to) / 2;
  return (
    <span
      className={styles.handle}
      style={{ left: (left + right - width) / 2, width }}
      role="slider"
      tabIndex={0}
      aria-label={traceText.shownPart}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round((middle / whole.to) * 100)}
      aria-valuetext={traceText.shownFromTo(formatDuration(window.from), formatDuration(window.to))}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        grabbed.current = { x: event.clientX, window };
      }}
      onPointerMove={drag}
      onPointerUp={(event) => {
        event.stopPropagation();
        grabbed.current = undefined;
      }}
      onPointerCancel={() => {
        grabbed.current = undefined;
      }}
      onKeyDown={onKeyDown}
    />
  );
}

const keys: Readonly<Record<string, (window: TimeWindow, whole: TimeWindow) => TimeWindow>> = {
  ArrowLeft: (window, whole) => pan(window, -0.1, whole),
  ArrowRight: (window, whole) => pan(window, 0.1, whole),
  ArrowUp: (window, whole) => zoom(window, 0.8, 0.5, whole),
  ArrowDown: (window, whole) => zoom(window, 1.25, 0.5, whole),
  PageUp: (window, whole) => pan(window, -1, whole),
  PageDown: (window, whole) => pan(window, 1, whole),
  Home: (window, whole) => pan(window, -Infinity, whole),
  End: (window, whole) => pan(window, Infinity, whole),
};
