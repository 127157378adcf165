import type { SpanRecord } from '../span-record.ts';

/**
 * A whole trace as it travels to the page: one array per field, strings in dictionaries, times as offsets. A third of
 * the size of an array of objects, and the page reads it without building objects that it does not draw.
 *
 * `names[span.name[i]]`, `resources[span.resource[i]]` and so on; every array in `spans` has `count` elements.
 * Spans are ordered by start. Nanosecond remainders travel in `startNanos`.
 */
export interface TraceColumns {
  /** 32 hex digits. */
  readonly traceId: string;
  readonly count: number;
  /** Earliest start, microseconds since the epoch; starts are offsets to it. */
  readonly baseMicros: number;
  readonly names: readonly string[];
  readonly resources: readonly { readonly serviceName: string; readonly attributes: readonly unknown[] }[];
  readonly scopes: readonly { readonly name: string; readonly version: string }[];
  readonly spans: {
    readonly spanId: readonly string[];
    /** Empty string for a root. */
    readonly parentId: readonly string[];
    readonly name: readonly number[];
    readonly resource: readonly number[];
    readonly scope: readonly number[];
    readonly kind: readonly number[];
    readonly status: readonly number[];
    readonly startOffsetMicros: readonly number[];
    readonly startNanos: readonly number[];
    /** -1 when the span has no end. */
    readonly durationNanos: readonly number[];
    /** 1 shared, 2 debug, 4 unfinished. */
    readonly marks: readonly number[];
    /** JSON form of `Attributes`, see `toJsonValue`. */
    readonly attributes: readonly (readonly unknown[])[];
    /** Everything that few spans have: events, links, statusMessage, traceState, endpoints, dropped counts. Sparse. */
    readonly details: Readonly<Record<number, unknown>>;
  };
}

export declare function toTraceColumns(traceId: string, spans: readonly SpanRecord[]): TraceColumns;
export declare function fromTraceColumns(columns: TraceColumns): SpanRecord[];
