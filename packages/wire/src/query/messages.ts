/**
 * What the page, the command and the collector say to each other under `/api/spanwise/v1`. Times are microseconds since
 * the Unix epoch, durations microseconds (fractions allowed in answers), ids lower-case hex.
 *
 * | request | answer |
 * |---|---|
 * | `GET services` | `ServicesAnswer` |
 * | `GET operations?service=` | `OperationsAnswer` |
 * | `GET tags?service=` | `TagKeysAnswer` |
 * | `GET traces?…` (the fields of `TraceSearch`; `tag` may be repeated as `key=value` or `key`) | `TraceSearchAnswer` |
 * | `GET traces/{traceId}` | `TraceColumns` |
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
    /** Zipkin's JSON version 2, such as `http://127.0.0.1:9411/api/v2/spans`: the port of this API, so it is never off. */
    readonly zipkin: string;
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
