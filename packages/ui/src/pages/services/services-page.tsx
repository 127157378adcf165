import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import type { ReactNode } from 'react';
import { servicesQuery } from '../../api/queries.ts';
import { servicesSumsQuery } from '../../api/sums-queries.ts';
import button from '../../components/button.module.css';
import field from '../../components/field.module.css';
import { Failure } from '../../components/notice.tsx';
import { useDelayed } from '../../components/use-delayed.ts';
import { withoutAbsent } from '../../model/address.ts';
import { assignHues } from '../../model/service-colours.ts';
import { serviceTable } from '../../model/service-rows.ts';
import type { ServiceTable } from '../../model/service-rows.ts';
import { arrangeServices, formatServiceSort, parseServiceSort, serviceSortedBy } from '../../model/service-sort.ts';
import { parseSumsParams, rangeOf } from '../../model/sums-params.ts';
import type { ChangeSums, SumsParams } from '../../model/sums-params.ts';
import { windowExtent } from '../../model/sums-window.ts';
import type { WindowExtent } from '../../model/sums-window.ts';
import { servicesWords } from '../../words/en/services.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { Searching } from '../searching.tsx';
import { NoSpans } from '../sums/no-spans.tsx';
import { ServiceGrid } from '../sums/service-grid.tsx';
import { SumsSkeleton } from '../sums/sums-skeleton.tsx';
import { useComparisonNote, WindowWarnings } from '../sums/window-notes.tsx';
import { RangeField } from '../traces/range-field.tsx';
import view from '../view.module.css';
import styles from './services-page.module.css';

/** Is something wrong? Every service with rate, errors and latency, and what changed. */
export function ServicesPage(): ReactNode {
  const { words } = useSpeech();
  const own = useSection('services', servicesWords);
  const search = useSearch({ from: '/services' });
  const params = useMemo(() => parseSumsParams({ ...search }), [search]);
  const navigate = useNavigate({ from: '/services' });
  useEffect(() => {
    document.title = `${words.services} · ${words.brand}`;
  }, [words]);
  const change: ChangeSums = (part) =>
    void navigate({ search: withoutAbsent<SumsParams>({ ...params, ...part }), replace: 'name' in part });
  return (
    <>
      <h1 className={view.title}>{words.services}</h1>
      <div className={view.bar}>
        <label className={`${field.field} ${styles.filter}`}>
          <span className={field.label}>{own.filter}</span>
          <input
            className={field.input}
            type="search"
            placeholder={own.filterHint}
            value={params.name ?? ''}
            onChange={(event) => change({ name: event.target.value || undefined })}
          />
        </label>
        <RangeField params={params} onChange={change} />
      </div>
      <Outcome params={params} onChange={change} />
    </>
  );
}

interface OutcomeProps {
  readonly params: SumsParams;
  readonly onChange: ChangeSums;
}

function Outcome({ params, onChange }: OutcomeProps): ReactNode {
  const own = useSection('services', servicesWords);
  const services = useQuery(servicesQuery);
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery(servicesSumsQuery(rangeOf(params)));
  const slow = useDelayed(isPending);
  const table = useMemo(() => data && serviceTable(data), [data]);
  const failure = error !== null && <Failure error={error} onRetry={() => void refetch()} />;
  if (data === undefined || table === undefined) return failure || (slow && <SumsSkeleton />);
  const before = windowExtent(data.before, Infinity);
  return (
    <>
      {failure}
      <WindowWarnings extents={[table.extent, before]} />
      {table.rows.length === 0 && isPlaceholderData ? (
        <Searching />
      ) : table.rows.length === 0 ? (
        <NoSpans
          title={own.emptyTitle}
          range={params}
          storeIsEmpty={services.data?.services.length === 0}
          onChange={(range) => onChange({ range, from: undefined, to: undefined })}
        />
      ) : (
        <Services table={table} before={before} params={params} stale={isPlaceholderData} onChange={onChange} />
      )}
    </>
  );
}

interface ServicesProps extends OutcomeProps {
  readonly table: ServiceTable;
  readonly before: WindowExtent;
  /** It belongs to the window before; the next is on its way. */
  readonly stale: boolean;
}

function Services({ table, before, params, stale, onChange }: ServicesProps): ReactNode {
  const { words, count, instants } = useSpeech();
  const own = useSection('services', servicesWords);
  const note = useComparisonNote(table, before);
  const sort = useMemo(() => parseServiceSort(params.sort), [params.sort]);
  const rows = useMemo(() => arrangeServices(table.rows, params.name ?? '', sort), [table, params.name, sort]);
  const hues = useMemo(() => assignHues(table.rows.map(({ name }) => name)), [table]);
  const whole = count(table.rows.length);
  return (
    <section className={stale ? styles.stale : undefined} aria-busy={stale}>
      <div className={styles.head}>
        <strong role="status">
          {rows.length === table.rows.length
            ? own.serviceCount(rows.length, whole)
            : own.shownOf(count(rows.length), whole)}
        </strong>
        <span className={styles.note}>
          {note} {words.zone(instants.zone)}
        </span>
      </div>
      {rows.length === 0 ? (
        <div className={styles.none}>
          <p>{own.noNameMatches(params.name ?? '')}</p>
          <button type="button" className={button.text} onClick={() => onChange({ name: undefined })}>
            {own.showAllNames}
          </button>
        </div>
      ) : (
        <ServiceGrid
          label={words.services}
          rows={rows}
          sort={sort}
          onSort={(column) => onChange({ sort: formatServiceSort(serviceSortedBy(sort, column)) })}
          range={rangeOf(params)}
          of={{ hues }}
        />
      )}
    </section>
  );
}
