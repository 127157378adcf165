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
    queryFn: ({ signal }): Promise<ServicesSums> => fetchServicesSums(range, Date.now(), signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => refetchMillis(range, data?.now.statistics),
  });
}

/** Sums of every service, and of the calls between services, databases and brokers in the same window. */
export interface MapSums extends ServicesSums {
  readonly edges: ServiceEdgesAnswer;
}

/** What the map is drawn from: one answer, so that calls are never divided by the seconds of another window. */
export function mapSumsQuery(range: RangeParams) {
  return queryOptions({
    queryKey: ['sums', 'map', range],
    queryFn: async ({ signal }): Promise<MapSums> => {
      const askedMillis = Date.now();
      const [sums, edges] = await Promise.all([
        fetchServicesSums(range, askedMillis, signal),
        fetchEdges(range, askedMillis, signal),
      ]);
      return { ...sums, edges };
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => refetchMillis(range, data?.now.statistics),
  });
}

/** Everything about one service, of one moment. */
export interface ServiceSums {
  readonly whole: ServicesSums;
  readonly operations: ServicesSums;
  /** Every service of which a span is in the window. */
  readonly services: readonly string[];
  readonly edges: ServiceEdgesAnswer;
}

/** Sums of one service, of its operations, and of the calls to and from it. */
export function serviceSumsQuery(service: string, range: RangeParams) {
  return queryOptions({
    queryKey: ['sums', 'service', service, range],
    queryFn: async ({ client, signal }): Promise<ServiceSums> => {
      const askedMillis = Date.now();
      const [{ began, now }, whole, operations, edges] = await Promise.all([
        // One service may be younger than what is stored.
        client.fetchQuery(servicesSumsQuery(range)),
        bothWindows(range, askedMillis, { service, by: 'service', steps: manySteps, exemplars: 'steps' }, signal),
        bothWindows(range, askedMillis, { service, by: 'operation', steps: fewSteps }, signal),
        fetchEdges(range, askedMillis, signal),
      ]);
      const services = [...new Set(now.statistics.map((line) => line.service))];
      return { whole: { ...whole, began }, operations: { ...operations, began }, services, edges };
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => refetchMillis(range, data?.whole.now.statistics),
  });
}

function refetchMillis({ from }: RangeParams, lines: readonly unknown[] | undefined): number | false {
  if (from !== undefined) return false;
  return lines?.length === 0 ? emptyPollMillis : pollMillis;
}

async function fetchServicesSums(range: RangeParams, askedMillis: number, signal: AbortSignal): Promise<ServicesSums> {
  const sums = await bothWindows(range, askedMillis, { by: 'service', steps: fewSteps }, signal);
  return { ...sums, began: beganMicros(sums.before, sums.now) };
}

async function bothWindows(
  range: RangeParams,
  askedMillis: number,
  query: Omit<StatisticsQuery, keyof SumsQuery>,
  signal: AbortSignal,
): Promise<Omit<ServicesSums, 'began'>> {
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

function fetchEdges(range: RangeParams, askedMillis: number, signal: AbortSignal): Promise<ServiceEdgesAnswer> {
  return get(`services/edges?${queryString({ ...sumsWindows(range, askedMillis).now })}`, signal);
}

function queryString(query: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
}
