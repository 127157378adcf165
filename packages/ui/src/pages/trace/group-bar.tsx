import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { groupGeometry } from '../../model/bar-geometry.ts';
import { formatDuration } from '../../model/durations.ts';
import { likeFacts } from '../../model/like-groups.ts';
import type { TimeWindow } from '../../model/time-window.ts';
import type { TraceModel } from '../../model/trace-model.ts';
import { traceWords } from '../../words/en/trace.ts';
import { useSection } from '../../words/language.tsx';
import { boxes, placeLabel } from './bar-drawing.ts';
import styles from './waterfall.module.css';

interface GroupBarProps {
  readonly model: TraceModel;
  readonly members: Int32Array;
  readonly window: TimeWindow;
  readonly width: number;
  readonly phone: boolean;
}

/** As wide as total and spread get. */
const [deskLabel, phoneLabel] = [250, 190];

/** One bar for siblings that are alike: where each ran, their time together, the shortest and the longest. */
export function GroupBar({ model, members, window, width, phone }: GroupBarProps): ReactNode {
  const traceText = useSection('trace', traceWords);
  const bar = useMemo(() => groupGeometry(model, members, window, width), [model, members, window, width]);
  const facts = useMemo(() => likeFacts(model.tree, model.error, members), [model, members]);
  const label = placeLabel(bar.left, bar.right, width, phone ? phoneLabel : deskLabel);
  const [top, height] = phone ? [2, 11] : [6, 11];
  return (
    <>
      {bar.visible && (
        <svg className={styles.svg} width={width} height={phone ? 18 : 24} aria-hidden="true">
          <rect className={styles.span} x={bar.left} y={top + 5} width={bar.right - bar.left} height={1} />
          <path className={styles.own} d={boxes(bar.own, top, height)} />
          <path className={styles.critical} d={boxes(bar.critical, top + height + 1, 2)} />
        </svg>
      )}
      <span
        className={styles.duration}
        data-outside={label.outside || undefined}
        data-inside={label.inside || undefined}
        style={label.style}
      >
        {label.before}
        {(phone ? traceText.alikeTimesShort : traceText.alikeTimes)(
          formatDuration(facts.totalNanos),
          formatDuration(facts.shortestNanos),
          formatDuration(facts.longestNanos),
        )}
        {label.after}
      </span>
    </>
  );
}
