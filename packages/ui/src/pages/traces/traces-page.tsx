import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { servicesQuery } from '../../api/queries.ts';
import { tracesQuery } from '../../api/traces-queries.ts';
import { Failure, Warning } from '../../components/notice.tsx';
import { useDelayed } from '../../components/use-delayed.ts';
import { parseTracesParams } from '../../model/traces-params.ts';
import { parsedQuery } from '../../model/traces-search.ts';
import type { TracesParams } from '../../model/traces-params.ts';
import { listWords } from '../../words/en/list.ts';
import { useSection, useSpeech } from '../../words/language.tsx';
import { Searching } from '../searching.tsx';
import { LazyEmptyResult, LazyFacets, LazyFirstSpan, LazyHeatMap } from './lazy-parts.tsx';
import { QueryBar } from './query-bar.tsx';
import { Results } from './results.tsx';
import { ListSkeleton } from './skeleton.tsx';
import view from '../view.module.css';
import styles from './traces-page.module.css';

/** Which requests? A query, its picture, its list; or how to send the first span. */
export function TracesPage(): ReactNode {
  const { words } = useSpeech();
  // The router hands on the raw values too, where the address holds what makes no sense.
  const search = useSearch({ from: '/' });
  const params = useMemo(() => parseTracesParams({ ...search }), [search]);
  const navigate = useNavigate({ from: '/' });
  const services = useQuery(servicesQuery);
  const traces = useTraces(params);
  const client = useQueryClient();
  const waiting = services.data?.services.length === 0;
  const { refetch } = traces;
  useWhenFirstArrives(waiting, () => void refetch());
  useEffect(() => {
    document.title = `${words.traces} · ${words.brand}`;
  }, [words]);
  const change = (next: TracesParams): void => void navigate({ search: next });
  if (waiting) {
    return (
      <Suspense fallback={null}>
        <LazyFirstSpan />
      </Suspense>
    );
  }
  return (
    <>
      <h1 className={view.title}>{words.traces}</h1>
      <QueryBar
        params={params}
        busy={traces.isFetching}
        onChange={change}
        onSearch={() => {
          // What was changed just now is being asked for already.
          void refetch({ cancelRefetch: false });
          void client.invalidateQueries({ queryKey: ['overview'] }, { cancelRefetch: false });
        }}
      />
      <Outcome traces={traces} params={params} onChange={change} />
    </>
  );
}

interface OutcomeProps {
  readonly traces: ReturnType<typeof useTraces>;
  readonly params: TracesParams;
  readonly onChange: (next: TracesParams) => void;
}

function Outcome({ traces, params, onChange }: OutcomeProps): ReactNode {
  const listText = useSection('list', listWords);
  const slow = useDelayed(traces.isPending);
  const [pointed, setPointed] = useState<string>();
  if (parsedQuery(params).problems.length > 0) return <Warning>{listText.queryWrong}</Warning>;
  if (traces.data === undefined) {
    if (traces.error !== null) return <Failure error={traces.error} onRetry={() => void traces.refetch()} />;
    return slow ? <ListSkeleton /> : null;
  }
  const { data } = traces;
  const list = { answer: data, params, stale: traces.isPlaceholderData, pointed, onPoint: setPointed, onChange };
  return (
    <>
      {traces.error !== null && <Failure error={traces.error} onRetry={() => void traces.refetch()} />}
      <Suspense fallback={<div className={styles.map} />}>
        <LazyHeatMap
          params={params}
          pointed={data.traces.find(({ traceId }) => traceId === pointed)}
          onChange={onChange}
        />
      </Suspense>
      <div className={styles.body}>
        <Suspense fallback={<div />}>
          <LazyFacets params={params} onChange={onChange} />
        </Suspense>
        {data.traces.length === 0 && traces.isPlaceholderData ? (
          <Searching />
        ) : data.traces.length === 0 && params.live === undefined ? (
          <Suspense fallback={<div />}>
            <LazyEmptyResult answer={data} params={params} onChange={onChange} />
          </Suspense>
        ) : (
          <Results {...list} />
        )}
      </div>
    </>
  );
}

/** Nothing is asked for with a query that cannot be read. */
function useTraces(params: TracesParams) {
  return useQuery({ ...tracesQuery(params), enabled: parsedQuery(params).problems.length === 0 });
}

/** Runs once when the store was empty and is not any more. */
function useWhenFirstArrives(waiting: boolean, then: () => void): void {
  const waited = useRef(false);
  useEffect(() => {
    if (waiting) waited.current = true;
    else if (waited.current) {
      waited.current = false;
      then();
    }
  });
}
