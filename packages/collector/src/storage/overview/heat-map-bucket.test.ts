import { heatMapBucketNanos } from '@spanwise/wire/query';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { heatMapBucket } from './heat-map-bucket.ts';

it('puts every duration into the bucket whose bounds hold it', () => {
  fc.assert(
    fc.property(fc.double({ min: 1000, max: 1e15, noNaN: true }), (exact) => {
      const nanos = Math.floor(exact);
      const bucket = heatMapBucket(nanos);
      expect(nanos).toBeGreaterThanOrEqual(heatMapBucketNanos(bucket));
      expect(nanos).toBeLessThan(heatMapBucketNanos(bucket + 1));
    }),
  );
});

it('takes the bound itself, and not the nanosecond before', () => {
  for (let bucket = 1; bucket < 80; bucket++) {
    expect(heatMapBucket(heatMapBucketNanos(bucket))).toBe(bucket);
    expect(heatMapBucket(heatMapBucketNanos(bucket) - 1)).toBe(bucket - 1);
  }
});

it.each([0, -5, 1, 999, Number.NaN])('puts %d ns into the first', (nanos) => {
  expect(heatMapBucket(nanos)).toBe(0);
});
