import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { SpanEvent } from '@spanwise/wire/span-record';
import { barGeometry } from '../../model/bar-geometry.ts';
import { formatDuration } from '../../model/durations.ts';
import { ownStretches } from '../../model/own-time.ts';
import type { TimeWindow } from '../../model/time-window.ts';
import type { TraceModel } from '../../model/trace-model.ts';
import { traceWords } from '../../words/en/trace.ts';
import { useSection } from '../../words/language.tsx';
import { boxes, placeLabel, ticks } from './bar-drawing.ts';
import styles from './waterfall.module.css';

interface SpanBarProps {
  readonly model: TraceModel;
  readonly index: number;
  readonly place: number;
  readonly events: readonly SpanEvent[] | undefined;
  readonly window: TimeWindow;
  readonly width: number;
  readonly phone: boolean;
}

/** The bar of a span: own time solid, time of its children lighter, the critical path under it, logs as ticks. */
export function SpanBar({ model, index, place, events, window, width, phone }: SpanBarProps): ReactNode {
  const own = useMemo(() => ownStretches(model.tree, place), [model, place]);
  const bar = useMemo(
    () => barGeometry(model, index, own, window, width, events),
    [model, index, own, window, width, events],
  );
  const traceText = useSection('trace', traceWords);
  const unfinished = model.tree.spans[index]!.durationNanos === undefined;
  const text = unfinished
    ? traceText.unfinished
    : formatDuration(model.tree.endOffsetNanos[index]! - model.tree.startOffsetNanos[index]!);
  const label = placeLabel(bar.left, bar.right, width, labelPixels);
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

/** As wide as a duration gets. */
const labelPixels = 64;
