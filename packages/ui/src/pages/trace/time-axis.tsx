import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { axisTicks } from '../../model/axis-ticks.ts';
import { toPixels } from '../../model/time-window.ts';
import { traceWords } from '../../words/en/trace.ts';
import { useSection } from '../../words/language.tsx';
import styles from './time-axis.module.css';
import type { TraceView } from './use-trace-view.ts';

interface TimeAxisProps {
  readonly trace: TraceView;
  readonly nameWidth: number;
  readonly width: number;
  readonly phone: boolean;
  readonly onResize: (nameWidth: number) => void;
}

/** The head of the waterfall: stays above the rows, in units that fit the window. */
export function TimeAxis({ trace, nameWidth, width, phone, onResize }: TimeAxisProps): ReactNode {
  const traceText = useSection('trace', traceWords);
  const { window } = trace.view;
  const ticks = axisTicks(window, width);
  return (
    <div className={styles.axis}>
      {!phone && (
        <div className={styles.name} style={{ width: nameWidth }}>
          {traceText.columnSpan}
          <Splitter label={traceText.resizeColumns} width={nameWidth} onResize={onResize} />
        </div>
      )}
      <div className={styles.ticks}>
        {ticks.map(({ offsetNanos, label }) => {
          const x = toPixels(offsetNanos, window, width);
          return (
            <span key={offsetNanos} style={{ left: x }}>
              {label}
            </span>
          );
        })}
      </div>
    </div>
  );
}

interface SplitterProps {
  readonly label: string;
  readonly width: number;
  readonly onResize: (nameWidth: number) => void;
}

function Splitter({ label, width, onResize }: SplitterProps): ReactNode {
  const drag = (event: PointerEvent<HTMLElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const left = event.currentTarget.parentElement?.getBoundingClientRect().left ?? 0;
    onResize(event.clientX - left);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    event.stopPropagation();
    onResize(width + (event.key === 'ArrowRight' ? 16 : -16));
  };
  return (
    <div
      className={styles.splitter}
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={160}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={press}
    />
  );
}
