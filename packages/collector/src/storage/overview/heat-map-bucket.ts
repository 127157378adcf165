import { heatMapBucketNanos } from '@spanwise/wire/query';

/** The bucket that holds a duration; 0 holds all that are shorter than a microsecond, too. */
export function heatMapBucket(nanos: number): number {
  if (!(nanos > 1000)) return 0;
  const guess = Math.floor(Math.log2(nanos / 1000) * 2);
  // The logarithm and the rounding of bounds may be one off.
  if (nanos >= heatMapBucketNanos(guess + 1)) return guess + 1;
  return nanos < heatMapBucketNanos(guess) ? guess - 1 : guess;
}
