import { parseSpanId, parseTraceId } from '../ids.ts';
import type { TraceIdWords } from '../ids.ts';
import type {
  Endpoint,
  InstrumentationScope,
  Resource,
  SpanEvent,
  SpanKind,
  SpanRecord,
  SpanStatus,
} from '../span-record.ts';
import { linkFrom, resourceFrom, scopeFrom } from './column-parts.ts';
import type { ColumnLink, ColumnResource, ColumnScope } from './column-parts.ts';
import type { JsonValue } from './json-value.ts';
import { fromJsonValues } from './json-value.ts';

export type { ColumnLink, ColumnResource, ColumnScope } from './column-parts.ts';

/**
 * A whole trace as it travels to the page: one array per field, strings in dictionaries, times as offsets.
 * Smaller than an array of objects, because names and keys are not repeated for each span.
 *
 * `names[span.name[i]]`, `resources[span.resource[i]]` and so on; every array in `spans` has `count` elements.
 * Spans are ordered by start. Nanosecond remainders travel in `startNanos`. Attributes are flat lists of key and value
 * in turn, values as `JsonValue`; `fromJsonValue` reads one.
 */
export interface TraceColumns {
  /** 32 hex digits. */
  readonly traceId: string;
  readonly count: number;
  /** Earliest known start, microseconds since the epoch; starts are offsets to it. */
  readonly baseMicros: number;
  readonly names: readonly string[];
  readonly resources: readonly ColumnResource[];
  readonly scopes: readonly ColumnScope[];
  readonly spans: {
    readonly spanId: readonly string[];
    /** Empty string for a root. */
    readonly parentId: readonly string[];
    readonly name: readonly number[];
    readonly resource: readonly number[];
    readonly scope: readonly number[];
    readonly kind: readonly number[];
    readonly status: readonly number[];
    /** `-baseMicros` for a span whose start is unknown. */
    readonly startOffsetMicros: readonly number[];
    readonly startNanos: readonly number[];
    /** `null` when the span has no end. */
    readonly durationNanos: readonly (number | null)[];
    /** 1 shared, 2 debug, 4 unfinished. */
    readonly marks: readonly number[];
    /** `SpanFlags` bits. */
    readonly flags: readonly number[];
    readonly attributes: readonly (readonly JsonValue[])[];
    /** Everything that few spans have, by index. Sparse. */
    readonly details: Readonly<Record<number, SpanDetails>>;
  };
}

/** What is empty, zero or undefined in the record is absent. */
export interface SpanDetails {
  /** Only when it differs from the trace's (64- and 128-bit ids of one trace). */
  readonly traceId?: string | undefined;
  readonly statusMessage?: string | undefined;
  readonly traceState?: string | undefined;
  readonly localEndpoint?: Endpoint | undefined;
  readonly remoteEndpoint?: Endpoint | undefined;
  readonly events?: readonly ColumnEvent[] | undefined;
  readonly links?: readonly ColumnLink[] | undefined;
  readonly droppedAttributesCount?: number | undefined;
  readonly droppedEventsCount?: number | undefined;
  readonly droppedLinksCount?: number | undefined;
}

/** A `SpanEvent` in `SpanDetails`: a moment within its span. */
export interface ColumnEvent {
  /** From the trace's `baseMicros`. */
  readonly offsetMicros: number;
  readonly nanos: number;
  readonly name: string;
  readonly attributes: readonly JsonValue[];
  readonly droppedAttributesCount?: number | undefined;
}

/** The records again, sorted by start. Spans share `Resource` and `InstrumentationScope` objects. */
export function fromTraceColumns(columns: TraceColumns): SpanRecord[] {
  const resources = columns.resources.map(resourceFrom);
  const scopes = columns.scopes.map(scopeFrom);
  const traceId = parseTraceId(columns.traceId) ?? noTraceId;
  return Array.from({ length: columns.count }, (_, index) => spanAt(columns, index, traceId, resources, scopes));
}

function spanAt(
  columns: TraceColumns,
  index: number,
  traceIdOfMost: TraceIdWords,
  resources: readonly Resource[],
  scopes: readonly InstrumentationScope[],
): SpanRecord {
  const { spans, baseMicros } = columns;
  const details = spans.details[index] ?? noDetails;
  const marks = spans.marks[index]!;
  const traceId = details.traceId === undefined ? traceIdOfMost : (parseTraceId(details.traceId) ?? noTraceId);
  const spanId = parseSpanId(spans.spanId[index]!) ?? noSpanId;
  const parentId = parseSpanId(spans.parentId[index]!) ?? noSpanId;
  // Written out: an object spread here makes V8 build each record as a hash table, twenty times as slow and large.
  return {
    traceId0: traceId[0],
    traceId1: traceId[1],
    traceId2: traceId[2],
    traceId3: traceId[3],
    spanId0: spanId[0],
    spanId1: spanId[1],
    parentId0: parentId[0],
    parentId1: parentId[1],
    name: columns.names[spans.name[index]!]!,
    kind: spans.kind[index] as SpanKind,
    startMicros: baseMicros + spans.startOffsetMicros[index]!,
    startNanos: spans.startNanos[index]!,
    durationNanos: spans.durationNanos[index] ?? undefined,
    attributes: fromJsonValues(spans.attributes[index]!),
    droppedAttributesCount: details.droppedAttributesCount ?? 0,
    events: (details.events ?? []).map((event) => eventFrom(event, baseMicros)),
    droppedEventsCount: details.droppedEventsCount ?? 0,
    links: (details.links ?? []).map(linkFrom),
    droppedLinksCount: details.droppedLinksCount ?? 0,
    status: spans.status[index] as SpanStatus,
    statusMessage: details.statusMessage ?? '',
    traceState: details.traceState ?? '',
    flags: spans.flags[index]!,
    debug: (marks & 2) !== 0,
    shared: (marks & 1) !== 0,
    unfinished: (marks & 4) !== 0,
    resource: resources[spans.resource[index]!]!,
    scope: scopes[spans.scope[index]!]!,
    localEndpoint: details.localEndpoint,
    remoteEndpoint: details.remoteEndpoint,
  };
}

function eventFrom(event: ColumnEvent, baseMicros: number): SpanEvent {
  return {
    timeMicros: baseMicros + event.offsetMicros,
    timeNanos: event.nanos,
    name: event.name,
    attributes: fromJsonValues(event.attributes),
    droppedAttributesCount: event.droppedAttributesCount ?? 0,
  };
}

const noDetails: SpanDetails = {};
const noTraceId = [0, 0, 0, 0] as const;
const noSpanId = [0, 0] as const;
