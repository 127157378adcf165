import { queryOptions } from '@tanstack/react-query';
import { buildTraceModel } from '../model/trace-model.ts';
import type { TraceModel } from '../model/trace-model.ts';
import { fetchTrace } from './client.ts';

/** A trace as the page draws it. Spans may still arrive, so it is asked for again when it is opened again. */
export function traceQuery(traceId: string) {
  return queryOptions({
    queryKey: ['trace', traceId],
    queryFn: async ({ signal }): Promise<TraceModel> => buildTraceModel(await fetchTrace(traceId, signal)),
    // A model of 100,000 spans is tens of megabytes: few are kept, and none is compared field by field.
    gcTime: 60_000,
    structuralSharing: false,
  });
}
