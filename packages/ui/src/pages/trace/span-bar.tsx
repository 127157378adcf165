import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { barGeometry } from '../../model/bar-geometry.ts';
import { formatDuration } from '../../model/durations.ts';
import { ownStretches } from '../../model/own-time.ts';
import type { TimeWindow } from '../../model/time-window.ts';
import type { TraceModel } from '../../model/trace-model.ts';
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
  const text = formatDuration(model.tree.endOffsetNanos[index]! - model.tree.startOffsetNanos[index]!);
  const label = labelPlace(bar.left, bar.right, width, text.length * 6.8 + 8);
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
      <span className={styles.duration} data-place={label.place} style={label.style}>
        {text}
      </span>
    </>
  );
}

interface LabelPlace {
  readonly place: 'beside' | 'inside';
  readonly style: { readonly left: number } | { readonly right: number };
}

/** Right of the bar, left of it, or inside when it fills the strip. */
function labelPlace(left: number, right: number, width: number, needed: number): LabelPlace {
  if (right <= 0) return { place: 'beside', style: { left: 4 } };
  if (width - right >= needed) return { place: 'beside', style: { left: Math.max(0, right) + 5 } };
  if (left >= needed) return { place: 'beside', style: { right: width - Math.min(width, left) + 5 } };
  return { place: 'inside', style: { right: 6 } };
}

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
