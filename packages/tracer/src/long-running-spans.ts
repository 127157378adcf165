import { timersOf } from './internal/check-parts.ts';
import { wholeNumber } from './internal/invalid-option.ts';
import { knownOptions } from './internal/known-options.ts';
import type { Timers } from './timers.ts';
import { longestTimerMillis } from './timers.ts';

/**
 * When spans that are open for long are reported before they finish.
 *
 * The tracer holds the open spans that it watches, so a span that the application forgets to finish is reported, too,
 * and stays in memory until newer ones push it out.
 */
export interface LongRunningSpansOptions {
  /** How long a span is open before it is reported, in whole milliseconds from 1 on. 20,000 unless given. */
  readonly afterMillis?: number;
  /** How long after that it is reported again if it is still open, and so on, in whole milliseconds. 60,000 unless given. */
  readonly everyMillis?: number;
  /**
   * Open spans watched at once. Of more the one that was watched longest is let go, which
   * `tracer.stats().unwatchedSpans` counts. 10,000 unless given.
   */
  readonly maxSpans?: number;
  /** For tests. */
  readonly timers?: Timers;
}

const optionNames: readonly (keyof LongRunningSpansOptions)[] = ['afterMillis', 'everyMillis', 'maxSpans', 'timers'];

/** Fills in the defaults; throws a `TypeError` that shows the value for anything wrong. */
export function checkLongRunningSpans(
  options: LongRunningSpansOptions | undefined,
): Required<LongRunningSpansOptions> | undefined {
  if (options === undefined) return undefined;
  const option = 'createTracer: longRunningSpans';
  knownOptions(option, options, optionNames);
  return {
    afterMillis: wholeNumber(`${option}.afterMillis`, options.afterMillis, 20_000, 1, longestTimerMillis),
    everyMillis: wholeNumber(`${option}.everyMillis`, options.everyMillis, 60_000, 1, longestTimerMillis),
    maxSpans: wholeNumber(`${option}.maxSpans`, options.maxSpans, 10_000, 1),
    timers: timersOf(`${option}.timers`, options.timers),
  };
}
