import { wholeNumber } from '../internal/invalid-option.ts';
import { knownOptions } from '../internal/known-options.ts';
import type { DeadlineOptions } from './recorder.ts';
import { longestTimerMillis } from '../timers.ts';

const defaultMillis = 5000;

/**
 * The deadline of a flush or close, in milliseconds; 5,000 unless given.
 *
 * @throws TypeError for other options, and unless it is a whole number from 0 to 2^31 − 1; the message begins with `method`
 */
export function checkDeadline(method: string, options: DeadlineOptions): number {
  knownOptions(method, options, ['deadlineMillis'], '{ deadlineMillis: 2000 }');
  const { deadlineMillis } = options;
  return wholeNumber(`${method}: deadlineMillis`, deadlineMillis, defaultMillis, 0, longestTimerMillis);
}
