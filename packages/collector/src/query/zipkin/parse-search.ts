import { RefusedRequest } from '../../http/refused-request.ts';
import type { StoreSearch } from '../../storage/span-store.ts';
import { parseAnnotationQuery } from './parse-annotation-query.ts';

/** Zipkin's query string: of a name that is given twice, the first counts. */
export type ZipkinQuery = Readonly<Record<string, string | string[] | undefined>>;

/** How far Zipkin looks back unless told. */
export const dayMillis = 86_400_000;
/** `SpanStore` gives no more in one search. */
const mostTraces = 1000;

/**
 * The search that `GET /api/v2/traces` asks for: trace-level matching, names without regard to case, `all` and nothing
 * for no filter, milliseconds for the range and microseconds for durations (openzipkin/zipkin-api). The range is about
 * when the trace begins; what is asked of it must show in spans that start in the range, as in Zipkin with Elasticsearch,
 * where Zipkin in memory looks at the trace's later spans as well (docs/decisions/0030).
 *
 * @throws {RefusedRequest} for numbers that are none or out of their range.
 */
export function parseZipkinSearch(query: ZipkinQuery, nowMillis: number): StoreSearch {
  const endTs = positive(query, 'endTs') ?? nowMillis;
  const lookback = positive(query, 'lookback') ?? dayMillis;
  const limit = positive(query, 'limit') ?? 10;
  return {
    service: lowerName(query, 'serviceName'),
    remoteService: lowerName(query, 'remoteServiceName'),
    operation: lowerName(query, 'spanName'),
    tags: parseAnnotationQuery(first(query, 'annotationQuery') ?? ''),
    ...durations(query),
    startMicros: Math.max(0, endTs - lookback) * 1000,
    endMicros: endMicrosOf(endTs),
    limit: Math.min(limit, mostTraces),
    match: 'trace',
    ignoreCase: true,
    traceBeginsInRange: true,
  };
}

function durations(query: ZipkinQuery): Pick<StoreSearch, 'minDurationMicros' | 'maxDurationMicros'> {
  const minDurationMicros = positive(query, 'minDuration');
  const maxDurationMicros = positive(query, 'maxDuration');
  if (maxDurationMicros !== undefined && minDurationMicros === undefined)
    throw refuse('maxDuration is only valid with minDuration');
  if (maxDurationMicros !== undefined && maxDurationMicros < minDurationMicros!)
    throw refuse('maxDuration < minDuration');
  return { minDurationMicros, maxDurationMicros };
}

/** In microseconds, as far as numbers go. */
export function endMicrosOf(endTs: number): number {
  return Math.min(endTs, Math.floor(Number.MAX_SAFE_INTEGER / 1000)) * 1000;
}

/**
 * A whole number above 0, `undefined` when there is none.
 *
 * @throws {RefusedRequest} for anything else.
 */
export function positive(query: ZipkinQuery, name: string): number | undefined {
  const text = first(query, name);
  if (text === undefined || text === '') return undefined;
  const value = /^[+-]?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw refuse(`${name} is not a whole number: ${text}`);
  if (value <= 0) throw refuse(`${name} <= 0`);
  return value;
}

/** A name to match: in lower case, `undefined` for no filter. */
function lowerName(query: ZipkinQuery, name: string): string | undefined {
  const text = first(query, name)?.trim().toLowerCase() ?? '';
  return text === '' || (name === 'spanName' && text === 'all') ? undefined : text;
}

/** The first value of a parameter. */
export function first(query: ZipkinQuery, name: string): string | undefined {
  const value = query[name];
  return Array.isArray(value) ? value[0] : value;
}

function refuse(message: string): RefusedRequest {
  return new RefusedRequest('invalid-parameter', message);
}
