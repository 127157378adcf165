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

function percentileMicros({ buckets, counts }: LatencyBuckets, quantile: number): number | null {
  const rank = quantile * total(counts);
  let below = 0;
  for (const [at, bucket] of buckets.entries()) {
    below += counts[at]!;
    if (below >= rank) return durationMicros(bucket);
  }
  return null;
}

/** The duration that is least wrong for any in the bucket. */
function durationMicros(bucket: number): number {
  if (bucket < 0) return 1e-3;
  const [low, high] = [2 ** (bucket / 8), 2 ** ((bucket + 1) / 8)];
  return (2 * low * high) / (low + high) / 1000;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
