import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft, Table2 } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import type { ReactNode } from 'react';
import { servicesQuery } from '../../api/queries.ts';
import { serviceSumsQuery } from '../../api/sums-queries.ts';
import type { ServiceSums } from '../../api/sums-queries.ts';
import button from '../../components/button.module.css';
import { Failure } from '../../components/notice.tsx';
import { ServiceDot } from '../../components/service-dot.tsx';
import { useDelayed } from '../../components/use-delayed.ts';
import { useKeys } from '../../components/use-keys.ts';
import { withoutAbsent } from '../../model/address.ts';
import { neighboursOf } from '../../model/caller-kinds.ts';
import { nodeKey } from '../../model/node-key.ts';
import { hueOf } from '../../model/service-colours.ts';
import { operationRows, serviceTable } from '../../model/service-rows.ts';
import { arrangeServices, formatServiceSort, parseServiceSort, serviceSortedBy } from '../../model/service-sort.ts';
import { parseSumsParams, rangeOf } from '../../model/sums-params.ts';
import type { ChangeSums, SumsParams } from '../../model/sums-params.ts';
import { windowExtent } from '../../model/sums-window.ts';
import { servicesWords } from '../../words/en/services.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { Searching } from '../searching.tsx';
import { NoSpans } from '../sums/no-spans.tsx';
import { ServiceGrid } from '../sums/service-grid.tsx';
import { SumsSkeleton } from '../sums/sums-skeleton.tsx';
import { useComparisonNote, WindowWarnings } from '../sums/window-notes.tsx';
import { RangeField } from '../traces/range-field.tsx';
import { EdgeTable } from './edge-table.tsx';
import { ServiceCharts } from './service-charts.tsx';
import styles from './service-page.module.css';

/** One service: how it went, its operations, who calls it, and what it calls. */
export function ServicePage(): ReactNode {
  const { words } = useSpeech();
  const own = useSection('services', servicesWords);
  const { service } = useParams({ from: '/services/$service' });
  const search = useSearch({ from: '/services/$service' });
  const params = useMemo(() => parseSumsParams({ ...search }), [search]);
  const navigate = useNavigate({ from: '/services/$service' });
  const range = rangeOf(params);
  useEffect(() => {
    document.title = `${service} · ${words.brand}`;
  }, [words, service]);
  const change: ChangeSums = (part) => void navigate({ search: withoutAbsent<SumsParams>({ ...params, ...part }) });
  const asTable = params.as === 'table';
  const toggle = (): void => change({ as: asTable ? undefined : 'table' });
  useKeys((key) => (key === 't' ? toggle : undefined));
  return (
    <>
      <div className={styles.bar}>
        <div className={styles.title}>
          <Link to="/services" search={range} className={styles.back}>
            <ArrowLeft size={14} aria-hidden="true" />
            {own.back}
          </Link>
          <h1>
            <ServiceDot hue={hueOf(service)} />
            {service}
          </h1>
        </div>
        <Link className={button.text} to="/" search={{ ...range, service }}>
          {own.allTraces}
        </Link>
        <Link className={button.text} to="/map" search={{ ...range, focus: nodeKey(service, 'service') }}>
          {own.onMap}
        </Link>
        <button type="button" className={button.text} aria-pressed={asTable} onClick={toggle}>
          <Table2 size={14} aria-hidden="true" />
          {words.asTable}
        </button>
        <RangeField params={params} onChange={change} />
      </div>
      <Outcome key={service} service={service} params={params} onChange={change} />
    </>
  );
}

interface OutcomeProps {
  readonly service: string;
  readonly params: SumsParams;
  readonly onChange: ChangeSums;
}

function Outcome({ service, params, onChange }: OutcomeProps): ReactNode {
  const own = useSection('services', servicesWords);
  const services = useQuery(servicesQuery);
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery(serviceSumsQuery(service, rangeOf(params)));
  const slow = useDelayed(isPending);
  const failure = error !== null && <Failure error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return failure || (slow && <SumsSkeleton />);
  return (
    <>
      {failure}
      {data.whole.now.statistics.length === 0 && isPlaceholderData ? (
        <Searching />
      ) : data.whole.now.statistics.length === 0 ? (
        <NoSpans
          title={own.serviceGone(service)}
          range={params}
          storeIsEmpty={services.data?.services.length === 0}
          onChange={(range) => onChange({ range, from: undefined, to: undefined })}
        />
      ) : (
        <Service service={service} sums={data} params={params} stale={isPlaceholderData} onChange={onChange} />
      )}
    </>
  );
}

interface ServiceProps extends OutcomeProps {
  readonly sums: ServiceSums;
  readonly stale: boolean;
}

function Service({ service, sums, params, stale, onChange }: ServiceProps): ReactNode {
  const { words, instants } = useSpeech();
  const own = useSection('services', servicesWords);
  const { whole, operations, services, edges } = sums;
  const table = useMemo(() => serviceTable(whole), [whole]);
  const byOperation = useMemo(() => operationRows(operations), [operations]);
  const sort = useMemo(() => parseServiceSort(params.sort), [params.sort]);
  const rows = useMemo(() => arrangeServices(byOperation.rows, '', sort), [byOperation, sort]);
  const before = windowExtent(whole.before, Infinity);
  const { callers, callees } = useMemo(() => neighboursOf(service, services, edges.edges), [service, services, edges]);
  const note = useComparisonNote(table, before);
  const row = table.rows[0]!;
  const range = rangeOf(params);
  const { seconds } = table.extent;
  return (
    <div className={stale ? styles.stale : undefined} aria-busy={stale}>
      <WindowWarnings extents={[table.extent, before, windowExtent(edges, whole.askedMillis)]} />
      <p className={styles.note}>
        {own.sideHelp(row.kind)}. {note} {words.zone(instants.zone)}
      </p>
      <ServiceCharts row={row} table={table} asTable={params.as === 'table'} />
      <h2>{own.operations}</h2>
      <ServiceGrid
        label={own.operations}
        rows={rows}
        sort={sort}
        onSort={(column) => onChange({ sort: formatServiceSort(serviceSortedBy(sort, column)) })}
        range={range}
        of={{ service }}
      />
      <div className={styles.neighbours}>
        <EdgeTable title={own.callers} none={own.noCallers} range={range} seconds={seconds} edges={callers} />
        <EdgeTable title={own.callees} none={own.noCallees} range={range} seconds={seconds} edges={callees} />
      </div>
    </div>
  );
}
