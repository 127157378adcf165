import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import type { PointerEvent, ReactNode } from 'react';
import type { TraceSummary } from '@spanwise/wire/query';
import { useThemeRevision } from '../../components/canvas-colours.ts';
import { useSize } from '../../components/use-size.ts';
import { formatMicros } from '../../model/durations.ts';
import { layoutScatter, pointAt } from '../../model/scatter.ts';
import { useSpeech } from '../../words/language.tsx';
import { drawScatter } from './draw-scatter.ts';
import styles from './duration-scatter.module.css';

interface DurationScatterProps {
  readonly traces: readonly TraceSummary[];
  readonly pointed: string | undefined;
  readonly onPoint: (traceId: string | undefined) => void;
}

const height = 128;
const padding = { left: 56, right: 20, top: 10, bottom: 22 } as const;
/** How far from a point a pointer may be, in pixels; fingers are less exact. */
const reach = { mouse: 12, touch: 24 } as const;

/** Duration (logarithmic) over time, one mark a trace. Outliers are seen here before they are found in the list. */
export function DurationScatter({ traces, pointed, onPoint }: DurationScatterProps): ReactNode {
  const { words, count, instants } = useSpeech();
  const navigate = useNavigate();
  const revision = useThemeRevision();
  const [box, { width }] = useSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const layout = useMemo(() => layoutScatter(traces, { width, height, padding }), [traces, width]);
  useEffect(() => {
    if (canvas.current === null || width === 0) return;
    drawScatter(canvas.current, layout, { width, height, padding, pointed, instants });
  }, [layout, width, pointed, instants, revision]);
  const find = (event: PointerEvent<HTMLElement>): TraceSummary | undefined => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const far = event.pointerType === 'touch' ? reach.touch : reach.mouse;
    return pointAt(layout.points, event.clientX - left, event.clientY - top, far)?.trace;
  };
  const open = (event: PointerEvent<HTMLElement>): void => {
    const trace = find(event);
    if (trace !== undefined) void navigate({ to: '/trace/$traceId', params: { traceId: trace.traceId }, search: {} });
  };
  const tip = layout.points.find(({ trace }) => trace.traceId === pointed);
  return (
    <figure
      ref={box}
      className={styles.box}
      style={{ height, cursor: pointed === undefined ? 'default' : 'pointer' }}
      onPointerMove={(event) => onPoint(find(event)?.traceId)}
      onPointerLeave={() => onPoint(undefined)}
      onPointerUp={open}
    >
      <canvas ref={canvas} role="img" aria-label={words.scatterLabel(traces.length, count(traces.length))} />
      {tip !== undefined && (
        <figcaption
          className={styles.tip}
          style={
            tip.x > width / 2 ? { right: width - tip.x + 10, top: tip.y - 10 } : { left: tip.x + 10, top: tip.y - 10 }
          }
        >
          {words.traceLabel(`${tip.trace.rootService} ${tip.trace.rootName}`, formatMicros(tip.trace.durationMicros))}
        </figcaption>
      )}
    </figure>
  );
}
