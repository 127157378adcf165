/** The shortest duration of a bucket, in nanoseconds: two buckets for each doubling, from a microsecond on. */
export function bucketNanos(bucket: number): number {
  return Math.round(2 ** (bucket / 2) * 1000);
}

/** The bucket that holds a duration; 0 holds all that are shorter than a microsecond, too. */
export function heatMapBucket(nanos: number): number {
  if (!(nanos > 1000)) return 0;
  const guess = Math.floor(Math.log2(nanos / 1000) * 2);
  // The logarithm and the rounding of bounds may be one off.
  if (nanos >= bucketNanos(guess + 1)) return guess + 1;
  return nanos < bucketNanos(guess) ? guess - 1 : guess;
}
