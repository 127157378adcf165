/**
 * What the page, the command and the collector say to each other under `/api/spanwise/v1`. Times are microseconds since
 * the Unix epoch, durations microseconds (fractions allowed in answers), ids lower-case hex.
 *
 * | request | answer |
 * |---|---|
 * | `GET services` | `ServicesAnswer` |
 * | `GET operations?service=` | `OperationsAnswer` |
 * | `GET tags?service=` | `TagKeysAnswer` |
 * | `GET traces?…` (the fields of `TraceSearch`; `tag` may be repeated as `key=value` or `key`, `q` is `conditions` as text) | `TraceSearchAnswer` |
 * | `GET traces/overview?…` (the fields of `OverviewQuery`, as those of `TraceSearch`) | `TracesOverviewAnswer` |
 * | `GET traces/{traceId}` | `TraceColumns` |
 * | `GET traces/{traceId}?mostSpans=` | `TraceColumns`, or `TraceOutline` (`decodeTraceOutline`) when it has more spans |
 * | `GET traces/{traceId}?startMicros=&endMicros=` | `TraceColumns` of the spans that start in the range |
 * | `GET services/statistics?…` (the fields of `StatisticsQuery`) | `StatisticsAnswer` |
 * | `GET services/edges?startMicros=&endMicros=` | `ServiceEdgesAnswer` |
 * | `GET collector` | `CollectorAnswer` |
 * | anything refused | `ErrorAnswer` with a 4xx or 5xx status |
 */

/** Which spans a search is about. Every field given must hold. */
export interface TraceSearch {
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  /** `value` undefined asks only that the key is there (Zipkin's terms: also that a log has this name). */
  readonly tags?: readonly TagTerm[] | undefined;
  readonly minDurationMicros?: number | undefined;
  readonly maxDurationMicros?: number | undefined;
  /** Inclusive; spans that start in [startMicros, endMicros] are considered. */
  readonly startMicros: number;
  readonly endMicros: number;
  /**
   * How many traces at most, newest first. 1–1000, default 20. A trace is as new as its newest span that matches; when
   * other spans may meet other criteria, as the oldest of the newest spans for each of them.
   */
  readonly limit: number;
  /**
   * `span` (default): one span meets every criterion, as in Jaeger. `trace`: each criterion may be met by another span
   * of the trace, as in Zipkin; there `service` bounds the spans that tags and names are looked for in.
   */
  readonly match: 'span' | 'trace';
  /** Further conditions, each of which must hold. They travel as `q`, in the language of docs/query.md. */
  readonly conditions?: readonly SearchCondition[] | undefined;
}

/** What a condition is about: something that every span has, its trace, or the tag that `key` names. */
export type SearchField =
  | 'service'
  | 'operation'
  | 'kind'
  | 'status'
  | 'duration'
  | 'trace.duration'
  | 'trace.error'
  | 'tag';

/** How a condition compares. `has` and `!has` take no value. */
export type SearchOperator = 'has' | '!has' | '=' | '!=' | '<' | '<=' | '>' | '>=';

/**
 * One condition of a search. `@spanwise/analysis` reads and writes them as text (`parseTraceQuery`, `formatTraceQuery`)
 * and says which fields take which operators and values.
 */
export interface SearchCondition {
  readonly field: SearchField;
  /** The tag's key, for the field `tag` alone. */
  readonly key?: string | undefined;
  readonly operator: SearchOperator;
  /** As it was written: a name, a duration with its unit, a number. */
  readonly value?: string | undefined;
}

/** One tag that a search asks for: the key alone, or the key with exactly this value as text. */
export interface TagTerm {
  readonly key: string;
  readonly value?: string | undefined;
}

/** Answers `GET services`: every service that has spans in the store. */
export interface ServicesAnswer {
  /** Sorted. An empty name stands for spans without one; no search asks for it. */
  readonly services: readonly string[];
}

/** Answers `GET operations`: names and kinds of one service's spans; empty for a service that is not known. */
export interface OperationsAnswer {
  /** Sorted by name, then kind. */
  readonly operations: readonly { readonly name: string; readonly kind: number }[];
}

/** Answers `GET tags`, to suggest keys while somebody types a search; not a complete list. */
export interface TagKeysAnswer {
  /** Sorted. Keys seen on spans lately; may lack rare ones. */
  readonly keys: readonly string[];
}

/** One trace in a list of results. */
export interface TraceSummary {
  readonly traceId: string;
  /** Of the earliest span without a parent in the trace, else of the earliest span. */
  readonly rootService: string;
  readonly rootName: string;
  /** No span of the trace is without a parent: the first has not arrived, was not sampled, or is lost. */
  readonly rootMissing: boolean;
  readonly startMicros: number;
  /** From the earliest start to the latest end. */
  readonly durationMicros: number;
  readonly spanCount: number;
  readonly errorCount: number;
  /** Most spans first; `selfMicros` is the sum of the self times of the service's spans. */
  readonly services: readonly {
    readonly name: string;
    readonly spanCount: number;
    readonly errorCount: number;
    readonly selfMicros: number;
  }[];
  /** Ids of spans that the search matched, at most ten. */
  readonly matchedSpanIds: readonly string[];
}

/** Answers `GET traces`: what was found, and how much of the asked range that covers. */
export interface TraceSearchAnswer {
  /** Newest first, at most the `limit` of the request. */
  readonly traces: readonly TraceSummary[];
  /** True when everything in the asked range was looked at. */
  readonly complete: boolean;
  /**
   * How far back the search looked: `startMicros` of the request when complete, later when the time budget ended first
   * or the answer was full.
   */
  readonly searchedBackToMicros: number;
}

/** Which traces an overview counts: all that a search without a limit would find. */
export interface OverviewQuery extends Omit<TraceSearch, 'limit'> {
  /** In how many columns the range is divided, 1–1000. Default 60. */
  readonly columns?: number | undefined;
  /** Keys of tags whose values are told in any case, before those that separate best. They travel as `facet`. */
  readonly facetKeys?: readonly string[] | undefined;
}

/**
 * How many traces there are by time and duration, in four lists of the same length, one place for each cell that is not
 * empty. Column `c` holds the traces whose newest matching span (as in `TraceSearch.limit`) starts in the `c`th part of the
 * range. Bucket `b` holds durations, from the earliest start in a trace to the latest end, from 2^(b/2) µs on, rounded to
 * nanoseconds, and below 2^((b+1)/2) µs; bucket 0 all that are shorter, too.
 */
export interface HeatMapCells {
  readonly columns: readonly number[];
  readonly buckets: readonly number[];
  readonly counts: readonly number[];
  /** How many of them have a failed span. */
  readonly errors: readonly number[];
}

/** How many traces have a value, for some values of a field. */
export interface TraceFacet {
  readonly field: 'service' | 'operation' | 'trace.error' | 'tag';
  /** The tag's key, for the field `tag` alone. */
  readonly key?: string | undefined;
  /** Most traces first, at most ten; of `trace.error` the values are `true` and `false`. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
  /** How many values there are. */
  readonly distinct: number;
}

/** Answers `GET traces/overview`: all traces that a search is about, counted. */
export interface TracesOverviewAnswer {
  readonly traceCount: number;
  /** True when everything in the asked range was counted. */
  readonly complete: boolean;
  /** Everything that is newer was counted: `startMicros` of the request when complete. */
  readonly searchedBackToMicros: number;
  readonly startMicros: number;
  readonly endMicros: number;
  /** How many columns `cells` has. */
  readonly columns: number;
  readonly cells: HeatMapCells;
  /**
   * By the spans that match: services, operations, errors, the tags asked for, then those whose values tell slow and failed
   * traces best from the others, at most six.
   */
  readonly facets: readonly TraceFacet[];
}

/** Which range of time sums are asked for: spans and calls that start in a minute which is in it, even in part. */
export interface SumsQuery {
  readonly startMicros: number;
  /** Inclusive. */
  readonly endMicros: number;
}

/** Which statistics are asked for. */
export interface StatisticsQuery extends SumsQuery {
  /** Of each operation of this service; of each service when absent. */
  readonly service?: string | undefined;
  /** Of this operation of the service alone. */
  readonly operation?: string | undefined;
  /** A line for each operation, or one for all of a service. By operation when a service is named, else by service. */
  readonly by?: 'service' | 'operation' | undefined;
  /**
   * `each` (default): a line for each kind. `sides`: what a service answered (server, consumer), called (client, producer) and did
   * by itself (internal, unspecified) is one line each, told as kind server, client and internal.
   */
  readonly kinds?: 'each' | 'sides' | undefined;
  /** In how many parts the range is told at most, 1–1000. Default 60. */
  readonly steps?: number | undefined;
  /** Whether steps tell examples, `none` by default. */
  readonly exemplars?: 'none' | 'steps' | undefined;
}

/** What sums cover. */
export interface SumsExtent {
  /** The range in whole minutes: from `startMicros` on, */
  readonly startMicros: number;
  /** before `endMicros`. */
  readonly endMicros: number;
  /** Everything that starts from here on is counted. At most `startMicros` when all of the range is; later while older data is still summed up. */
  readonly completeFromMicros: number;
  /**
   * Whether traces that arrived in several parts have been looked at as a whole. Where there were too many of them, calls between
   * parts may be missing, and spans that were sent twice may be counted twice, until the collector has merged the parts.
   */
  readonly joined: boolean;
}

/**
 * Latencies in exponential buckets, in three lists of the same length, by bucket. Bucket `i` holds durations above 2^(i/8) ns up to
 * 2^((i+1)/8) ns, bucket -1 all up to 1 ns. Histograms are merged by adding the counts of equal buckets.
 */
export interface LatencyBuckets {
  readonly buckets: readonly number[];
  /** Weighted. */
  readonly counts: readonly number[];
  /** A trace with a span in the bucket, 32 hex digits. */
  readonly exemplars: readonly string[];
}

/** Sums of many spans or calls. Counts are weighted by the inverse of the probability with which each was sampled. */
export interface LatencySums {
  readonly count: number;
  /** Those that failed. */
  readonly errors: number;
  readonly durationSumMicros: number;
  /** Percentiles of the duration, at most 4.4 % wrong; null when none had a duration. */
  readonly p50Micros: number | null;
  readonly p95Micros: number | null;
  readonly p99Micros: number | null;
  readonly histogram: LatencyBuckets;
}

/** Sums of the spans of one kind of a service, or of one of its operations. */
export interface ServiceStatistics extends LatencySums {
  readonly service: string;
  /** Null for all of the service. */
  readonly operation: string | null;
  /** OTLP's number. Requests that a service answered are its server and consumer spans. */
  readonly kind: number;
  /** By step from the answer's `startMicros` on, in lists of the same length. */
  readonly steps: {
    readonly counts: readonly number[];
    readonly errors: readonly number[];
    readonly p50Micros: readonly (number | null)[];
    readonly p95Micros: readonly (number | null)[];
    readonly p99Micros: readonly (number | null)[];
    /** When they are asked for: by step, of each one trace with a span at its median, one at its 95th percentile, and one of its slowest. */
    readonly exemplars?: readonly StepExemplar[] | undefined;
  };
}

/** A trace with a span that stands for others of its step. */
export interface StepExemplar {
  readonly step: number;
  /** 32 hex digits. */
  readonly traceId: string;
  /** About how long the span took: at most 4.4 % wrong. */
  readonly durationMicros: number;
}

/** Answers `GET services/statistics`: rates, errors and latencies. Unfinished spans are not counted. */
export interface StatisticsAnswer extends SumsExtent {
  /** How long a step is: whole minutes. */
  readonly stepMicros: number;
  /** By service, operation, kind. */
  readonly statistics: readonly ServiceStatistics[];
}

/** Calls from one service to another, or to a database or broker that it names. */
export interface ServiceEdge extends LatencySums {
  readonly caller: string;
  readonly callee: string;
  readonly calleeKind: 'service' | 'database' | 'broker';
}

/** Answers `GET services/edges`. */
export interface ServiceEdgesAnswer extends SumsExtent {
  /** By caller, callee, kind. */
  readonly edges: readonly ServiceEdge[];
}

/** What answers, and where it takes spans. */
export interface CollectorAnswer {
  /** Of the collector, such as `0.1.0`. */
  readonly version: string;
  /**
   * Addresses to send spans to, as the collector listens: with its own host and the ports that it got. Whoever reached it
   * through a tunnel or a proxy may know it by another host or port.
   */
  readonly receivers: {
    /** OTLP over HTTP, such as `http://127.0.0.1:4318/v1/traces`; `null` when that port is off. */
    readonly otlpHttp: string | null;
    /** OTLP over gRPC, such as `http://127.0.0.1:4317`; `null` when that port is off, as are all others. */
    readonly otlpGrpc: string | null;
    /** Zipkin's JSON version 2, such as `http://127.0.0.1:9411/api/v2/spans`: the port of this API, so it is never off. */
    readonly zipkin: string;
    /** Jaeger's Thrift over HTTP, such as `http://127.0.0.1:14268/api/traces`. */
    readonly jaegerHttp: string | null;
    /** Jaeger's agent by UDP in Thrift's compact protocol, such as `udp://127.0.0.1:6831`. */
    readonly jaegerCompact: string | null;
    /** The same in Thrift's binary protocol, such as `udp://127.0.0.1:6832`. */
    readonly jaegerBinary: string | null;
  };
}

/** The body of every refusal. */
export interface ErrorAnswer {
  readonly error: {
    /** Stable and machine-readable: `invalid-parameter`, `not-found`, `replaying`, `storage-full`, … */
    readonly code: string;
    /** What was wrong, with the value. */
    readonly message: string;
    /** What to do about it, when we know. */
    readonly hint?: string | undefined;
  };
}
