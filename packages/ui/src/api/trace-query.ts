import { queryOptions } from '@tanstack/react-query';
import { mayGrow, sameSpans } from '../model/trace-growth.ts';
import { buildTraceModel } from '../model/trace-model.ts';
import type { TraceModel } from '../model/trace-model.ts';
import { fetchTrace, RefusedError } from './client.ts';

const growthPollMillis = 2000;
/** A trace that is not here may be on its way: for a minute it is asked for again. */
const mostMisses = 30;

/** A trace as the page draws it, asked for again while spans of it may still arrive. */
export function traceQuery(traceId: string) {
  return queryOptions({
    queryKey: ['trace', traceId],
    queryFn: async ({ signal }): Promise<TraceModel> => buildTraceModel(await fetchTrace(traceId, signal)),
    refetchInterval: ({ state: { data, error, errorUpdateCount } }) => {
      if (data !== undefined) return mayGrow(data, Date.now()) ? growthPollMillis : false;
      return isMissing(error) && errorUpdateCount < mostMisses ? growthPollMillis : false;
    },
    // A model of 100,000 spans is tens of megabytes: few are kept. One whose spans are the same is not drawn again.
    gcTime: 60_000,
    structuralSharing: (old, next) => {
      const [before, now] = [old as TraceModel | undefined, next as TraceModel];
      return before !== undefined && sameSpans(before, now) ? before : now;
    },
  });
}

/** True when the collector knows no span of the trace. */
export function isMissing(error: Error | null): boolean {
  return error instanceof RefusedError && error.status === 404;
}
