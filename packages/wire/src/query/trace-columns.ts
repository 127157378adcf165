import type { Endpoint, SpanRecord } from '../span-record.ts';
import type { JsonValue } from './json-value.ts';

/**
 * A whole trace as it travels to the page: one array per field, strings in dictionaries, times as offsets. A third of
 * the size of an array of objects, and the page reads it without building objects that it does not draw.
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

export interface ColumnResource {
  readonly serviceName: string;
  readonly attributes: readonly JsonValue[];
  /** 0 when absent. */
  readonly droppedAttributesCount?: number | undefined;
  readonly schemaUrl?: string | undefined;
}

export interface ColumnScope {
  readonly name: string;
  readonly version: string;
  readonly attributes?: readonly JsonValue[] | undefined;
  readonly droppedAttributesCount?: number | undefined;
  readonly schemaUrl?: string | undefined;
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

export interface ColumnEvent {
  /** From the trace's `baseMicros`. */
  readonly offsetMicros: number;
  readonly nanos: number;
  readonly name: string;
  readonly attributes: readonly JsonValue[];
  readonly droppedAttributesCount?: number | undefined;
}

export interface ColumnLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState?: string | undefined;
  readonly flags?: number | undefined;
  readonly attributes: readonly JsonValue[];
  readonly droppedAttributesCount?: number | undefined;
}

/** Packs the spans of one trace, in any order; they are sorted by start. `traceId` is 32 hex digits. */
export function toTraceColumns(_traceId: string, _spans: readonly SpanRecord[]): TraceColumns {
  throw new Error('not written yet');
}

/** The records again, sorted by start. Spans share `Resource` and `InstrumentationScope` objects. */
export function fromTraceColumns(_columns: TraceColumns): SpanRecord[] {
  throw new Error('not written yet');
}
