import { useEffect, useMemo, useRef, useState } from 'react';
import type { PointerEvent, ReactNode } from 'react';
import { useThemeRevision } from '../../components/canvas-colours.ts';
import { useSize } from '../../components/use-size.ts';
import { brushEnd, brushStart, brushWindow } from '../../model/brush.ts';
import type { Brush } from '../../model/brush.ts';
import { minimapCells } from '../../model/minimap.ts';
import { isWhole } from '../../model/time-window.ts';
import { wholeTrace } from '../../model/view-state.ts';
import { traceWords } from '../../words/en/trace.ts';
import { useSection } from '../../words/language.tsx';
import { drawMinimap } from './draw-minimap.ts';
import { minimapHeight as height } from './minimap-height.ts';
import styles from './minimap.module.css';
import type { TraceView } from './use-trace-view.ts';
import { WindowHandle } from './window-handle.tsx';

/**
 * The whole trace in a strip. Dragging zooms, dragging an edge of the window moves it, dragging its handle pans, a double
 * click shows all.
 */
export function Minimap({ trace }: { readonly trace: TraceView }): ReactNode {
  const traceText = useSection('trace', traceWords);
  const { model, view, update } = trace;
  const [box, { width }] = useSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const revision = useThemeRevision();
  const pixels = Math.floor(width);
  const cells = useMemo(() => (pixels > 0 ? minimapCells(model, pixels, height - 8) : undefined), [model, pixels]);
  useEffect(() => {
    if (canvas.current !== null && cells !== undefined) drawMinimap(canvas.current, cells, model.services, height);
  }, [cells, model, revision]);
  const [brush, setBrush] = useState<Brush>();
  const whole = wholeTrace(model);
  const at = (event: PointerEvent<HTMLElement>): number =>
    event.clientX - event.currentTarget.getBoundingClientRect().left;
  const start = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setBrush(brushStart(at(event), view.window, whole, width));
  };
  const end = (event: PointerEvent<HTMLElement>): void => {
    if (brush === undefined) return;
    setBrush(undefined);
    const window = brushEnd({ ...brush, to: at(event) }, view.window, whole, width);
    update((held) => ({ ...held, window }));
  };
  const shown = brush === undefined ? view.window : (brushWindow(brush, whole, width) ?? view.window);
  const left = (shown.from / whole.to) * width;
  const right = (shown.to / whole.to) * width;
  return (
    <div
      ref={box}
      className={styles.minimap}
      style={{ height }}
      onPointerDown={start}
      onPointerMove={(event) => brush !== undefined && setBrush({ ...brush, to: at(event) })}
      onPointerUp={end}
      onPointerCancel={() => setBrush(undefined)}
      onDoubleClick={() => update((held) => ({ ...held, window: whole }))}
    >
      <canvas ref={canvas} role="img" aria-label={traceText.minimap} />
      {!isWhole(shown, whole) && (
        <>
          <span className={styles.shade} style={{ left: 0, width: left }} />
          <span className={styles.shade} style={{ left: right, right: 0 }} />
          <span className={styles.edge} style={{ left: left - 1 }} />
          <span className={styles.edge} style={{ left: right - 1 }} />
          <WindowHandle trace={trace} left={left} right={right} />
        </>
      )}
    </div>
  );
}
