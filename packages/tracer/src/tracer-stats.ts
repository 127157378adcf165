import type { ReporterStats } from './reporting/recorder.ts';

/**
 * Counts since the tracer was made. At every moment `started = unsampled + open + finished`, and the recorders were
 * given `finished + unfinishedReports − discarded − redactionDrops − redactionErrors` records.
 */
export interface TracerStats {
  /** Spans started, recorded or not. */
  readonly started: number;
  /** Started and not recorded. They count nowhere else. */
  readonly unsampled: number;
  /** Recorded and not finished. Spans that the application forgot stay here. */
  readonly open: number;
  /** Recorded and finished. */
  readonly finished: number;
  /** Of the finished ones, those that no recorder got: after `close`, or after `sampling.priority` 0. */
  readonly discarded: number;
  /** Copies of open spans' records that were made, by `reportUnfinished` or because the spans were open for long. */
  readonly unfinishedReports: number;
  /** Open spans that are not watched for being open long any more, because there were too many. */
  readonly unwatchedSpans: number;
  /** Records, of finished spans and of open ones, that `redact` dropped. No recorder got them. */
  readonly redactionDrops: number;
  /** Records, of finished spans and of open ones, held back because `redact` failed. No recorder got them. */
  readonly redactionErrors: number;
  /** Calls on spans that were finished already: second `finish`, tags, logs. */
  readonly lateCalls: number;
  /** Objects of tags or fields, parents and references that threw when they were read, and times that are none. */
  readonly argumentErrors: number;
  /** Tags that did not fit the limits. */
  readonly droppedTags: number;
  /** Logs that did not fit the limits. */
  readonly droppedLogs: number;
  /** Fields of logs that did not fit the limits. */
  readonly droppedLogFields: number;
  /** References that did not fit the limits. */
  readonly droppedLinks: number;
  /** Values of tags and fields, names and messages that were cut, and values that lost members or levels. */
  readonly cutValues: number;
  /** Items that did not fit the limits of baggage: set, read from a carrier, or not written into one. */
  readonly droppedBaggageItems: number;
  /**
   * Calls that set `sampling.priority`, to whatever value, on a span after its start. They decide for what comes after
   * them; contexts that have travelled before keep the decision they had.
   */
  readonly latePriorities: number;
  /**
   * Scopes whose `close` came too early, because another one was open above; each counts once, however often it was called.
   * 0 when the scope manager does not count them.
   */
  readonly ignoredCloses: number;
  /** Exceptions from the sampler, its `close` included, and decisions that are none; those spans were not sampled. */
  readonly samplerErrors: number;
  /** Exceptions from the id source; those spans have ids from the system's generator. */
  readonly idErrors: number;
  /** Exceptions from recorders, rejections of what they return among them. */
  readonly recorderErrors: number;
  /** Exceptions from the runtime probe. */
  readonly probeErrors: number;
  /** Carriers that were no objects, or threw. */
  readonly carrierErrors: number;
  /** Headers, and fields of text maps, that were there and could not be read. */
  readonly malformedHeaders: number;
  /** Binary carriers that held bytes which are no context. */
  readonly malformedBytes: number;
  /** Of the recorders that are reporters, in their order. */
  readonly reporters: readonly ReporterStats[];
}
