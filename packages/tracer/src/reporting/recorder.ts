import type { SpanRecord } from '@spanwise/wire';

/**
 * Takes the spans of a tracer, one at a time and at once.
 *
 * - Called synchronously inside the application's own `startSpan` and `finish`: return quickly.
 * - `finish` gets every sampled span exactly once, in the order in which they finish. The record is sealed: it may be
 *   kept, and must not be changed. Keeping it keeps its memory; `BatchReporter` encodes and lets go.
 * - `BasicTracer` hands over spans that are not sampled, too, by every method: bit 0 of `flags` tells.
 * - An exception is caught by the tracer, counted in `tracer.stats().recorderErrors`, and logged once a minute; the
 *   other recorders still get the span. So is the rejection of a promise that a method returns; nothing waits for one.
 * - Where the tracer has a `redact`, `finish` and `unfinished` get what that left, and `start` and `discarded` records
 *   without name, tags, logs and messages. A span that it holds back goes to `discarded` in place of `finish`. Records
 *   of one span are then different objects: tell spans by their ids.
 */
export interface Recorder {
  /** A sampled span has started, of a `BasicTracer` any span. Its tags may still change. */
  start?(span: SpanRecord): void;
  /** A sampled span has finished, of a `BasicTracer` any span. */
  finish(record: SpanRecord): void;
  /**
   * A copy of an open span's record, marked `unfinished`, for each call of `tracer.reportUnfinished`. `finish` still
   * gets the span when it ends. A recorder without this method is not told.
   */
  unfinished?(record: SpanRecord): void;
  /**
   * `finish` will not be called for this span that was started: it finished only after the tracer was closed, the
   * tracer's `redact` held it back, or the tag `sampling.priority` 0 was set on it after its start.
   */
  discarded?(span: SpanRecord): void;
}

/** How long a flush or close may take. */
export interface DeadlineOptions {
  /** Whole milliseconds from now, 0 to 2^31 − 1; 5,000 unless given. */
  readonly deadlineMillis?: number;
}

/**
 * A recorder that sends spans somewhere and accounts for each.
 *
 * At every moment `accepted = queued + inFlight + spooled + delivered + handedOff + Σ givenUp[reason]`, and once
 * `close` has settled the first three are zero.
 */
export interface Reporter extends Recorder {
  /**
   * Settles when every span accepted before the call is delivered, handed off or given up, or the deadline passes.
   * Rejects only for a wrong deadline.
   */
  flush(options?: DeadlineOptions): Promise<void>;
  /**
   * Accepts no more, flushes, gives up what is left at the deadline. A second call is the first one's; with a deadline of 0 any call
   * gives up what is left at once, before it returns. Rejects only for a wrong deadline, and then has done nothing.
   */
  close(options?: DeadlineOptions): Promise<void>;
  /** The counts of this moment; see {@link ReporterStats}. */
  stats(): ReporterStats;
}

/** Counts of spans since the reporter was made. A snapshot: it does not change afterwards. */
export interface ReporterStats {
  /** Handed to `finish` and `unfinished`. */
  readonly accepted: number;
  /** Waiting, in the open batch or for (another) export. */
  readonly queued: number;
  /** In requests that have no answer yet. */
  readonly inFlight: number;
  /** On disk, waiting for the backend. */
  readonly spooled: number;
  /** Acknowledged by the backend. */
  readonly delivered: number;
  /** Given to something that acknowledges nothing (UDP, file, console). */
  readonly handedOff: number;
  /** Found in the spool of an earlier process. */
  readonly recovered: number;
  /** Lost, by reason. */
  readonly givenUp: Readonly<Record<string, number>>;
  /** Encoded bytes that are waiting or in flight. */
  readonly heldBytes: number;
}

/** The counts of a reporter that cannot tell. */
export const noReporterStats: ReporterStats = Object.freeze({
  accepted: 0,
  queued: 0,
  inFlight: 0,
  spooled: 0,
  delivered: 0,
  handedOff: 0,
  recovered: 0,
  givenUp: Object.freeze({}),
  heldBytes: 0,
});

/** What a reporter says of itself, as numbers; throws what its getters throw. */
export function reporterStatsOf(given: object): ReporterStats {
  const stats = given as Readonly<Record<string, unknown>>;
  const numbers = Object.keys(noReporterStats).map((name) => [name, typeof stats[name] === 'number' ? stats[name] : 0]);
  const { givenUp } = stats;
  return { ...Object.fromEntries(numbers), givenUp: typeof givenUp === 'object' ? { ...givenUp } : {} };
}

/** Whether a recorder is one that can be flushed and closed. */
export function isReporter(recorder: Recorder): recorder is Reporter {
  const candidate = recorder as Partial<Reporter>;
  return (
    typeof candidate.flush === 'function' &&
    typeof candidate.close === 'function' &&
    typeof candidate.stats === 'function'
  );
}
