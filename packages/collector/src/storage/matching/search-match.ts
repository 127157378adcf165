import { spanIdHex } from '@spanwise/wire';
import type { AttributeValue, Attributes, SpanRecord } from '@spanwise/wire/span-record';
import { SpanStatus } from '@spanwise/wire/span-record';
import type { TagTerm } from '@spanwise/wire/query';

import type { StoreSearch } from '../span-store.ts';
import { attributeText } from './attribute-text.ts';
import type { Criterion } from './search-criteria.ts';
import { criteriaOf, isWithin, sameName } from './search-criteria.ts';
import { meetsTraceConditions } from './trace-conditions.ts';

/** Why a trace is in the results. */
export interface TraceMatch {
  /**
   * Results are ordered by it, newest first. Of the newest spans for each criterion it is the earliest: no criterion is
   * met by newer spans alone, so a store that finds traces by any one of them sees none too late.
   */
  readonly newestMicros: number;
  /** By start, at most ten. */
  readonly matchedSpanIds: readonly string[];
  /** All that meet a criterion, by start. */
  readonly matched: readonly SpanRecord[];
}

const mostMatchedIds = 10;

/**
 * The reference for what a search means. `spans` are those of one trace, by start. A span is considered when it starts
 * in the range and, when a service is asked for, belongs to it.
 *
 * - `match: 'span'`: one considered span meets every criterion.
 * - `match: 'trace'`: each criterion is met by some considered span; without criteria one considered span is enough.
 *
 * With `traceBeginsInRange` the trace itself begins in the range as well: its root does, or without a root its earliest
 * span; spans without a start (0) are passed over.
 *
 * A tag term looks at a span's tags, its resource and its events' fields, and compares text (`attributeText`). A bare key
 * is also met by an event of that name. `error` means the span's status as well: `error` and `error=true` are met by a
 * failed span, `error=false` by every other. A tag is compared with a number when its text is one. A condition on the trace
 * as a whole (`trace.duration`, `trace.error`) is about all of its spans, considered or not.
 */
export function matchTrace(spans: readonly SpanRecord[], search: StoreSearch): TraceMatch | undefined {
  if (!meetsTraceConditions(spans, search)) return undefined;
  if (search.traceBeginsInRange === true && !isInRange(beginMicros(spans), search)) return undefined;
  const considered = spans.filter((span) => isConsidered(span, search));
  const tests = testsOf(search);
  const newestMicros = Math.min(...tests.map((passes) => newestMicrosOf(considered, passes)));
  if (newestMicros === never) return undefined;
  const matched = considered.filter((span) => tests.some((passes) => passes(span)));
  return { newestMicros, matched, matchedSpanIds: [...new Set(matched.map(spanIdHex))].slice(0, mostMatchedIds) };
}

const never = Number.NEGATIVE_INFINITY;

/** Each has to be passed by some considered span. */
function testsOf(search: StoreSearch): ((span: SpanRecord) => boolean)[] {
  const criteria = criteriaOf(search);
  if (search.match === 'span' || criteria.length === 0)
    return [(span) => criteria.every((one) => meets(span, one, search))];
  return criteria.map((one) => (span) => meets(span, one, search));
}

function newestMicrosOf(spans: readonly SpanRecord[], passes: (span: SpanRecord) => boolean): number {
  for (let index = spans.length - 1; index >= 0; index--) if (passes(spans[index]!)) return spans[index]!.startMicros;
  return never;
}

function beginMicros(spans: readonly SpanRecord[]): number {
  const started = spans.filter(({ startMicros }) => startMicros !== 0);
  const root = started.find(({ parentId0, parentId1 }) => (parentId0 | parentId1) === 0);
  return (root ?? started[0])?.startMicros ?? never;
}

function isInRange(micros: number, { startMicros, endMicros }: StoreSearch): boolean {
  return micros >= startMicros && micros <= endMicros;
}

function isConsidered(span: SpanRecord, search: StoreSearch): boolean {
  if (!isInRange(span.startMicros, search)) return false;
  return search.service === undefined || sameName(span.resource.serviceName, search.service, search);
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
    case 'not-tag':
      return !meetsTerm(span, criterion.term);
    case 'tag-number':
      return hasNumber(span, criterion);
    case 'service':
      return sameName(span.resource.serviceName, criterion.name, search) !== criterion.isNot;
    case 'not-operation':
      return !sameName(span.name, criterion.name, search);
    case 'span-kind':
      return (span.kind === criterion.number) !== criterion.isNot;
    case 'status':
      return (span.status === criterion.number) !== criterion.isNot;
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

function hasNumber(span: SpanRecord, { key, min, max }: Criterion & { kind: 'tag-number' }): boolean {
  const passes = (value: AttributeValue): boolean => isWithin(value, min, max);
  return (
    hasTag(span.attributes, key, passes) ||
    hasTag(span.resource.attributes, key, passes) ||
    span.events.some(({ attributes }) => hasTag(attributes, key, passes))
  );
}

function hasTerm(attributes: Attributes, { key, value }: TagTerm): boolean {
  return hasTag(attributes, key, (held) => value === undefined || attributeText(held) === value);
}

/** Whether a tag has this key and a value that passes. */
export function hasTag(attributes: Attributes, key: string, passes: (value: AttributeValue) => boolean): boolean {
  for (let index = 0; index < attributes.length; index += 2) {
    if (attributes[index] === key && passes(attributes[index + 1] ?? null)) return true;
  }
  return false;
}
