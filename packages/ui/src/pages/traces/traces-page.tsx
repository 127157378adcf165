import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, useEffect, useMemo, useRef } from 'react';
import type { ReactNode } from 'react';
import { servicesQuery, tracesQuery } from '../../api/queries.ts';
import { Failure } from '../../components/notice.tsx';
import { useDelayed } from '../../components/use-delayed.ts';
import { parseTracesParams } from '../../model/traces-search.ts';
import type { TracesParams } from '../../model/traces-search.ts';
import { useSpeech } from '../../words/language.tsx';
import { EmptyResult } from './empty-result.tsx';
import { LazyFirstSpan } from './lazy-first-span.tsx';
import { QueryBar } from './query-bar.tsx';
import { Results } from './results.tsx';
import { ListSkeleton } from './skeleton.tsx';
import styles from './traces-page.module.css';

/** Which requests? A query, its picture, its list; or how to send the first span. */
export function TracesPage(): ReactNode {
  const { words } = useSpeech();
  // The router hands on the raw values too, where the address holds what makes no sense.
  const search = useSearch({ from: '/' });
  const params = useMemo(() => parseTracesParams({ ...search }), [search]);
  const navigate = useNavigate({ from: '/' });
  const services = useQuery(servicesQuery);
  const traces = useQuery(tracesQuery(params));
  const waiting = services.data?.services.length === 0;
  const { refetch } = traces;
  useWhenFirstArrives(waiting, () => void refetch());
  useEffect(() => {
    document.title = `${words.traces} · ${words.brand}`;
  }, [words]);
  const change = (next: TracesParams): void => void navigate({ search: next });
  if (waiting)
    return (
      <Suspense fallback={null}>
        <LazyFirstSpan />
      </Suspense>
    );
  return (
    <>
      <h1 className={styles.hidden}>{words.traces}</h1>
      <QueryBar params={params} busy={traces.isFetching} onChange={change} onSearch={() => void refetch()} />
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
  const slow = useDelayed(traces.isPending);
  if (traces.error !== null) {
    return (
      <>
        <Failure error={traces.error} onRetry={() => void traces.refetch()} />
        {traces.data !== undefined && traces.data.traces.length > 0 && <Results answer={traces.data} params={params} />}
      </>
    );
  }
  if (traces.data === undefined) return slow ? <ListSkeleton /> : null;
  if (traces.data.traces.length === 0) return <EmptyResult answer={traces.data} params={params} onChange={onChange} />;
  return <Results answer={traces.data} params={params} stale={traces.isPlaceholderData} />;
}

function useTraces(params: TracesParams) {
  return useQuery(tracesQuery(params));
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
