import type { TraceIdWords } from '@spanwise/wire';
import type { SpanRecord } from '@spanwise/wire/span-record';
import type {
  OverviewQuery,
  ServiceEdgesAnswer,
  StatisticsAnswer,
  StatisticsQuery,
  SumsQuery,
  TraceSearch,
  TraceSummary,
  TracesOverviewAnswer,
} from '@spanwise/wire/query';

import type { BodyFormat } from '../formats/body-format.ts';
import type { OpenedTrace, TraceForm } from './encoding/trace-encodings.ts';

export type { OpenedTrace } from './encoding/trace-encodings.ts';

/** A body that has been checked: it decodes, and it holds `spanCount` spans that are kept. */
export interface IngestBody {
  readonly format: BodyFormat;
  /** Uncompressed, as it came. The store owns it from here; the caller neither keeps nor changes it. */
  readonly bytes: Uint8Array;
  readonly spanCount: number;
}

/**
 * Keeps spans and finds them again. The collector's only view of storage; `span-store.conformance.ts` is run by every
 * implementation.
 *
 * - **Durable.** `append` resolves when the body would survive `kill -9` and power loss as far as the disk tells the truth.
 * - **Idempotent.** A body appended twice is stored once. A span's key is (trace, span id, kind, shared, start); of two
 *   records with one key the finished one replaces the unfinished, then the longer wins, in either order of arrival.
 * - **Fresh.** An acknowledged span is found by every query within five seconds.
 * - **Never silent.** What cannot be kept rejects, with nothing of it stored or all of it.
 */
export interface SpanStore {
  /**
   * @throws {OverloadedError} when conversion has fallen behind; nothing was stored; try again after `retryAfterSeconds`.
   * @throws {StorageFailedError} when the disk is full or read-only; nothing was acknowledged; earlier data stays readable.
   */
  append(body: IngestBody): Promise<void>;

  /**
   * Sorted. This and every query but the searches: @throws {ReplayingError} when the store cannot answer for now.
   */
  services(): Promise<string[]>;
  /** Sorted by name, then kind; empty when the service is unknown. */
  operations(service: string): Promise<{ name: string; kind: number }[]>;
  /** Names of the other side of this service's spans (`remoteEndpoint.serviceName`), sorted. */
  remoteServices(service: string): Promise<string[]>;
  /** Keys of tags on spans of the service (of all services when undefined), sorted; rare ones may be missing. */
  tagKeys(service?: string): Promise<string[]>;

  /**
   * All spans of a trace, deduplicated, by start. Empty when unknown. An id whose high half is zero finds traces whose
   * low half is equal, and the other way round (Zipkin's 64- and 128-bit ids match). For callers that need the records
   * themselves, of traces that are small: the thread that asks pays for each. Answers to clients are `encodeTrace`'s.
   */
  trace(id: readonly [number, number, number, number]): Promise<SpanRecord[]>;

  /**
   * The spans that `trace` gives as UTF-8 JSON, made where it holds up nobody. The bytes are the caller's. `undefined`
   * when the trace is unknown, or nothing of it starts in `range`.
   */
  encodeTrace(id: TraceIdWords, form: TraceForm, range?: StartRange): Promise<Uint8Array | undefined>;

  /**
   * A trace to be looked at: whole when it has at most `mostSpans`, else its outline, beside which `encodeTrace` gives the rest by
   * ranges of starts. The bytes are the caller's. `undefined` when the trace is unknown.
   */
  openTrace(id: TraceIdWords, mostSpans: number): Promise<OpenedTrace | undefined>;

  /**
   * Newest traces first, a summary of each. Ends early when the time budget does, also while the store replays, or when its
   * answer becomes too large, and then says so.
   */
  search(query: StoreSearch): Promise<SearchResult>;

  /**
   * Counts all traces that `search` would find without a limit, newest first, by time, duration and what is in them. Ends
   * early as `search` does, and then says so.
   */
  tracesOverview(query: OverviewQuery): Promise<TracesOverviewAnswer>;

  /** As `search`, but each trace with all its spans. */
  encodeSearch(query: StoreSearch, form: TraceForm): Promise<EncodedSearch>;

  /**
   * Rates, errors and latencies of services, or of one service's operations, by the minute. Every finished span counts once, by
   * its sampling weight. Says what it covers: older data may still be summed up, and time may end.
   */
  serviceStatistics(query: StatisticsQuery): Promise<StatisticsAnswer>;

  /** Calls between services, and to databases and brokers that spans name, weighted as the span that was called. */
  serviceEdges(query: SumsQuery): Promise<ServiceEdgesAnswer>;

  /** Counters and sizes for `/metrics` and tests. */
  stats(): StoreStats;

  /** Makes everything appended durable and searchable by the next start, then releases all resources. */
  close(): Promise<void>;
}

/** Spans that start at or after `startMicros` and at or before `endMicros`. */
export interface StartRange {
  readonly startMicros: number;
  readonly endMicros: number;
}

/** A search as the query façades hand it down. */
export interface StoreSearch extends TraceSearch {
  /** Zipkin's façade: names match without regard to case. */
  readonly ignoreCase?: boolean | undefined;
  /**
   * Zipkin's façade: the trace must begin in the range, by its root, else by its earliest span. Spans that start outside
   * the range are not looked at all the same (docs/decisions/0030).
   */
  readonly traceBeginsInRange?: boolean | undefined;
  /** Zipkin's `remoteServiceName`. */
  readonly remoteService?: string | undefined;
}

/** How far a search came. */
export interface SearchExtent {
  /** Everything in the asked range was looked at. */
  readonly complete: boolean;
  /** Everything that starts later was looked at: the start of the range when complete. */
  readonly searchedBackToMicros: number;
}

export interface SearchResult extends SearchExtent {
  readonly traces: readonly TraceSummary[];
}

export interface EncodedSearch extends SearchExtent {
  /** A JSON list of traces in the form asked for, UTF-8. The caller's. */
  readonly traces: Uint8Array;
}

export interface StoreStats {
  readonly appendedBodies: number;
  readonly appendedSpans: number;
  /** Spans converted into the hot table or segments since start, before deduplication. */
  readonly convertedSpans: number;
  /** Bodies refused with `OverloadedError`. */
  readonly refusedBodies: number;
  /** Bytes appended and not yet searchable. */
  readonly backlogBytes: number;
  readonly journalBytes: number;
  readonly segmentBytes: number;
  readonly segments: number;
  readonly spansInSegments: number;
  readonly spansInHotTable: number;
  /** Bodies found in the journal at start and converted again. */
  readonly replayedBodies: number;
  /** Journal frames dropped at start because they were torn (never acknowledged). */
  readonly tornFrames: number;
  /** Places in the journal that are damaged: acknowledged bodies may be lost there. Their bytes are in quarantine. */
  readonly damagedFrames?: number | undefined;
  /** Segments that are damaged and left out; they are in quarantine. */
  readonly damagedSegments?: number | undefined;
  /** Acknowledged bodies that could not be converted since start; they are in quarantine. */
  readonly quarantinedBodies?: number | undefined;
  /** Acknowledged spans too large for any segment since start; they are in quarantine. */
  readonly quarantinedSpans?: number | undefined;
  /** How often the thread that converts ended by itself and was started again. */
  readonly workerRestarts?: number | undefined;
}

/** The store takes no more for now. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError';
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super(`the store is behind; try again in ${retryAfterSeconds} s`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A query of traces or names cannot be answered yet: the store reads its journal again after its worker ended. */
export class ReplayingError extends Error {
  override readonly name = 'ReplayingError';
  readonly retryAfterSeconds: number = 1;
  constructor() {
    super('the store is replaying its journal and cannot see its newest spans yet; try again in 1 s');
  }
}

/** The disk refused a write. `cause` is the system's error. */
export class StorageFailedError extends Error {
  override readonly name = 'StorageFailedError';
  /** `full` for ENOSPC and EDQUOT, `read-only` for EROFS and EACCES, else `failed`. */
  readonly reason: 'full' | 'read-only' | 'failed';
  constructor(message: string, reason: 'full' | 'read-only' | 'failed', cause: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}
