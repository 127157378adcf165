import { invalidOption, wholeNumber } from '../internal/invalid-option.ts';
import { knownOptions } from '../internal/known-options.ts';
import { longestTimerMillis } from '../timers.ts';

/** When to try again, and for how long. */
export interface RetryOptions {
  /** Upper end of the first wait; it doubles with every failure in a row. 500 unless given. */
  readonly initialDelayMillis?: number;
  /** No wait is longer, but for what `Retry-After` asks. 30,000 unless given. */
  readonly maxDelayMillis?: number;
  /** A longer `Retry-After` is cut to this. 300,000 unless given. */
  readonly maxRetryAfterMillis?: number;
  /** A batch is given up when it has failed for this long. 300,000 unless given; 0 never retries. */
  readonly giveUpAfterMillis?: number;
}

const retryNames: readonly (keyof RetryOptions)[] = [
  'initialDelayMillis',
  'maxDelayMillis',
  'maxRetryAfterMillis',
  'giveUpAfterMillis',
];

export type RetryPolicy = Required<RetryOptions>;

/** Fills in the defaults; throws a `TypeError` for what is not a whole number of milliseconds. */
export function checkRetry(option: string, retry: RetryOptions | undefined): RetryPolicy {
  if (retry !== undefined) knownOptions(option, retry, retryNames, '{ giveUpAfterMillis: 60_000 }');
  const delay = (name: keyof RetryOptions, fallback: number, least: number): number =>
    wholeNumber(`${option}.${name}`, retry?.[name], fallback, least, longestTimerMillis);
  const initialDelayMillis = delay('initialDelayMillis', 500, 1);
  const maxDelayMillis = delay('maxDelayMillis', 30_000, 1);
  if (maxDelayMillis < initialDelayMillis) {
    throw invalidOption(
      `${option}.maxDelayMillis`,
      maxDelayMillis,
      `must not be below initialDelayMillis (${initialDelayMillis})`,
    );
  }
  return {
    initialDelayMillis,
    maxDelayMillis,
    maxRetryAfterMillis: delay('maxRetryAfterMillis', 300_000, 0),
    giveUpAfterMillis: wholeNumber(`${option}.giveUpAfterMillis`, retry?.giveUpAfterMillis, 300_000, 0),
  };
}

/**
 * How long to wait after the `failures`th failure in a row (1 is the first): exponential with full jitter, so that a
 * thousand processes do not come back to a restarted backend in step. What the backend asked for is a lower bound.
 */
export function backOffMillis(
  policy: RetryPolicy,
  failures: number,
  retryAfterMillis: number | undefined,
  random: () => number,
): number {
  const ceiling = Math.min(policy.maxDelayMillis, policy.initialDelayMillis * 2 ** Math.min(failures - 1, 30));
  const jittered = random() * ceiling;
  return Math.max(jittered, Math.min(retryAfterMillis ?? 0, policy.maxRetryAfterMillis));
}
