import { queryOptions } from '@tanstack/react-query';
import { loadOnce } from '../app/load-once.ts';
import { laterModel, mayGrow } from '../model/trace-growth.ts';
import { buildTraceModel } from '../model/trace-model.ts';
import type { TraceModel } from '../model/trace-model.ts';
import type { CollectorAnswer } from '@spanwise/wire/query';
import { fetchCollector, fetchTrace, RefusedError } from './client.ts';

const pollMillis = 2000;
/** A trace that is not here may be on its way: for a minute it is asked for again. */
const mostMisses = 30;

const loadOpenOutline = loadOnce(async () => (await import('../pages/trace/open-outline.ts')).openOutline);

/** A trace as the page draws it, asked for again while spans of it may still arrive; null when none of it is here. */
export function traceQuery(traceId: string) {
  return queryOptions({
    queryKey: ['trace', traceId],
    queryFn: async ({ signal }): Promise<TraceModel | null> => {
      const fetched = await fetchTrace(traceId, signal).catch(nullWhenMissing);
      if (fetched === null) return null;
      if ('outline' in fetched) return (await loadOpenOutline())(fetched.outline, signal);
      return fetched.columns.count === 0 ? null : buildTraceModel(fetched.columns);
    },
    refetchInterval: ({ state: { data, dataUpdateCount, status } }) => {
      // Nothing is shown but the error, and a button. What is shown already is asked for again, and heals.
      if (status === 'error' && data === undefined) return false;
      const waits = data === undefined || data === null ? dataUpdateCount < mostMisses : mayGrow(data, Date.now());
      return waits ? pollMillis : false;
    },
    // A model of 100,000 spans is tens of megabytes: few are kept. One whose spans are the same is not drawn again.
    gcTime: 60_000,
    structuralSharing: (old, next) => {
      const [before, now] = [old as TraceModel | null | undefined, next as TraceModel | null];
      return before && now ? laterModel(before, now) : now;
    },
  });
}

function nullWhenMissing(error: unknown): null {
  if (error instanceof RefusedError && error.status === 404) return null;
  throw error;
}

/** How often a collector is asked whether it is there, by a view that asks for nothing else. */
const presencePollMillis = 5000;

/** Asked by a view whose data is whole: only to tell when the collector is gone, see `reportConnection`. */
export const presenceQuery = queryOptions({
  queryKey: ['presence'],
  queryFn: ({ signal }): Promise<CollectorAnswer> => fetchCollector(signal),
  refetchInterval: presencePollMillis,
  gcTime: 0,
});
