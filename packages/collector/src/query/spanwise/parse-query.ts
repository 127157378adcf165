import type { OverviewQuery, StatisticsQuery, SumsQuery, TraceSearch } from '@spanwise/wire/query';
import type { z } from 'zod';

import { RefusedRequest } from '../../http/refused-request.ts';
import type { StartRange } from '../../storage/span-store.ts';
import {
  edgesParameters,
  overviewParameters,
  searchParameters,
  statisticsParameters,
  traceParameters,
} from './parameters.ts';
import type { RawQuery } from './parameters.ts';

const dayMicros = 86_400_000_000;
const hourMicros = 3_600_000_000;

/** Parameters that may be given more than once. */
const repeated = new Set(['tag', 'facet']);

/**
 * Checks a query string against its schema.
 *
 * @throws {RefusedRequest} `invalid-parameter` that names the parameter, its value and what it takes.
 */
export function parseQuery<S extends z.ZodType>(schema: S, query: RawQuery): z.output<S> {
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  if (issue.code === 'unrecognized_keys') throw unknownParameter(issue.keys[0] ?? '', schema);
  const parameter = String(issue.path[0] ?? '');
  const value = query[parameter];
  if (value === undefined) throw refuse(`parameter ${parameter} is missing`, issue.message);
  if (Array.isArray(value) && issue.path.length === 1 && !repeated.has(parameter)) {
    throw refuse(`parameter ${parameter} is given ${value.length} times`, 'give it once');
  }
  throw refuse(`parameter ${parameter} does not take ${JSON.stringify(value)}`, issue.message);
}

/**
 * The search that a query string asks for.
 *
 * @throws {RefusedRequest} `invalid-parameter`.
 */
export function parseSearch(query: RawQuery, nowMicros: number): TraceSearch {
  const { limit, ...rest } = parseQuery(searchParameters, query);
  return { ...searchOf(rest, nowMicros), limit };
}

/**
 * The overview that a query string asks for.
 *
 * @throws {RefusedRequest} `invalid-parameter`.
 */
export function parseOverview(query: RawQuery, nowMicros: number): OverviewQuery {
  const { columns, facet, ...rest } = parseQuery(overviewParameters, query);
  return { ...searchOf(rest, nowMicros), columns, facetKeys: facet };
}

type ReadSearch = Omit<z.output<typeof searchParameters>, 'limit'>;

function searchOf(read: ReadSearch, nowMicros: number): Omit<TraceSearch, 'limit'> {
  const { tag, q = [], endMicros = nowMicros, startMicros = Math.max(0, endMicros - dayMicros), ...rest } = read;
  // The first service of `q` bounds the search, as the parameter does.
  const bound =
    rest.service === undefined ? q.find(({ field, operator }) => field === 'service' && operator === '=') : undefined;
  const conditions = q.filter((condition) => condition !== bound);
  const search = {
    ...rest,
    service: bound?.value ?? rest.service,
    tags: tag,
    startMicros,
    endMicros,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
  const { minDurationMicros = 0, maxDurationMicros = Number.MAX_SAFE_INTEGER } = search;
  if (maxDurationMicros < minDurationMicros) {
    throw refuse(
      `maxDurationMicros ${maxDurationMicros} is less than minDurationMicros ${minDurationMicros}`,
      'swap them',
    );
  }
  checkRange(search);
  return search;
}

/** What of a trace is asked for. */
export type TracePart = { readonly mostSpans?: number | undefined } | { readonly range: StartRange };

/**
 * The part of a trace that a query string asks for.
 *
 * @throws {RefusedRequest} `invalid-parameter`.
 */
export function parseTracePart(query: RawQuery): TracePart {
  const { mostSpans, startMicros, endMicros } = parseQuery(traceParameters, query);
  if (startMicros === undefined && endMicros === undefined) return { mostSpans };
  if (startMicros === undefined) throw refuse('parameter startMicros is missing', 'give it with endMicros');
  if (endMicros === undefined) throw refuse('parameter endMicros is missing', 'give it with startMicros');
  if (mostSpans !== undefined) throw refuse('parameter mostSpans does not go with a range', 'leave it out');
  checkRange({ startMicros, endMicros });
  return { range: { startMicros, endMicros } };
}

/**
 * The statistics that a query string asks for.
 *
 * @throws {RefusedRequest} `invalid-parameter`.
 */
export function parseStatistics(query: RawQuery, nowMicros: number): StatisticsQuery {
  return withRange(parseQuery(statisticsParameters, query), nowMicros);
}

/**
 * The range of time that a query string asks for edges of.
 *
 * @throws {RefusedRequest} `invalid-parameter`.
 */
export function parseEdges(query: RawQuery, nowMicros: number): SumsQuery {
  return withRange(parseQuery(edgesParameters, query), nowMicros);
}

function withRange<T extends { readonly [Name in keyof SumsQuery]?: number | undefined }>(
  query: T,
  nowMicros: number,
): T & SumsQuery {
  const endMicros = query.endMicros ?? nowMicros;
  const startMicros = query.startMicros ?? Math.max(0, endMicros - hourMicros);
  const ranged = { ...query, startMicros, endMicros };
  checkRange(ranged);
  return ranged;
}

function checkRange({ startMicros, endMicros }: SumsQuery): void {
  if (endMicros < startMicros) throw refuse(`endMicros ${endMicros} is before startMicros ${startMicros}`, 'swap them');
}

function refuse(message: string, hint: string): RefusedRequest {
  return new RefusedRequest('invalid-parameter', message, { hint });
}

function unknownParameter(name: string, schema: z.ZodType): RefusedRequest {
  const known = Object.keys((schema as Partial<z.ZodObject>).shape ?? {});
  const hint = known.length === 0 ? 'this request takes no parameters' : `there are ${known.join(', ')}`;
  return refuse(`there is no parameter ${JSON.stringify(name)}`, hint);
}
