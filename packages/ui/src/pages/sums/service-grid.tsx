import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp, CircleAlert, TrendingUp } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import button from '../../components/button.module.css';
import { MiddleName } from '../../components/middle-name.tsx';
import { ServiceDot } from '../../components/service-dot.tsx';
import type { RateUnit } from '../../model/rate-unit.ts';
import { rateUnitOf } from '../../model/rate-unit.ts';
import type { ServiceRow } from '../../model/service-rows.ts';
import type { ServiceColumn, ServiceSort } from '../../model/service-sort.ts';
import { serviceColumns } from '../../model/service-sort.ts';
import type { RangeParams } from '../../model/sums-params.ts';
import { servicesWords } from '../../words/en/services.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import styles from './service-grid.module.css';
import { SparkLine } from './spark-line.tsx';
import { useMeasures } from './use-measures.ts';

/** Rows beyond these are drawn when they are asked for: operations whose names hold ids are many. */
const mostRows = 500;
/** What the top of a line of errors stands for at least, so that one in a thousand is no mountain. */
const leastErrorShare = 0.05;

interface ServiceGridProps {
  readonly label: string;
  /** In order. */
  readonly rows: readonly ServiceRow[];
  readonly sort: ServiceSort;
  readonly onSort: (column: ServiceColumn) => void;
  readonly range: RangeParams;
  /** By name, when the rows are services; the service, when they are its operations. */
  readonly of: { readonly hues: ReadonlyMap<string, number> } | { readonly service: string };
}

/** Rate, errors and latency of services, or of the operations of one, with how they went and how they changed. */
export function ServiceGrid({ label, rows, sort, onSort, range, of }: ServiceGridProps): ReactNode {
  const { count } = useSpeech();
  const own = useSection('services', servicesWords);
  const [all, setAll] = useState(false);
  const unit = rateUnitOf(rows.map(({ rate }) => rate));
  const shown = all ? rows : rows.slice(0, mostRows);
  return (
    <>
      <div className={styles.table} role="table" aria-label={label} aria-rowcount={rows.length + 1}>
        <div role="rowgroup" className={styles.head}>
          <div role="row" className={styles.row} aria-rowindex={1}>
            {serviceColumns.map((column) => (
              <ColumnHead key={column} column={column} sort={sort} onSort={onSort} of={of} />
            ))}
          </div>
        </div>
        <div role="rowgroup">
          {shown.map((row, at) => (
            <GridRow key={`${row.kind} ${row.name}`} row={row} at={at} unit={unit} range={range} of={of} />
          ))}
        </div>
      </div>
      {shown.length < rows.length && (
        <p className={styles.rest}>
          <button type="button" className={button.text} onClick={() => setAll(true)}>
            {own.showRest(count(rows.length - shown.length))}
          </button>
        </p>
      )}
    </>
  );
}

type HeadProps = Pick<ServiceGridProps, 'sort' | 'onSort' | 'of'> & { readonly column: ServiceColumn };

function ColumnHead({ column, sort, onSort, of }: HeadProps): ReactNode {
  const own = useSection('services', servicesWords);
  const sorted = sort.column === column;
  const Arrow = sort.ascending ? ArrowUp : ArrowDown;
  const name = column === 'name' ? ('hues' in of ? own.columnService : own.columnOperation) : own.column(column);
  const isChange = column === 'rateChange' || column === 'errorsChange' || column === 'p95Change';
  return (
    <span
      role="columnheader"
      className={styles[column]}
      aria-sort={sorted ? (sort.ascending ? 'ascending' : 'descending') : undefined}
    >
      <button
        type="button"
        title={own.columnHelp(column)}
        aria-label={isChange ? own.changeName(column) : undefined}
        onClick={() => onSort(column)}
      >
        {sorted && <Arrow size={12} aria-hidden="true" />}
        {name}
      </button>
    </span>
  );
}

type RowProps = Pick<ServiceGridProps, 'range' | 'of'> & {
  readonly row: ServiceRow;
  readonly at: number;
  readonly unit: RateUnit;
};

function GridRow({ row, at, unit, range, of }: RowProps): ReactNode {
  const measures = useMeasures();
  const { steps } = row;
  return (
    <div role="row" className={styles.row} aria-rowindex={at + 2}>
      <span role="rowheader" className={styles.name}>
        <NameLink row={row} range={range} of={of} />
      </span>
      <span role="cell" className={styles.rate}>
        <SparkLine values={steps.rate} />
        {measures.rate(row.rate, unit)}
      </span>
      <ChangeCell row={row} column="rateChange" />
      <span role="cell" className={styles.errors} data-failed={row.errors > 0 || undefined}>
        <SparkLine values={steps.errorShare} least={leastErrorShare} failed={row.errors > 0} />
        {row.errors > 0 && <CircleAlert size={12} aria-hidden="true" />}
        {measures.share(row.errorShare)}
      </span>
      <ChangeCell row={row} column="errorsChange" />
      <span role="cell" className={styles.p50}>
        {measures.duration(row.p50Micros)}
      </span>
      <span role="cell" className={styles.p95}>
        <SparkLine values={steps.p95Micros} />
        {measures.duration(row.p95Micros)}
      </span>
      <ChangeCell row={row} column="p95Change" />
      <span role="cell" className={styles.p99}>
        {measures.duration(row.p99Micros)}
      </span>
    </div>
  );
}

function NameLink({ row, range, of }: Pick<RowProps, 'row' | 'range' | 'of'>): ReactNode {
  const { words } = useSpeech();
  const own = useSection('services', servicesWords);
  const side = (
    <span className={styles.side} title={own.sideHelp(row.kind)}>
      {own.sideName(row.kind)}
    </span>
  );
  if ('hues' in of) {
    return (
      <>
        <ServiceDot hue={of.hues.get(row.name) ?? 0} />
        {row.name === '' ? (
          <span>{words.unnamedService}</span>
        ) : (
          <Link to="/services/$service" params={{ service: row.name }} search={range}>
            <MiddleName name={row.name} />
          </Link>
        )}
        {row.kind !== answers && side}
      </>
    );
  }
  if (row.name === '') return <span>{words.unnamedOperation}</span>;
  return (
    <>
      <Link to="/" search={{ ...range, service: of.service, operation: row.name }} title={own.tracesOf(row.name)}>
        <MiddleName name={row.name} />
      </Link>
      {side}
    </>
  );
}

/** OTLP's number of the kind that most services are counted by: no need to say it each time. */
const answers = 2;

interface ChangeCellProps {
  readonly row: ServiceRow;
  readonly column: 'rateChange' | 'errorsChange' | 'p95Change';
}

function ChangeCell({ row: { change }, column }: ChangeCellProps): ReactNode {
  const own = useSection('services', servicesWords);
  const measures = useMeasures();
  if (change === undefined) return <span role="cell" className={styles[column]} />;
  if (change === 'new') {
    return (
      <span role="cell" className={styles[column]} title={own.isNewHelp}>
        {column === 'rateChange' && own.isNew}
      </span>
    );
  }
  const worse = column === 'rateChange' ? false : column === 'errorsChange' ? change.worseErrors : change.worseP95;
  const factor = column === 'rateChange' ? change.rate : change.p95;
  const text = column === 'errorsChange' ? measures.points(change.errorShare) : factor && measures.factor(factor);
  return (
    <span role="cell" className={styles[column]} data-worse={worse || undefined}>
      {worse && <TrendingUp size={12} aria-label={own.worse} role="img" />}
      {text}
    </span>
  );
}
