import { spanIdHex } from '@spanwise/wire';
import type { Attributes, SpanRecord } from '@spanwise/wire/span-record';
import { SpanStatus } from '@spanwise/wire/span-record';
import type { TagTerm } from '@spanwise/wire/query';

import type { StoreSearch } from '../span-store.ts';
import { attributeText } from './attribute-text.ts';

/** Why a trace is in the results. */
export interface TraceMatch {
  /** Start of the newest span that met the search: results are ordered by it. */
  readonly newestMicros: number;
  /** By start, at most ten. */
  readonly matchedSpanIds: readonly string[];
}

/** One condition of a search other than time range and service. */
export type Criterion =
  | { readonly kind: 'operation'; readonly name: string }
  | { readonly kind: 'remoteService'; readonly name: string }
  | { readonly kind: 'duration'; readonly minNanos: number; readonly maxNanos: number }
  | { readonly kind: 'tag'; readonly term: TagTerm };

const mostMatchedIds = 10;

/**
 * The reference for what a search means. A span is considered when it starts in the range and, when a service is asked
 * for, belongs to it.
 *
 * - `match: 'span'`: one considered span meets every criterion.
 * - `match: 'trace'`: each criterion is met by some considered span; without criteria one considered span is enough.
 *
 * A tag term looks at a span's tags, its resource and its events' fields, and compares text (`attributeText`). A bare key
 * is also met by an event of that name. `error` means the span's status as well: `error` and `error=true` are met by a
 * failed span, `error=false` by every other.
 */
export function matchTrace(spans: readonly SpanRecord[], search: StoreSearch): TraceMatch | undefined {
  const considered = spans.filter((span) => isConsidered(span, search));
  const criteria = criteriaOf(search);
  const matched = considered.filter(matcherOf(criteria, search));
  if (matched.length === 0) return undefined;
  if (search.match === 'trace' && !criteria.every((one) => matched.some((span) => meets(span, one, search))))
    return undefined;
  return {
    newestMicros: matched.at(-1)?.startMicros ?? 0,
    matchedSpanIds: [...new Set(matched.map(spanIdHex))].slice(0, mostMatchedIds),
  };
}

/** The criteria that a search lists. */
export function criteriaOf(search: StoreSearch): Criterion[] {
  const criteria: Criterion[] = [];
  if (search.operation !== undefined) criteria.push({ kind: 'operation', name: search.operation });
  if (search.remoteService !== undefined) criteria.push({ kind: 'remoteService', name: search.remoteService });
  if (search.minDurationMicros !== undefined || search.maxDurationMicros !== undefined) {
    const minNanos = (search.minDurationMicros ?? Number.NEGATIVE_INFINITY) * 1000;
    const maxNanos = (search.maxDurationMicros ?? Number.POSITIVE_INFINITY) * 1000;
    criteria.push({ kind: 'duration', minNanos, maxNanos });
  }
  for (const term of search.tags ?? []) criteria.push({ kind: 'tag', term });
  return criteria;
}

/** Whether two names are the same for this search. */
export function sameName(a: string, b: string, search: StoreSearch): boolean {
  return a === b || (search.ignoreCase === true && a.toLowerCase() === b.toLowerCase());
}

function isConsidered(span: SpanRecord, search: StoreSearch): boolean {
  if (span.startMicros < search.startMicros || span.startMicros > search.endMicros) return false;
  return search.service === undefined || sameName(span.resource.serviceName, search.service, search);
}

function matcherOf(criteria: readonly Criterion[], search: StoreSearch): (span: SpanRecord) => boolean {
  if (criteria.length === 0) return () => true;
  if (search.match === 'trace') return (span) => criteria.some((one) => meets(span, one, search));
  return (span) => criteria.every((one) => meets(span, one, search));
}

function meets(span: SpanRecord, criterion: Criterion, search: StoreSearch): boolean {
  switch (criterion.kind) {
    case 'operation':
      return sameName(span.name, criterion.name, search);
    case 'remoteService':
      return sameName(span.remoteEndpoint?.serviceName ?? '', criterion.name, search);
    case 'duration':
      return isBetween(span.durationNanos, criterion.minNanos, criterion.maxNanos);
    case 'tag':
      return meetsTerm(span, criterion.term);
  }
}

function isBetween(nanos: number | undefined, min: number, max: number): boolean {
  return nanos !== undefined && nanos >= min && nanos <= max;
}

function meetsTerm(span: SpanRecord, term: TagTerm): boolean {
  if (term.key === 'error' && meetsErrorTerm(span, term.value)) return true;
  if (hasTerm(span.attributes, term) || hasTerm(span.resource.attributes, term)) return true;
  return span.events.some(
    (event) => (term.value === undefined && event.name === term.key) || hasTerm(event.attributes, term),
  );
}

function meetsErrorTerm(span: SpanRecord, value: string | undefined): boolean {
  const failed = span.status === SpanStatus.error;
  if (value === 'false') return !failed;
  return failed && (value === undefined || value === 'true' || value === span.statusMessage);
}

function hasTerm(attributes: Attributes, term: TagTerm): boolean {
  for (let index = 0; index < attributes.length; index += 2) {
    if (attributes[index] !== term.key) continue;
    if (term.value === undefined || attributeText(attributes[index + 1] ?? null) === term.value) return true;
  }
  return false;
}
