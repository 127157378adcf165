import { useCallback, useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { useRowWindow } from '../../components/use-row-window.ts';
import { axisTicks } from '../../model/axis-ticks.ts';
import { isFolded, withFolded } from '../../model/folding.ts';
import { isGroupRow, toggleGroup } from '../../model/row-moves.ts';
import { wholeSpan } from '../../model/whole-span.ts';
import { toPixels } from '../../model/time-window.ts';
import { traceWords } from '../../words/en/trace.ts';
import { useSection } from '../../words/language.tsx';
import { usePointerZoom } from './use-pointer-zoom.ts';
import type { TraceView } from './use-trace-view.ts';
import { rowId, WaterfallRow } from './waterfall-row.tsx';
import styles from './waterfall.module.css';

interface WaterfallProps {
  readonly trace: TraceView;
  readonly nameWidth: number;
  readonly width: number;
  readonly phone: boolean;
}

const deskRow = 24;
const phoneRow = 40;
/** Logs of rows in view are asked for when the view rests. */
const restMillis = 150;

/** The rows. Only those in view and a few around them are in the document. */
export function Waterfall({ trace, nameWidth, width, phone }: WaterfallProps): ReactNode {
  const traceText = useSection('trace', traceWords);
  const { model, view, rows, groups, selectedRow, siblings, matches, evidence, places, update } = trace;
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = phone ? phoneRow : deskRow;
  const [{ spacer, first, end, shift }, scrollTo] = useRowWindow(scroller, rows.length, rowHeight);
  useScrollToSelected(selectedRow, rows, scrollTo);
  usePointerZoom(scroller, trace, nameWidth, width);
  const select = useCallback(
    (index: number) => update((held) => ({ ...held, selected: index, panelOpen: true })),
    [update],
  );
  const toggle = useCallback(
    (index: number) =>
      update((held) =>
        isGroupRow(model, held, index)
          ? toggleGroup(model, held, index)
          : withFolded({ ...held, selected: index }, [index], !isFolded(model, held, index)),
      ),
    [model, update],
  );
  const regroup = useCallback((index: number) => update((held) => toggleGroup(model, held, index)), [model, update]);
  const drawn = rows.subarray(first, end);
  const { details } = model;
  useEffect(() => {
    if (details === undefined) return undefined;
    const timer = setTimeout(() => details.want(Array.from(drawn, (index) => model.sent[index]!)), restMillis);
    return () => clearTimeout(timer);
  }, [details, model, rows, first, end]);
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="treegrid"
      aria-label={traceText.waterfall}
      aria-rowcount={rows.length}
      aria-colcount={2}
      aria-activedescendant={drawn.includes(selectedRow) ? rowId(selectedRow) : undefined}
      tabIndex={0}
    >
      <div className={styles.rows} role="rowgroup" style={{ height: spacer }}>
        <GridLines trace={trace} nameWidth={nameWidth} width={width} />
        {Array.from(drawn, (index, at) => (
          <WaterfallRow
            key={index}
            model={model}
            index={index}
            place={places[index]!}
            events={details === undefined ? undefined : wholeSpan(model, index)?.events}
            row={first + at}
            top={shift + (first + at) * rowHeight}
            position={siblings.position[index]!}
            siblings={siblings.size[index]!}
            selected={index === selectedRow}
            folded={isFolded(model, view, index)}
            group={index !== view.focus && groups?.[index] === index ? model.alike.members.get(index) : undefined}
            leads={view.alike && view.only === undefined && model.alike.leader[index] === index}
            matched={matches?.[index] === 1}
            evident={evidence?.[index] === 1}
            window={view.window}
            nameWidth={nameWidth}
            width={width}
            phone={phone}
            onSelect={select}
            onToggle={toggle}
            onRegroup={regroup}
          />
        ))}
      </div>
    </div>
  );
}

function GridLines({ trace, nameWidth, width }: Omit<WaterfallProps, 'phone'>): ReactNode {
  const { window } = trace.view;
  return (
    <div className={styles.grid} aria-hidden="true" style={{ left: nameWidth }}>
      {axisTicks(window, width).map(({ offsetNanos }) => (
        <span key={offsetNanos} style={{ left: toPixels(offsetNanos, window, width) }} />
      ))}
    </div>
  );
}

type ScrollTo = (row: number, align: 'nearest' | 'center') => void;

/** Keeps the selected row in view when the selection moves; at first it is put in the middle. */
function useScrollToSelected(selected: number, rows: Int32Array, scrollTo: ScrollTo): void {
  const first = useRef(true);
  useEffect(() => {
    const at = selected === -1 ? -1 : rows.indexOf(selected);
    if (at !== -1) scrollTo(at, first.current ? 'center' : 'nearest');
    first.current = false;
  }, [selected, rows, scrollTo]);
}
