import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { OverviewQuery, TraceSearch, TraceSearchAnswer, TracesOverviewAnswer } from '@spanwise/wire/query';
import { mostAtOnce, tailMicros } from '../model/live-tail.ts';
import { defaultRange, resolvePreset } from '../model/time-range.ts';
import { toOverviewQuery, toQueryString, toTraceSearch } from '../model/traces-search.ts';
import type { TracesParams } from '../model/traces-params.ts';
import { get } from './client.ts';

/** How often the collector is asked for new traces. */
const tailPollMillis = 2000;
/** How often all are counted anew while new ones come. */
const livePollMillis = 10_000;

/** A search and the moment at which it was asked: relative ranges end there. */
export interface DatedAnswer extends TraceSearchAnswer {
  readonly askedMillis: number;
}

export function tracesQuery(params: TracesParams) {
  return queryOptions({
    queryKey: ['traces', searched(params)],
    queryFn: async ({ signal }): Promise<DatedAnswer> => {
      const askedMillis = Date.now();
      return { ...(await fetchTraces(toTraceSearch(params, askedMillis), signal)), askedMillis };
    },
    placeholderData: keepPreviousData,
  });
}

/** What is asked for: whether new traces are shown as they come, and the order of those found, are no part of it. */
function searched({ live: _live, order: _order, ...params }: TracesParams): TracesParams {
  return params;
}

/** How many columns the heat map has: cells that can be told apart, and touched. */
export function overviewColumns(phone: boolean): number {
  return phone ? 24 : 60;
}

/** All traces of a search, counted. */
export function overviewQuery(params: TracesParams, columns: number) {
  const { limit: _limit, ...counted } = searched(params);
  return queryOptions({
    queryKey: ['overview', counted, columns],
    queryFn: ({ signal }): Promise<TracesOverviewAnswer> =>
      fetchOverview(toOverviewQuery(counted, columns, Date.now()), signal),
    placeholderData: keepPreviousData,
    refetchInterval: params.live === '1' ? livePollMillis : false,
  });
}

/** The values of a tag, in the traces that have it in the range of the view. */
export function tagValuesQuery(params: TracesParams, key: string | undefined) {
  const { range, from, to } = params;
  const ranged = { ...(range && { range }), ...(from && to && { from, to }) };
  return queryOptions({
    queryKey: ['tag-values', ranged, key],
    enabled: key !== undefined,
    queryFn: async ({ signal }): Promise<readonly string[]> => {
      const query = toOverviewQuery(ranged, 1, Date.now());
      const conditions = [{ field: 'tag', key: key ?? '', operator: 'has' } as const];
      const { facets } = await fetchOverview({ ...query, conditions, facetKeys: [key ?? ''] }, signal);
      return facets.find((facet) => facet.key === key)?.values.map(({ value }) => value) ?? [];
    },
  });
}

/** What has come lately, asked for again and again; rests while the page is not seen. */
export function tailQuery(params: TracesParams) {
  const { brush: _brush, ...asked } = searched(params);
  return queryOptions({
    queryKey: ['tail', asked],
    queryFn: async ({ signal }): Promise<DatedAnswer> => {
      const askedMillis = Date.now();
      const { startMicros, endMicros } = resolvePreset(params.range ?? defaultRange, askedMillis);
      const latest = Math.max(startMicros, askedMillis * 1000 - tailMicros);
      const search = { ...toTraceSearch(asked, askedMillis), startMicros: latest, endMicros, limit: mostAtOnce };
      return { ...(await fetchTraces(search, signal)), askedMillis };
    },
    enabled: params.live === '1',
    refetchInterval: tailPollMillis,
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: 'always',
    gcTime: 0,
    staleTime: 0,
  });
}

function fetchTraces(search: TraceSearch, signal: AbortSignal): Promise<TraceSearchAnswer> {
  return get(`traces?${toQueryString(search)}`, signal);
}

function fetchOverview(query: OverviewQuery, signal: AbortSignal): Promise<TracesOverviewAnswer> {
  return get(`traces/overview?${toQueryString(query)}`, signal);
}
