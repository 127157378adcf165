/**
 * What was found in a trace, with the facts that a sentence about it needs: `describeFinding` has the English one. Positions
 * are those of `TraceTree.spans`; durations end in `Nanos`, except for `savableMs`.
 */
export type Finding = { readonly [Kind in FindingKind]: FindingOf<Kind> }[FindingKind];

/**
 * - `n-plus-one`: one call after the other that differ in their values only; one call for all of them would do.
 * - `repeated-call`: a service asked for the same thing again; the first answer could be kept.
 * - `sequential-calls`: reads in a row that could run side by side.
 * - `retry`: the same call again because it failed or timed out.
 * - `time-out`: a call that was given up after a wait.
 * - `straggler`: of calls side by side, the few that all the others had to wait for.
 * - `queue-wait`: a message lay in a queue.
 * - `lock-wait`: a wait for a lock, a connection, or somebody else's transaction.
 * - `idle-transaction`: a transaction was held open while no statement of it ran; others may have waited for it.
 * - `blocked-event-loop`: code that gave nothing else a turn held up the path.
 * - `uncovered-time`: time on the path that is in no span, and that nothing above explains.
 * - `error-origin`: where an error began, and how far up it came.
 * - `clock-trouble`: clocks of hosts disagree so far that times between them mean little.
 */
export type FindingKind = keyof FindingFacts;

/** One kind of `Finding`. */
export interface FindingOf<Kind extends FindingKind> {
  /** What sort of fault it is; `FindingKind` says what each means. */
  readonly kind: Kind;
  /** Position of the span whose duration `savableMs` is a part of: the root, or the detached span, above the evidence. */
  readonly root: number;
  /**
   * Position of the span that it is about, one of `evidence`: where an error began, the consumer of a message, the span that waited, the
   * request whose loop was blocked, the span whose clock is off most; of several calls the first. No two findings of one kind are
   * about the same span, so kind and subject name a finding, and whoever shows a single span of it shows this one. `subjectId` has its id.
   */
  readonly subject: number;
  /** Positions of the spans that show it, in the order of their starts, `subject` anywhere among them. `evidenceIds` has their ids. */
  readonly evidence: readonly number[];
  /**
   * Milliseconds by which the root would end sooner without it: counted on the root's critical path where that is possible,
   * no moment twice, never more than the root's duration, `wait-beside-path` excepted. Findings of one trace may share time: do
   * not add them up.
   */
  readonly savableMs: number;
  /** How `savableMs` was computed; `describeSaving` has the sentence. */
  readonly savableHow: SavableHow;
  /** Part of the root's duration that is spent in it on the critical path, 0–1. */
  readonly share: number;
  /** `high`: three tenths of the root's duration or more could be saved, or the root failed. `medium`: a twentieth. */
  readonly severity: Severity;
  /** What a sentence about it needs. */
  readonly facts: FindingFacts[Kind];
}

/** How much a finding matters to the root it is counted on. */
export type Severity = 'high' | 'medium' | 'low';

/**
 * - `all-but-longest`: the calls' time on the path, less the longest: what is left when they are one call, or side by side.
 * - `all-but-first`: the calls' time on the path from the first answer on.
 * - `until-last-attempt`: time on the path from the start of the first attempt to that of the last: attempts and pauses.
 * - `behind-the-others`: time on the path after the end of the others.
 * - `whole-wait`: all of the wait that is on the path; what is left of it when the cause is gone is not known. Of a wait for a lock no
 *   more than until what ran beside it ends.
 * - `blocked-on-path`: time on the path within the process while its loop was blocked.
 * - `wait-beside-path`: the wait itself, however long the root took: the root did not wait, what comes of the message did.
 * - `nothing`: it costs no time that could be counted.
 */
export type SavableHow =
  | 'all-but-longest'
  | 'all-but-first'
  | 'until-last-attempt'
  | 'behind-the-others'
  | 'whole-wait'
  | 'blocked-on-path'
  | 'wait-beside-path'
  | 'nothing';

/** An operation of a service. */
export interface OperationFacts {
  /** Empty when the spans name none. */
  readonly serviceName: string;
  /** The operation as the span has it. */
  readonly spanName: string;
}

/** Calls that are like each other. */
export interface CallsFacts extends OperationFacts {
  /** How many there are. */
  readonly count: number;
  /** Of all of them, on the path or not. */
  readonly totalNanos: number;
  /** Of the longest of them. */
  readonly longestNanos: number;
}

/** The facts of each kind of finding. */
export interface FindingFacts {
  /** Those of the calls; `spanName` is that of the first. */
  'n-plus-one': CallsFacts;
  /** Those of the calls; `spanName` is that of the first. */
  'repeated-call': CallsFacts;
  /** `spanName` is that of the first call, `serviceName` the caller's. */
  'sequential-calls': CallsFacts & {
    /** Different operations among the calls, in their order. */ readonly spanNames: readonly string[];
  };
  /** The operation is the one that was tried. */
  retry: OperationFacts & {
    /** Attempts in all, the last ones included. */
    readonly attempts: number;
    /** Calls that these were the attempts of. */
    readonly calls: number;
    readonly timedOut: number;
    /** Calls of which the last attempt failed, too. */
    readonly givenUp: number;
  };
  /** Those of the spans that were given up. */
  'time-out': CallsFacts;
  /** The operation is that of the first straggler. */
  straggler: OperationFacts & {
    /** Calls side by side, stragglers included. */
    readonly count: number;
    readonly stragglers: number;
    readonly longestNanos: number;
    /** Of them without the slowest quarter. */
    readonly medianNanos: number;
  };
  /** `serviceName` and `spanName` are the consumer's. */
  'queue-wait': OperationFacts & {
    readonly producerName: string;
    /** Empty when the spans do not say. */
    readonly destination: string;
    readonly count: number;
    readonly longestNanos: number;
  };
  /** Those of the spans that waited; the durations are those of the waits. */
  'lock-wait': CallsFacts & {
    readonly waitsFor: 'connection' | 'lock' | 'transaction';
    /** Who held it, where the trace shows that; empty otherwise. */
    readonly holderName: string;
  };
  /** The operation is the one that held the transaction open. */
  'idle-transaction': OperationFacts & {
    readonly count: number;
    readonly idleNanos: number;
    readonly openNanos: number;
  };
  /** The operation is the local root that was blocked longest, of those that may have done it where there are any. */
  'blocked-event-loop': OperationFacts & {
    /**
     * A call of the operation was under way when its longest block began, so that other work of the process is likely to have
     * blocked it.
     */
    readonly byOthers: boolean;
    /** As far as it is known when: the newest eight blocks of a local root have logs. */
    readonly blockedNanos: number;
    /** Of a single block; 0 when no log tells. */
    readonly longestNanos: number;
  };
  /** The operation is the span that the time is in. */
  'uncovered-time': OperationFacts & {
    readonly nanos: number;
    /** Stretches that it consists of. */
    readonly count: number;
    /** What began where the longest stretch ended: it may have been waited for. Empty at the span's end. */
    readonly nextName: string;
  };
  /** The operation is the one in which the error began. */
  'error-origin': OperationFacts & {
    /** Spans in which it began: like ones count together. */
    readonly count: number;
    /** Type and message, as far as they were recorded. */
    readonly message: string;
    /** Spans above that failed with it. */
    readonly spread: number;
    /** Other services among them, nearest first. */
    readonly services: readonly string[];
    readonly reachedRoot: boolean;
  };
  /** The operation is one of those whose clock is off. */
  'clock-trouble': OperationFacts & {
    /** Of the parent that its times do not fit to; the own service for a clock that ran backwards. */
    readonly parentServiceName: string;
    readonly count: number;
    readonly largestNanos: number;
  };
}
