import { ArrowDown, ArrowUp, CircleAlert } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import type { ReactNode } from 'react';
import { hueStyle } from '../../../components/hue.ts';
import { MiddleName } from '../../../components/middle-name.tsx';
import { ServiceDot } from '../../../components/service-dot.tsx';
import { narrow, useMedia } from '../../../components/use-media.ts';
import { useRowWindow } from '../../../components/use-row-window.ts';
import { formatDuration } from '../../../model/durations.ts';
import { operationTable, sortOperations } from '../../../model/operation-table.ts';
import { sortedBy, tableColumns } from '../../../model/table-sort.ts';
import type { OperationRow } from '../../../model/operation-table.ts';
import type { TableColumn } from '../../../model/table-sort.ts';
import { rowAway } from '../../../model/row-moves.ts';
import type { TraceModel } from '../../../model/trace-model.ts';
import { countedSpans } from '../../../model/visible-rows.ts';
import { pathsWords } from '../../../words/en/paths.ts';
import { traceWords } from '../../../words/en/trace.ts';
import { useSection, useSpeech } from '../../../words/language.tsx';
import type { TabProps } from '../lazy-parts.tsx';
import { useTabKeys } from '../tab-keys.ts';
import type { TraceView } from '../use-trace-view.ts';
import styles from './operation-grid.module.css';

const [deskRow, phoneRow] = [28, 52];

/** Statistics by service and operation, of the spans in focus and picked out. A row selects its longest span. */
export function OperationGrid({ trace, tabKeys }: TabProps): ReactNode {
  const traceText = useSection('trace', traceWords);
  const { model, view, only, matches, update } = trace;
  const { focus, sort, selected } = view;
  const table = useMemo(() => operationTable(model, countedSpans(model.tree, focus, only)), [model, focus, only]);
  const rows = useMemo(() => sortOperations(model, table, sort), [model, table, sort]);
  const rowHeight = useMedia(narrow) ? phoneRow : deskRow;
  const scroller = useRef<HTMLDivElement>(null);
  const [{ spacer, first, end, shift }, scrollTo] = useRowWindow(scroller, rows.length, rowHeight);
  const at = useMemo(
    () => (selected === -1 ? -1 : rows.findIndex(({ spans }) => spans.includes(selected))),
    [rows, selected],
  );
  useEffect(() => {
    if (at !== -1) scrollTo(at, 'nearest');
  }, [at, scrollTo]);
  const select = (row: OperationRow | undefined): void => {
    if (row !== undefined) update((held) => ({ ...held, selected: row.longest, panelOpen: true }));
  };
  useTabKeys(tabKeys, (key) => {
    const by = moves[key];
    return by === undefined ? undefined : () => select(rows[rowAway(places(rows), at, by)]);
  });
  const [mostTotal, mostSelf] = useMemo(
    () => [
      table.reduce((most, { totalNanos }) => Math.max(most, totalNanos), 1),
      table.reduce((most, { selfNanos }) => Math.max(most, selfNanos), 1),
    ],
    [table],
  );
  return (
    <div
      className={styles.grid}
      role="grid"
      aria-label={traceText.tabName('operations')}
      aria-rowcount={rows.length + 1}
    >
      <div role="rowgroup">
        <div className={styles.columns} role="row" aria-rowindex={1}>
          {tableColumns.map((column) => (
            <ColumnHead key={column} column={column} trace={trace} />
          ))}
        </div>
      </div>
      {rows.length === 0 ? (
        <p className={styles.none}>{traceText.noMatches}</p>
      ) : (
        <div
          ref={scroller}
          className={styles.scroller}
          role="rowgroup"
          tabIndex={0}
          aria-label={traceText.tabName('operations')}
        >
          <div className={styles.rows} role="presentation" style={{ height: spacer }}>
            {rows.slice(first, end).map((row, place) => (
              <GridRow
                key={`${row.service} ${row.name}`}
                model={model}
                row={row}
                at={first + place}
                top={shift + (first + place) * rowHeight}
                selected={first + place === at}
                matched={matches !== undefined && row.spans.some((index) => matches[index] === 1)}
                mostTotal={mostTotal}
                mostSelf={mostSelf}
                onSelect={() => select(row)}
              />
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

const moves: Readonly<Record<string, number>> = {
  j: 1,
  ArrowDown: 1,
  k: -1,
  ArrowUp: -1,
  PageDown: 20,
  PageUp: -20,
  Home: -Infinity,
  End: Infinity,
};

function places(rows: readonly OperationRow[]): Int32Array {
  return Int32Array.from(rows, (_, at) => at);
}

function ColumnHead({ column, trace }: { readonly column: TableColumn; readonly trace: TraceView }): ReactNode {
  const own = useSection('paths', pathsWords);
  const { sort } = trace.view;
  const sorted = sort.column === column;
  const Arrow = sort.ascending ? ArrowUp : ArrowDown;
  return (
    <span
      role="columnheader"
      className={headClass[column] ?? styles.number}
      aria-sort={sorted ? (sort.ascending ? 'ascending' : 'descending') : undefined}
    >
      <button
        type="button"
        title={own.columnHelp(column)}
        onClick={() => trace.update((held) => ({ ...held, sort: sortedBy(held.sort, column) }))}
      >
        {sorted && <Arrow size={12} aria-hidden="true" />}
        {own.tableColumn(column)}
      </button>
    </span>
  );
}

const headClass: Readonly<Partial<Record<TableColumn, string | undefined>>> = {
  name: styles.name,
  mean: `${styles.number} ${styles.mean}`,
};

interface GridRowProps {
  readonly model: TraceModel;
  readonly row: OperationRow;
  readonly at: number;
  readonly top: number;
  readonly selected: boolean;
  readonly matched: boolean;
  readonly mostTotal: number;
  readonly mostSelf: number;
  readonly onSelect: () => void;
}

function GridRow({ model, row, at, top, selected, matched, mostTotal, mostSelf, onSelect }: GridRowProps): ReactNode {
  const { words, count } = useSpeech();
  const { name: service, hue } = model.services[row.service]!;
  return (
    <div
      role="row"
      className={styles.row}
      aria-rowindex={at + 2}
      aria-selected={selected}
      data-matched={matched || undefined}
      style={hueStyle(hue, { transform: `translateY(${top}px)` })}
      onClick={onSelect}
    >
      <span role="rowheader" className={styles.name}>
        <ServiceDot hue={hue} />
        <span className={styles.service}>{service || words.unnamedService}</span>
        <MiddleName name={row.name || words.unnamedOperation} className={styles.operation} />
      </span>
      <span role="gridcell" className={styles.number}>
        {count(row.count)}
      </span>
      <Time nanos={row.totalNanos} most={mostTotal} />
      <Time nanos={row.selfNanos} most={mostSelf} />
      <Time nanos={row.meanNanos} className={styles.mean} />
      <Time nanos={row.p50Nanos} />
      <Time nanos={row.p95Nanos} />
      <Time nanos={row.maxNanos} />
      <span role="gridcell" className={styles.number}>
        {row.errorCount > 0 && (
          <span className={styles.errors}>
            <CircleAlert size={12} aria-hidden="true" />
            {count(row.errorCount)}
          </span>
        )}
      </span>
    </div>
  );
}

interface TimeProps {
  readonly nanos: number;
  /** The most in the column, when the share of it is drawn. */
  readonly most?: number | undefined;
  readonly className?: string | undefined;
}

function Time({ nanos, most, className = '' }: TimeProps): ReactNode {
  return (
    <span role="gridcell" className={`${styles.number} ${className}`}>
      {formatDuration(nanos)}
      {most !== undefined && <i className={styles.share} style={{ width: `${(nanos / most) * 100}%` }} />}
    </span>
  );
}
