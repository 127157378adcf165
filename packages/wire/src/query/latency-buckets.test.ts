import { expect, it } from 'vitest';

import { latencyBucketNanos, latencyQuantileNanos } from './latency-buckets.ts';

it('tells a duration that is at most 4.4 % wrong for both ends of a bucket', () => {
  expect(latencyBucketNanos(-1)).toBe(1);
  for (let bucket = 0; bucket < 424; bucket++) {
    const nanos = latencyBucketNanos(bucket);
    for (const end of [2 ** (bucket / 8), 2 ** ((bucket + 1) / 8)])
      expect(Math.abs(nanos - end) / end).toBeLessThan(0.0434);
  }
});

it('tells what a share of all does not exceed', () => {
  const sums = { buckets: [-1, 80, 160], counts: [1, 2, 1] };
  const quantile = (share: number): number | undefined => latencyQuantileNanos(sums, share);
  expect([0, 0.25].map(quantile)).toEqual([1, 1]);
  expect([0.26, 0.75].map(quantile)).toEqual([latencyBucketNanos(80), latencyBucketNanos(80)]);
  expect([0.76, 1].map(quantile)).toEqual([latencyBucketNanos(160), latencyBucketNanos(160)]);
  expect(latencyQuantileNanos({ buckets: [], counts: [] }, 0.5)).toBeUndefined();
});

it('tells the longest of all, whatever weights add up to', () => {
  const counts = [0.1, 0.2, 0.3];
  expect(0.1 + 0.2 + 0.3).toBeGreaterThan(0.6);
  expect(latencyQuantileNanos({ buckets: [1, 2, 3], counts }, 1.0000001)).toBe(latencyBucketNanos(3));
});
