import type { TagTerm, TraceSearch } from '@spanwise/wire/query';
import { parseDurationMicros } from './durations.ts';
import { defaultRange, isRangePreset, parseInstantMicros, resolvePreset } from './time-range.ts';
import type { RangePreset } from './time-range.ts';

/** The query of the traces view as it stands in the address: what people typed, defaults left out. */
export interface TracesParams {
  readonly service?: string;
  readonly operation?: string;
  /** `key=value` or `key`, each must hold. */
  readonly tag?: readonly string[];
  readonly min?: string;
  readonly max?: string;
  /** A preset; `from` and `to` win when both are there. */
  readonly range?: RangePreset;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
  readonly match?: 'trace';
}

export const defaultLimit = 50;
export const limitChoices: readonly number[] = [20, 50, 100, 200, 500, 1000];

/** Reads the address. What makes no sense is left out; the page never fails on an address. */
export function parseTracesParams(raw: Readonly<Record<string, unknown>>): TracesParams {
  const params: Mutable<TracesParams> = {};
  for (const key of ['service', 'operation', 'min', 'max'] as const) {
    const value = textOf(raw[key]);
    if (value !== '') params[key] = value;
  }
  const tags = listOf(raw.tag).filter((tag) => parseTag(tag) !== undefined);
  if (tags.length > 0) params.tag = tags;
  readRange(raw, params);
  const limit = Math.trunc(Number(textOf(raw.limit)));
  if (limit >= 1 && limit <= 1000 && limit !== defaultLimit) params.limit = limit;
  if (raw.match === 'trace') params.match = 'trace';
  return params;
}

function readRange(raw: Readonly<Record<string, unknown>>, params: Mutable<TracesParams>): void {
  const from = textOf(raw.from);
  const to = textOf(raw.to);
  if (parseInstantMicros(from) !== undefined && parseInstantMicros(to) !== undefined) {
    params.from = from;
    params.to = to;
    return;
  }
  const range = textOf(raw.range);
  if (isRangePreset(range) && range !== defaultRange) params.range = range;
}

/** The search that the collector is asked for, with a range that ends now unless the address names one. */
export function toTraceSearch(params: TracesParams, nowMillis: number): TraceSearch {
  const { startMicros, endMicros } = resolveRange(params, nowMillis);
  return {
    service: params.service,
    operation: params.operation,
    tags: (params.tag ?? []).map(parseTag).filter((term) => term !== undefined),
    minDurationMicros: wholeMicros(params.min, Math.ceil),
    maxDurationMicros: wholeMicros(params.max, Math.floor),
    startMicros,
    endMicros,
    limit: params.limit ?? defaultLimit,
    match: params.match ?? 'span',
  };
}

/** The collector takes whole microseconds, and no more of them than a number can count. */
function wholeMicros(text: string | undefined, round: (micros: number) => number): number | undefined {
  const micros = text === undefined ? undefined : parseDurationMicros(text);
  return micros === undefined ? undefined : Math.min(round(micros), Number.MAX_SAFE_INTEGER);
}

function resolveRange(params: TracesParams, nowMillis: number): { startMicros: number; endMicros: number } {
  const from = params.from === undefined ? undefined : parseInstantMicros(params.from);
  const to = params.to === undefined ? undefined : parseInstantMicros(params.to);
  if (from === undefined || to === undefined) return resolvePreset(params.range ?? defaultRange, nowMillis);
  return { startMicros: Math.min(from, to), endMicros: Math.max(from, to) };
}

/** `key=value` (the value may hold further `=`) or `key`; `undefined` without a key. */
export function parseTag(text: string): TagTerm | undefined {
  const equals = text.indexOf('=');
  const key = (equals === -1 ? text : text.slice(0, equals)).trim();
  if (key === '') return undefined;
  return equals === -1 ? { key } : { key, value: text.slice(equals + 1).trim() };
}

/** The query string of `GET traces`. */
export function toQueryString(search: TraceSearch): string {
  const query = new URLSearchParams();
  const put = (key: string, value: string | number | undefined): void => {
    if (value !== undefined) query.append(key, String(value));
  };
  put('service', search.service);
  put('operation', search.operation);
  for (const { key, value } of search.tags ?? []) query.append('tag', value === undefined ? key : `${key}=${value}`);
  put('minDurationMicros', search.minDurationMicros);
  put('maxDurationMicros', search.maxDurationMicros);
  put('startMicros', Math.floor(search.startMicros));
  put('endMicros', Math.ceil(search.endMicros));
  put('limit', search.limit);
  put('match', search.match);
  return query.toString();
}

/** Whether the query is about certain spans of a trace, and not only about a service and a time. */
export function asksForSpans(params: TracesParams): boolean {
  return [params.operation, params.tag, params.min, params.max].some((condition) => condition !== undefined);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function textOf(value: unknown): string {
  if (Array.isArray(value)) return textOf(value[0]);
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

function listOf(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return [...new Set(list.map(textOf))];
}
