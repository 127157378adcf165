import { formatTraceQuery, parseTraceQuery } from '@spanwise/analysis';
import type { ParsedQuery } from '@spanwise/analysis';
import type { OverviewQuery, SearchCondition, TraceSearch } from '@spanwise/wire/query';
import { parseBrush } from './heat-brush.ts';
import type { HeatBrush } from './heat-brush.ts';
import { defaultRange, parseInstantMicros, resolvePreset } from './time-range.ts';
import { defaultLimit } from './traces-params.ts';
import type { TracesParams } from './traces-params.ts';

/** The query line: all conditions as text. */
export function queryText({ q = '', service, operation, tag = [], min, max }: TracesParams): string {
  const conditions: SearchCondition[] = [
    ...(service === undefined ? [] : [{ field: 'service', operator: '=', value: service } as const]),
    ...(operation === undefined ? [] : [{ field: 'operation', operator: '=', value: operation } as const]),
    ...tag.map(tagCondition).filter((condition) => condition !== undefined),
    ...(min === undefined ? [] : [{ field: 'duration', operator: '>=', value: min } as const]),
    ...(max === undefined ? [] : [{ field: 'duration', operator: '<=', value: max } as const]),
  ];
  return [formatTraceQuery(conditions), q].filter((text) => text !== '').join(' ');
}

/** What the query line says, and what is wrong with it. */
export function parsedQuery(params: TracesParams): ParsedQuery {
  return parseTraceQuery(queryText(params));
}

/** The same view with another query line. */
export function withQueryText(params: TracesParams, text: string): TracesParams {
  const { q: _q, service: _service, operation: _operation, tag: _tag, min: _min, max: _max, ...rest } = params;
  return text.trim() === '' ? rest : { q: text.trim(), ...rest };
}

/** The same view with other conditions. */
export function withConditions(params: TracesParams, conditions: readonly SearchCondition[]): TracesParams {
  return withQueryText(params, formatTraceQuery(conditions));
}

/** The search that the collector is asked for, with a range that ends now unless the address names one. */
export function toTraceSearch(params: TracesParams, nowMillis: number): TraceSearch {
  const brush = parseBrush(params.brush ?? '');
  const range = resolveRange(params, nowMillis);
  return {
    conditions: [...parsedQuery(params).conditions, ...(brush === undefined ? [] : brushConditions(brush))],
    // A search takes its end, too.
    ...(brush === undefined ? range : { startMicros: brush.startMicros, endMicros: brush.endMicros - 1 }),
    limit: params.limit ?? defaultLimit,
    match: params.match ?? 'span',
  };
}

/** The overview of the same search. Tags that the query compares with a value are told, so that they can be let go. */
export function toOverviewQuery(params: TracesParams, columns: number, nowMillis: number): OverviewQuery {
  const { limit: _limit, ...search } = toTraceSearch(params, nowMillis);
  // The axis of a range that ends now ends now; the list has room for clocks that run ahead.
  const endMicros = params.from === undefined ? Math.min(search.endMicros, nowMillis * 1000) : search.endMicros;
  const facetKeys = (search.conditions ?? []).flatMap(({ field, key, operator }) =>
    field === 'tag' && operator === '=' && key !== undefined ? [key] : [],
  );
  return { ...search, endMicros, columns, facetKeys: [...new Set(facetKeys)].slice(0, 20) };
}

function brushConditions({ minNanos, maxNanos }: HeatBrush): SearchCondition[] {
  return [
    ...(minNanos === 0 ? [] : [{ field: 'trace.duration', operator: '>=', value: `${minNanos}ns` } as const]),
    { field: 'trace.duration', operator: '<', value: `${maxNanos}ns` },
  ];
}

function resolveRange(params: TracesParams, nowMillis: number): { startMicros: number; endMicros: number } {
  const from = params.from === undefined ? undefined : parseInstantMicros(params.from);
  const to = params.to === undefined ? undefined : parseInstantMicros(params.to);
  if (from === undefined || to === undefined) return resolvePreset(params.range ?? defaultRange, nowMillis);
  return { startMicros: Math.min(from, to), endMicros: Math.max(from, to) };
}

/** The query string of `GET traces` and `GET traces/overview`. */
export function toQueryString(search: TraceSearch | OverviewQuery): string {
  const query = new URLSearchParams();
  const put = (key: string, value: string | number | undefined): void => {
    if (value !== undefined) query.append(key, String(value));
  };
  put('q', formatTraceQuery(search.conditions ?? []) || undefined);
  put('startMicros', Math.max(0, Math.floor(search.startMicros)));
  put('endMicros', Math.max(0, Math.ceil(search.endMicros)));
  put('match', search.match);
  if ('limit' in search) put('limit', search.limit);
  if ('columns' in search) put('columns', search.columns);
  if ('facetKeys' in search) for (const key of search.facetKeys ?? []) query.append('facet', key);
  return query.toString();
}

/** Whether the query is about certain spans of a trace, and not only about a service, the trace and a time. */
export function asksForSpans(params: TracesParams): boolean {
  return parsedQuery(params).conditions.some(
    ({ field }) => field !== 'service' && field !== 'trace.duration' && field !== 'trace.error',
  );
}

/** Whether the query names a service, so that spans of others need not be looked at. */
export function namesService(params: TracesParams): boolean {
  return parsedQuery(params).conditions.some(({ field, operator }) => field === 'service' && operator === '=');
}

/** `key=value` (the value may hold further `=`) or `key`; `undefined` without a key. */
function tagCondition(text: string): SearchCondition | undefined {
  const equals = text.indexOf('=');
  const key = equals === -1 ? text : text.slice(0, equals);
  if (key === '') return undefined;
  return equals === -1
    ? { field: 'tag', key, operator: 'has' }
    : { field: 'tag', key, operator: '=', value: text.slice(equals + 1) };
}
