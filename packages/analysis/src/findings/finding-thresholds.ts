/** From where on a detector speaks: each number is the first that is reported. `defaultThresholds` has the defaults. */
export interface FindingThresholds {
  /**
   * What could be saved by n-plus-one, repeated-call and straggler, or went by until the last attempt of a retry, in milliseconds; default 50. Below, nobody notices the
   * difference. Sentry asks for 50 ms of N+1, too.
   */
  readonly savableMs: number;
  /** A smaller saving counts where it is this part of the root; default 0.1: short requests have their N+1s as well. */
  readonly savableShare: number;
  /** Below this no part of the root counts, in milliseconds; default 5. Ten percent of little is noise. */
  readonly savableFloorMs: number;
  /** Like calls in a row for n-plus-one; default 5, as in Sentry: four are often a fixed set. */
  readonly nPlusOneCalls: number;
  /** Same calls for repeated-call; default 3: the second is often made by another layer, on purpose. */
  readonly repeatedCalls: number;
  /** A call that takes as long is made to wait (long polling, a stream) and no part of a loop; in milliseconds, default 5,000. */
  readonly waitingCallMs: number;
  /**
   * Pause between same calls on average from where on they are a poll, in milliseconds; default 100. The pauses must also be
   * longer than the calls.
   */
  readonly pollPauseMs: number;
  /** Reads in a row for sequential-calls; default 3, as in Sentry. Two are often a lookup and its use. */
  readonly sequentialCalls: number;
  /** What sequential-calls must save, in milliseconds; default 100, as in Sentry. A trace does not show that calls are independent. */
  readonly sequentialSavableMs: number;
  /** And the part of the root; default 0.1. */
  readonly sequentialShare: number;
  /** Longest pause between calls in a row, in milliseconds; default 10: with more, something was made of the answer. */
  readonly sequentialPauseMs: number;
  /** Attempts for retry; default 2. */
  readonly retryAttempts: number;
  /** Like spans side by side that make a fan-out; default 4: of fewer, the median says little. */
  readonly fanOutSpans: number;
  /** A straggler takes this many times the median of the others; default 2. Spark starts a copy of a task at 1.5. */
  readonly stragglerRatio: number;
  /** Wait of a message, in milliseconds; default 100: brokers hand over within some 10, and hosts' clocks differ by some. */
  readonly queueWaitMs: number;
  /**
   * From this wait of a message on nothing is told as saved beside the root, in milliseconds; default 300,000. A trace does not show whether a
   * message was to be delivered later: reminders and second attempts are, and one of an hour would outweigh all faults of a system.
   */
  readonly delayedMessageMs: number;
  /**
   * One wait for a lock, connection or transaction that the trace shows or a tag tells, in milliseconds; default 50: beyond any round trip
   * within a region.
   */
  readonly lockWaitMs: number;
  /**
   * The same where only the duration speaks, of a span that does nothing but wait, such as `BEGIN` or `pg-pool.connect`; default 100. Opening a
   * connection takes some 10 ms, and on a busy machine (a load of 6 on two processors) a `BEGIN` that waited for nobody took up to 70.
   */
  readonly plainWaitMs: number;
  /** Time in an open transaction in which no statement of it ran, in milliseconds; default 100. It must also be half of the transaction. */
  readonly idleTransactionMs: number;
  /** One block of the loop, in milliseconds; default 50: browsers call that a long task, and the probe logs from there. */
  readonly blockedLoopMs: number;
  /**
   * Shorter blocks together, in milliseconds; default 100. They must also be half of the local root: a busy process has many
   * short ones, and comes to everything between them.
   */
  readonly blockedLoopSumMs: number;
  /**
   * Part of the blocked time for which the process must have had a processor, as far as `cpu_ms` of the block's log or `spanwise.cpu_ms`
   * tells; default 0.5. On a machine with too much to do, a process that only waits for its turn looks blocked: measured at a
   * load of 15 on two processors, 13 of 14 such blocks had less. A block that had a processor for `blockedLoopMs` counts as well. With 0
   * every block counts, those of synchronous reads and commands as well.
   */
  readonly blockedLoopCpuShare: number;
  /**
   * How long a process loads and compiles the code that it runs, in milliseconds of work (`spanwise.at_work_ms`); default 5,000. The shop,
   * on two processors with others, is slow for the first two seconds. 0 takes every process for a warm one.
   */
  readonly warmUpMs: number;
  /**
   * One block, or one wait for a connection that only its process tells of, meanwhile, in milliseconds; default 200: what a request needs first is
   * loaded and compiled in less. Shorter blocks together do not count.
   */
  readonly warmUpLeastMs: number;
  /** One stretch in no span, in milliseconds; default 100: application code between calls takes less. */
  readonly uncoveredMs: number;
  /** And its part of the root; default 0.2. */
  readonly uncoveredShare: number;
  /** Disagreement of clocks, in milliseconds; default 10: hosts on NTP are nearer to each other. */
  readonly clockSkewMs: number;
}

/** The defaults of `findFindings`. Why each is what it is stands at `FindingThresholds`. */
export const defaultThresholds: FindingThresholds = Object.freeze({
  savableMs: 50,
  savableShare: 0.1,
  savableFloorMs: 5,
  nPlusOneCalls: 5,
  repeatedCalls: 3,
  waitingCallMs: 5_000,
  pollPauseMs: 100,
  sequentialCalls: 3,
  sequentialSavableMs: 100,
  sequentialShare: 0.1,
  sequentialPauseMs: 10,
  retryAttempts: 2,
  fanOutSpans: 4,
  stragglerRatio: 2,
  queueWaitMs: 100,
  delayedMessageMs: 300_000,
  lockWaitMs: 50,
  plainWaitMs: 100,
  idleTransactionMs: 100,
  blockedLoopMs: 50,
  blockedLoopSumMs: 100,
  blockedLoopCpuShare: 0.5,
  warmUpMs: 5_000,
  warmUpLeastMs: 200,
  uncoveredMs: 100,
  uncoveredShare: 0.2,
  clockSkewMs: 10,
});

/** The defaults with what was given instead; a RangeError for what is no number or below zero. */
export function thresholdsWith(given: Partial<FindingThresholds>): FindingThresholds {
  const thresholds = { ...defaultThresholds, ...withoutUndefined(given) };
  for (const [name, value] of Object.entries(thresholds)) {
    if (!(value >= 0)) throw new RangeError(`${name} must be a number that is not negative: was ${value}`);
  }
  return thresholds;
}

function withoutUndefined(given: Partial<FindingThresholds>): Partial<FindingThresholds> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
