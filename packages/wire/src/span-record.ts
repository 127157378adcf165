/**
 * The one model of a span between tracer, collector, analysis and page: OTLP's shape with typed values, plus the few
 * fields that Zipkin and Jaeger have and OTLP lacks. The tracer's span implements `SpanRecord` itself and is sealed at
 * `finish`, so recording makes no copy; decoders produce it; every encoder, façade and analysis reads it.
 *
 * ## Ids
 *
 * A trace id is four signed 32-bit words and a span id two, most significant first. V8 keeps such fields unboxed, which
 * halves the cost of a span against hex strings (prototype: 352 ns against 867); `traceIdHex` and `spanIdHex` write them
 * out when somebody asks.
 * A 64-bit trace id has `traceId0 === 0 && traceId1 === 0`. All words zero means "no id".
 *
 * ## Time
 *
 * An instant is a whole number of microseconds since the Unix epoch and 0–999 nanoseconds within that microsecond; a
 * duration is a whole number of nanoseconds. Both are exact for what tracing meets: instants until the year 2255
 * (2^53 µs), durations up to 104 days (2^53 ns).
 */

/** A typed value of a tag, an event field or a resource attribute: OTLP's `AnyValue`. */
export type AttributeValue =
  | string
  | number
  | boolean
  | bigint
  | null
  | Uint8Array
  | readonly AttributeValue[]
  | AttributeMap;

/**
 * OTLP's `kvlist` value. A `number` that is an integer travels as an int and any other as a double; `bigint` is for
 * integers beyond ±2^53 and travels as int64. `null` is OTLP's empty value.
 */
export interface AttributeMap {
  readonly [key: string]: AttributeValue;
}

/**
 * Keys and values in turn, `[key, value, key, value, …]`, in the order they were first set. Even indexes are strings.
 * One flat array costs a fifth less than a `Map` when written (prototype: 352 ns a span against 433).
 */
export type Attributes = readonly AttributeValue[];

/** What a span was for. The numbers are OTLP's. */
export const SpanKind = {
  unspecified: 0,
  internal: 1,
  server: 2,
  client: 3,
  producer: 4,
  consumer: 5,
} as const;
export type SpanKind = (typeof SpanKind)[keyof typeof SpanKind];

/** How a span ended. The numbers are OTLP's. */
export const SpanStatus = { unset: 0, ok: 1, error: 2 } as const;
export type SpanStatus = (typeof SpanStatus)[keyof typeof SpanStatus];

/** Bits of `SpanRecord.flags` and `SpanLink.flags`: W3C trace flags in the low byte, OTLP's own above them. */
export const SpanFlags = { sampled: 0x01, randomTraceId: 0x02, hasIsRemote: 0x100, isRemote: 0x200 } as const;

/** The process that recorded a span; one object shared by all its spans. */
export interface Resource {
  /** Empty when the resource names no service. Not repeated in `attributes`. */
  readonly serviceName: string;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
  readonly schemaUrl: string;
}

/** The library that recorded a span; one object shared by all its spans. Empty name and version when unknown. */
export interface InstrumentationScope {
  readonly name: string;
  readonly version: string;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
  readonly schemaUrl: string;
}

/** A moment within a span: OpenTracing's log, Zipkin's annotation. */
export interface SpanEvent {
  readonly timeMicros: number;
  readonly timeNanos: number;
  readonly name: string;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
}

/** A reference to another span that is not the parent (or that says how the parent is one: `opentracing.ref_type`). */
export interface SpanLink {
  readonly traceId0: number;
  readonly traceId1: number;
  readonly traceId2: number;
  readonly traceId3: number;
  readonly spanId0: number;
  readonly spanId1: number;
  /** As received, empty when absent. */
  readonly traceState: string;
  readonly flags: number;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
}

/** A network address as Zipkin describes one. Absent parts are undefined. */
export interface Endpoint {
  readonly serviceName?: string | undefined;
  readonly ipv4?: string | undefined;
  readonly ipv6?: string | undefined;
  readonly port?: number | undefined;
}

/**
 * One span, finished or not, as everything here reads it; the top of this file says what ids and times mean. Records
 * that were handed on do not change any more, and may share lists, resource and scope with others. Decoders and tests
 * make one with `spanRecord`.
 */
export interface SpanRecord {
  readonly traceId0: number;
  readonly traceId1: number;
  readonly traceId2: number;
  readonly traceId3: number;
  readonly spanId0: number;
  readonly spanId1: number;
  /** Both words zero for a root. */
  readonly parentId0: number;
  readonly parentId1: number;

  readonly name: string;
  readonly kind: SpanKind;

  /** Whole microseconds since the Unix epoch; 0 together with `startNanos` 0 when the start is unknown (Zipkin allows it). */
  readonly startMicros: number;
  /** 0–999 nanoseconds within the microsecond. */
  readonly startNanos: number;
  /** Whole nanoseconds; negative when the sender's clock ran backwards; `undefined` when the span has no end (yet). */
  readonly durationNanos: number | undefined;

  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
  readonly events: readonly SpanEvent[];
  readonly droppedEventsCount: number;
  readonly links: readonly SpanLink[];
  readonly droppedLinksCount: number;

  readonly status: SpanStatus;
  readonly statusMessage: string;

  /** W3C `tracestate` as received or sent, empty when absent. */
  readonly traceState: string;
  /** `SpanFlags` bits. */
  readonly flags: number;
  /** Sampled by force (Zipkin's `debug`, Jaeger's debug flag). */
  readonly debug: boolean;
  /** Zipkin: the server half of a span whose client half has the same id. */
  readonly shared: boolean;
  /** Reported before it finished; a finished record with the same key replaces it. */
  readonly unfinished: boolean;

  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  /** Where this side of the span ran, beyond the service name (Zipkin's `localEndpoint` address). */
  readonly localEndpoint: Endpoint | undefined;
  /** The other side (Zipkin's `remoteEndpoint`, OpenTracing's `peer.*`). */
  readonly remoteEndpoint: Endpoint | undefined;
}

/** The empty list of attributes, for every record that has none. Frozen. */
export const noAttributes: Attributes = Object.freeze([]);

/** The resource of spans whose sender named none: no service, no attributes. Frozen. */
export const emptyResource: Resource = Object.freeze({
  serviceName: '',
  attributes: noAttributes,
  droppedAttributesCount: 0,
  schemaUrl: '',
});

/** The scope of spans whose sender named none. Frozen. */
export const emptyScope: InstrumentationScope = Object.freeze({
  name: '',
  version: '',
  attributes: noAttributes,
  droppedAttributesCount: 0,
  schemaUrl: '',
});

/** A complete record from the parts given; everything else is empty. For decoders and tests, not for hot paths. */
export function spanRecord(parts: Partial<SpanRecord>): SpanRecord {
  return {
    traceId0: 0,
    traceId1: 0,
    traceId2: 0,
    traceId3: 0,
    spanId0: 0,
    spanId1: 0,
    parentId0: 0,
    parentId1: 0,
    name: '',
    kind: SpanKind.unspecified,
    startMicros: 0,
    startNanos: 0,
    durationNanos: undefined,
    attributes: noAttributes,
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: SpanStatus.unset,
    statusMessage: '',
    traceState: '',
    flags: 0,
    debug: false,
    shared: false,
    unfinished: false,
    resource: emptyResource,
    scope: emptyScope,
    localEndpoint: undefined,
    remoteEndpoint: undefined,
    ...parts,
  };
}

/** The value of `key`, or `undefined` when it is not set. */
export function attributeOf(attributes: Attributes, key: string): AttributeValue | undefined {
  for (let index = 0; index < attributes.length; index += 2) {
    if (attributes[index] === key) return attributes[index + 1];
  }
  return undefined;
}
