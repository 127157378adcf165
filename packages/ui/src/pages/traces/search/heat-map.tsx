import { useQuery } from '@tanstack/react-query';
import { Table2, X, ZoomIn } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { heatMapBucketNanos, heatMapColumnStart } from '@spanwise/wire/query';
import type { TraceSummary, TracesOverviewAnswer } from '@spanwise/wire/query';
import { overviewColumns, overviewQuery } from '../../../api/traces-queries.ts';
import button from '../../../components/button.module.css';
import { useThemeRevision } from '../../../components/canvas-colours.ts';
import { Failure } from '../../../components/notice.tsx';
import { narrow, useMedia } from '../../../components/use-media.ts';
import { useSize } from '../../../components/use-size.ts';
import { formatDuration } from '../../../model/durations.ts';
import { parseBrush } from '../../../model/heat-brush.ts';
import {
  brushOf,
  cellAt,
  countIn,
  formatBrush,
  heatGrid,
  movedCell,
  rangeBetween,
  rangeOf,
} from '../../../model/heat-map.ts';
import type { CellRange, HeatGrid } from '../../../model/heat-map.ts';
import { formatInstant } from '../../../model/instant-text.ts';
import { parsedQuery, withConditions } from '../../../model/traces-search.ts';
import type { TracesParams } from '../../../model/traces-params.ts';
import { searchWords } from '../../../words/en/search.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import { drawHeatMap } from './draw-heat-map.ts';
import { HeatTable } from './heat-table.tsx';
import styles from './heat-map.module.css';

export interface HeatMapProps {
  readonly params: TracesParams;
  /** The row of the list under the pointer. */
  readonly pointed: TraceSummary | undefined;
  readonly onChange: (next: TracesParams) => void;
}

const height = 148;
const padding = { left: 56, right: 16, top: 8, bottom: 22 } as const;

interface Cell {
  readonly column: number;
  readonly bucket: number;
}

/** Where durations and times of all found traces lie. A part of it that is chosen narrows the list and the facets. */
export function HeatMap({ params, pointed, onChange }: HeatMapProps): ReactNode {
  const own = useSection('search', searchWords);
  const phone = useMedia(narrow);
  const { brush: _brush, ...whole } = params;
  const overview = useQuery(overviewQuery(whole, overviewColumns(phone)));
  const [asTable, setAsTable] = useState(false);
  if (overview.data === undefined) {
    return (
      <div className={styles.pending} aria-busy={overview.error === null}>
        {overview.error === null ? (
          own.counting
        ) : (
          <Failure error={overview.error} onRetry={() => void overview.refetch()} />
        )}
      </div>
    );
  }
  return (
    <section className={styles.section} aria-label={own.map} aria-busy={overview.isPlaceholderData}>
      <Head
        answer={overview.data}
        stale={overview.isPlaceholderData}
        params={params}
        asTable={asTable}
        onAsTable={setAsTable}
        onChange={onChange}
      />
      {asTable ? (
        <HeatTable answer={overview.data} params={params} onChange={onChange} />
      ) : (
        <HeatPlot answer={overview.data} params={params} pointed={pointed} onChange={onChange} />
      )}
    </section>
  );
}

interface HeadProps {
  readonly answer: TracesOverviewAnswer;
  /** It belongs to the query before; the next is on its way. */
  readonly stale: boolean;
  readonly params: TracesParams;
  readonly asTable: boolean;
  readonly onAsTable: (asTable: boolean) => void;
  readonly onChange: (next: TracesParams) => void;
}

function Head({ answer, stale, params, asTable, onAsTable, onChange }: HeadProps): ReactNode {
  const { count, instants } = useSpeech();
  const own = useSection('search', searchWords);
  const { brush: text, ...rest } = params;
  const brush = parseBrush(text ?? '');
  const counted = answer.complete
    ? own.counted(answer.traceCount, count(answer.traceCount))
    : own.countedBackTo(count(answer.traceCount), instants.long(answer.searchedBackToMicros));
  const zoom = (): void => {
    if (brush === undefined) return;
    const conditions = parsedQuery(params).conditions.filter(({ field }) => field !== 'trace.duration');
    const bounds = [
      ...(brush.minNanos === 0 ? [] : [{ operator: '>=', nanos: brush.minNanos } as const]),
      { operator: '<', nanos: brush.maxNanos } as const,
    ].map(({ operator, nanos }) => ({ field: 'trace.duration', operator, value: `${nanos / 1000}us` }) as const);
    const { range: _range, live: _live, ...unranged } = rest;
    const ranged = { ...unranged, from: formatInstant(brush.startMicros), to: formatInstant(brush.endMicros - 1) };
    onChange(withConditions(ranged, [...conditions, ...bounds]));
  };
  return (
    <div className={styles.head}>
      <span className={styles.counted}>
        {stale ? own.counting : counted}
        {brush !== undefined && (
          <>
            {' · '}
            <strong>{`${own.brushed}: ${instants.short(brush.startMicros)} – ${instants.short(brush.endMicros)}, ${own.durations(formatDuration(brush.minNanos), formatDuration(brush.maxNanos))}`}</strong>
          </>
        )}
      </span>
      {brush !== undefined && (
        <>
          <button type="button" className={button.text} onClick={zoom}>
            <ZoomIn size={14} aria-hidden="true" />
            {own.zoomIn}
          </button>
          <button type="button" className={button.text} onClick={() => onChange(rest)}>
            <X size={14} aria-hidden="true" />
            {own.clearBrush}
          </button>
        </>
      )}
      <button type="button" className={button.text} aria-pressed={asTable} onClick={() => onAsTable(!asTable)}>
        <Table2 size={14} aria-hidden="true" />
        {own.asTable}
      </button>
    </div>
  );
}

interface PlotProps extends HeatMapProps {
  readonly answer: TracesOverviewAnswer;
}

function HeatPlot({ answer, params, pointed, onChange }: PlotProps): ReactNode {
  const { count, instants } = useSpeech();
  const own = useSection('search', searchWords);
  const revision = useThemeRevision();
  const [box, { width }] = useSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const grid = useMemo(() => heatGrid(answer), [answer]);
  const size = { width, height, padding };
  /** Where a selection began and where it is now: by the pointer, or by the keyboard. */
  const [drag, setDrag] = useState<readonly [Cell, Cell]>();
  const [cursor, setCursor] = useState<readonly [Cell, Cell]>();
  const [over, setOver] = useState<Cell>();
  const brush = useMemo(() => parseBrush(params.brush ?? ''), [params.brush]);
  const chosen = useMemo(() => (brush === undefined ? undefined : rangeOf(grid, brush)), [grid, brush]);
  const selected = drag === undefined ? chosen : rangeBetween(...drag);
  const keyRange = cursor === undefined ? undefined : rangeBetween(...cursor);
  const mark = useMemo(() => (pointed === undefined ? undefined : placeOf(grid, pointed)), [grid, pointed]);
  useEffect(() => {
    if (canvas.current === null || width === 0) return;
    const countedFromColumn = answer.complete ? 0 : Math.ceil(columnOf(grid, answer.searchedBackToMicros));
    const picture = { width, height, padding, instants, selected, cursor: keyRange, pointed: mark, countedFromColumn };
    drawHeatMap(canvas.current, grid, picture);
  }, [answer, grid, width, instants, selected, keyRange, mark, revision]);
  const choose = (range: CellRange): void => {
    // What is chosen is in the past, where nothing new comes.
    const { live: _live, ...rest } = params;
    onChange({ ...rest, brush: formatBrush(brushOf(grid, range)) });
  };
  const clear = (): void => {
    const { brush: _brush, ...rest } = params;
    if (params.brush !== undefined) onChange(rest);
  };
  const cellUnder = (event: PointerEvent<HTMLElement>): Cell => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return cellAt(grid, size, event.clientX - left, event.clientY - top);
  };
  const end = (event: PointerEvent<HTMLElement>): void => {
    if (drag === undefined) return;
    const range = rangeBetween(drag[0], cellUnder(event));
    setDrag(undefined);
    if (countIn(grid, range).count === 0 && range.fromColumn === range.toColumn && range.fromBucket === range.toBucket)
      clear();
    else choose(range);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = cursor?.[1] ?? { column: grid.columns - 1, bucket: grid.firstBucket };
    const next = movedCell(grid, at, event.key);
    if (next !== undefined) {
      const landed = cursor === undefined ? at : next;
      setCursor([event.shiftKey ? (cursor?.[0] ?? landed) : landed, landed]);
    } else if ((event.key === 'Enter' || event.key === ' ') && keyRange !== undefined) choose(keyRange);
    else if (event.key === 'Escape') {
      setCursor(undefined);
      clear();
    } else return;
    event.preventDefault();
  };
  const told =
    keyRange ?? (drag === undefined ? (over === undefined ? undefined : rangeBetween(over, over)) : selected);
  return (
    <div
      ref={box}
      className={styles.plot}
      style={{ height }}
      role="application"
      tabIndex={0}
      aria-label={`${own.mapLabel(answer.traceCount, count(answer.traceCount))}. ${own.mapHelp}`}
      title={own.mapHint}
      onKeyDown={onKeyDown}
      onBlur={() => setCursor(undefined)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const cell = cellUnder(event);
        setCursor(undefined);
        setDrag([cell, cell]);
      }}
      onPointerMove={(event) => {
        const cell = cellUnder(event);
        setOver((held) => (held?.column === cell.column && held.bucket === cell.bucket ? held : cell));
        if (drag !== undefined) setDrag([drag[0], cell]);
      }}
      onPointerUp={end}
      onPointerCancel={() => setDrag(undefined)}
      onPointerLeave={() => setOver(undefined)}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <span className={styles.told} role={cursor === undefined ? undefined : 'status'}>
        {told !== undefined && <RangeWords grid={grid} range={told} />}
      </span>
    </div>
  );
}

/** A part of the map in words: when, how long, how many. */
export function RangeWords({ grid, range }: { readonly grid: HeatGrid; readonly range: CellRange }): ReactNode {
  const { count, instants } = useSpeech();
  const own = useSection('search', searchWords);
  const { count: traces, errors } = countIn(grid, range);
  const place = own.cell(
    instants.short(heatMapColumnStart(range.fromColumn, grid)),
    instants.short(heatMapColumnStart(range.toColumn + 1, grid)),
    formatDuration(heatMapBucketNanos(range.fromBucket)),
    formatDuration(heatMapBucketNanos(range.toBucket + 1)),
  );
  return `${place}: ${own.cellCount(count(traces), count(errors), errors > 0)}`;
}

function columnOf(grid: HeatGrid, micros: number): number {
  return ((micros - grid.startMicros) / Math.max(1, grid.endMicros - grid.startMicros)) * grid.columns;
}

/** Nearly: the map has a trace where its newest matching span is. */
function placeOf(grid: HeatGrid, { startMicros, durationMicros }: TraceSummary): Cell | undefined {
  const column = Math.floor(columnOf(grid, startMicros));
  const bucket = Math.max(0, Math.floor(Math.log2(Math.max(1, durationMicros)) * 2));
  const isThere = (cell: Cell): boolean =>
    grid.cells.some((one) => one.column === cell.column && one.bucket === cell.bucket);
  return [0, 1].map((later) => ({ column: column + later, bucket })).find(isThere);
}
