import { latencyQuantileNanos } from '@spanwise/wire';
import type { LatencyBuckets, LatencySums } from '@spanwise/wire/query';

/** Sums of many, with percentiles as the collector tells them: of the merged histogram. */
export function mergeSums(parts: readonly LatencySums[]): LatencySums {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const histogram = mergeBuckets(parts.map((part) => part.histogram));
  return {
    count: total(parts.map(({ count }) => count)),
    errors: total(parts.map(({ errors }) => errors)),
    durationSumMicros: total(parts.map(({ durationSumMicros }) => durationSumMicros)),
    p50Micros: percentileMicros(histogram, 0.5),
    p95Micros: percentileMicros(histogram, 0.95),
    p99Micros: percentileMicros(histogram, 0.99),
    histogram,
  };
}

function mergeBuckets(histograms: readonly LatencyBuckets[]): LatencyBuckets {
  const merged = new Map<number, { count: number; exemplar: string }>();
  for (const { buckets, counts, exemplars } of histograms) {
    for (const [at, bucket] of buckets.entries()) {
      const held = merged.get(bucket);
      merged.set(bucket, {
        count: (held?.count ?? 0) + counts[at]!,
        exemplar: held?.exemplar ?? exemplars[at]!,
      });
    }
  }
  const sorted = [...merged].sort(([a], [b]) => a - b);
  return {
    buckets: sorted.map(([bucket]) => bucket),
    counts: sorted.map(([, { count }]) => count),
    exemplars: sorted.map(([, { exemplar }]) => exemplar),
  };
}

function percentileMicros(histogram: LatencyBuckets, quantile: number): number | null {
  const nanos = latencyQuantileNanos(histogram, quantile);
  return nanos === undefined ? null : nanos / 1000;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
