import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { barGeometry } from '../../model/bar-geometry.ts';
import { formatDuration } from '../../model/durations.ts';
import { ownStretches } from '../../model/own-time.ts';
import type { TimeWindow } from '../../model/time-window.ts';
import type { TraceModel } from '../../model/trace-model.ts';
import { useSpeech } from '../../words/language.tsx';
import styles from './waterfall.module.css';

interface SpanBarProps {
  readonly model: TraceModel;
  readonly index: number;
  readonly place: number;
  readonly window: TimeWindow;
  readonly width: number;
  readonly phone: boolean;
}

/** The bar of a span: own time solid, time of its children lighter, the critical path under it, logs as ticks. */
export function SpanBar({ model, index, place, window, width, phone }: SpanBarProps): ReactNode {
  const own = useMemo(() => ownStretches(model.tree, place), [model, place]);
  const bar = useMemo(() => barGeometry(model, index, own, window, width), [model, index, own, window, width]);
  const { words } = useSpeech();
  const unfinished = model.tree.spans[index]!.durationNanos === undefined;
  const text = unfinished
    ? words.unfinished
    : formatDuration(model.tree.endOffsetNanos[index]! - model.tree.startOffsetNanos[index]!);
  const label = placeLabel(bar.left, bar.right, width);
  const [top, height] = phone ? [2, 11] : [6, 11];
  return (
    <>
      {bar.visible && (
        <svg className={styles.svg} width={width} height={phone ? 18 : 24} aria-hidden="true">
          <rect className={styles.whole} x={bar.left} y={top} width={bar.right - bar.left} height={height} rx={1.5} />
          <path className={styles.own} d={boxes(bar.own, top, height)} />
          <path className={styles.critical} d={boxes(bar.critical, top + height + 1, 2)} />
          <path className={styles.ticks} d={ticks(bar.events, top - 2, height + 2)} />
        </svg>
      )}
      <span className={styles.duration} data-outside={label.outside || undefined} style={label.style}>
        {label.before}
        {text}
        {label.after}
      </span>
    </>
  );
}

interface BarLabel {
  readonly outside: boolean;
  /** An arrow to where the bar is when it is not in the window. */
  readonly before: string;
  readonly after: string;
  readonly style: { readonly left: number } | { readonly right: string };
}

/** Right of the bar, or left of it when there is more room. Bars that fill the strip have room kept beside it. */
function placeLabel(left: number, right: number, width: number): BarLabel {
  if (right < 0) return { outside: true, before: '‹ ', after: '', style: { left: 4 } };
  if (left > width) return { outside: true, before: '', after: ' ›', style: { right: '4px' } };
  const end = Math.min(width, right);
  const style =
    end < width || left < labelPixels ? { left: end + 5 } : { right: `calc(100% - ${Math.min(width, left) - 5}px)` };
  return { outside: false, before: '', after: '', style };
}

/** As wide as a duration gets. */
const labelPixels = 64;

function boxes(runs: readonly number[], top: number, height: number): string {
  let path = '';
  for (let at = 0; at + 1 < runs.length; at += 2) {
    path += `M${round(runs[at]!)} ${top}H${round(runs[at + 1]!)}v${height}H${round(runs[at]!)}z`;
  }
  return path;
}

function ticks(places: readonly number[], top: number, height: number): string {
  return places.map((x) => `M${round(x)} ${top}v${height}`).join('');
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
