import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ServiceEdgesAnswer, StatisticsAnswer, StatisticsQuery, SumsQuery } from '@spanwise/wire/query';
import type { BothWindows } from '../model/service-rows.ts';
import type { RangeParams } from '../model/sums-params.ts';
import { beganMicros, sumsWindows } from '../model/sums-window.ts';
import { get } from './client.ts';

/** How often sums of a range that ends now are asked for again, and how often while there are none. */
const [pollMillis, emptyPollMillis] = [15_000, 2000];
/** Steps of a sparkline, and of a chart. */
const [fewSteps, manySteps] = [61, 122];

/** What sums of services say of a window and of the one before, and when they were asked for. */
export type ServicesSums = BothWindows;

/** Sums of every service. */
export function servicesSumsQuery(range: RangeParams) {
  return queryOptions({
    queryKey: ['sums', 'services', range],
    queryFn: async ({ signal }): Promise<ServicesSums> => {
      const sums = await bothWindows(range, { by: 'service', steps: fewSteps }, signal);
      return { ...sums, began: beganMicros(sums.before, sums.now) };
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => refetchMillis(range, data?.now.statistics),
  });
}

/** Everything about one service, of one moment. */
export interface ServiceSums {
  readonly whole: ServicesSums;
  readonly operations: ServicesSums;
  readonly edges: ServiceEdgesAnswer;
}

/** Sums of one service, of its operations, and of the calls to and from it. */
export function serviceSumsQuery(service: string, range: RangeParams) {
  return queryOptions({
    queryKey: ['sums', 'service', service, range],
    queryFn: async ({ client, signal }): Promise<ServiceSums> => {
      const [{ began }, whole, operations, edges] = await Promise.all([
        // One service may be younger than what is stored.
        client.fetchQuery(servicesSumsQuery(range)),
        bothWindows(range, { service, by: 'service', steps: manySteps, exemplars: 'steps' }, signal),
        bothWindows(range, { service, by: 'operation', steps: fewSteps }, signal),
        fetchEdges(sumsWindows(range, Date.now()).now, signal),
      ]);
      return { whole: { ...whole, began }, operations: { ...operations, began }, edges };
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => refetchMillis(range, data?.whole.now.statistics),
  });
}

/** Calls between services, databases and brokers. */
export function edgesQuery(range: RangeParams) {
  return queryOptions({
    queryKey: ['sums', 'edges', range],
    queryFn: ({ signal }): Promise<ServiceEdgesAnswer> => fetchEdges(sumsWindows(range, Date.now()).now, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => refetchMillis(range, data?.edges),
  });
}

function refetchMillis({ from }: RangeParams, lines: readonly unknown[] | undefined): number | false {
  if (from !== undefined) return false;
  return lines?.length === 0 ? emptyPollMillis : pollMillis;
}

async function bothWindows(
  range: RangeParams,
  query: Omit<StatisticsQuery, keyof SumsQuery>,
  signal: AbortSignal,
): Promise<Omit<ServicesSums, 'began'>> {
  const askedMillis = Date.now();
  const windows = sumsWindows(range, askedMillis);
  const [now, before] = await Promise.all([
    fetchStatistics({ ...windows.now, kinds: 'sides', ...query }, signal),
    fetchStatistics({ ...windows.before, kinds: 'sides', ...query, exemplars: 'none' }, signal),
  ]);
  return { askedMillis, now, before };
}

function fetchStatistics(query: StatisticsQuery, signal: AbortSignal): Promise<StatisticsAnswer> {
  return get(`services/statistics?${queryString({ ...query })}`, signal);
}

function fetchEdges(range: SumsQuery, signal: AbortSignal): Promise<ServiceEdgesAnswer> {
  return get(`services/edges?${queryString({ ...range })}`, signal);
}

function queryString(query: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
}
