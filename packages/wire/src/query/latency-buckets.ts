import type { LatencyBuckets } from './messages.ts';

/**
 * Buckets to a doubling in `LatencyBuckets`, OpenTelemetry's scale 3: what a bucket says of its durations is at most 4.4 % wrong.
 * (OpenTelemetry specification, "Metrics Data Model", "Exponential Histogram".)
 */
export const latencyBucketsPerDoubling = 8;

/** The duration that is least wrong for any in a bucket, in nanoseconds; 1 for the one of all that took no longer. */
export function latencyBucketNanos(bucket: number): number {
  if (bucket < 0) return 1;
  const low = 2 ** (bucket / latencyBucketsPerDoubling);
  const high = 2 ** ((bucket + 1) / latencyBucketsPerDoubling);
  return (2 * low * high) / (low + high);
}

/**
 * The duration that the share `quantile` of all does not exceed, in nanoseconds, at most 4.4 % wrong; `undefined` of none. Buckets
 * are in order.
 */
export function latencyQuantileNanos(
  { buckets, counts }: Pick<LatencyBuckets, 'buckets' | 'counts'>,
  quantile: number,
): number | undefined {
  const rank = quantile * counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  // Sums of weights are not exact: the last bucket may stay below the rank of all.
  const at = counts.findIndex((count) => (below += count) >= rank);
  const bucket = buckets.at(at);
  return bucket === undefined ? undefined : latencyBucketNanos(bucket);
}
