import type { TraceIdWords } from '@spanwise/wire';
import { latencyBucketNanos } from '@spanwise/wire';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { bucketOf, LatencyHistogram, lowestBucket } from './latency-histogram.ts';

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const nanos = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: 0, max: 2 ** 53 }),
  fc.nat(424).map((power) => Math.round(2 ** (power / 8))),
);
const span = fc.record({
  nanos,
  /** Multiples of 2^-20, as weights are. */
  weight: fc.integer({ min: 2 ** 20, max: 2 ** 30 }).map((units) => units / 2 ** 20),
  exemplar: fc.tuple(fc.constant(0), fc.constantFrom(0, 1), word, word) as fc.Arbitrary<TraceIdWords>,
});
const spans = fc.array(span, { maxLength: 60 });

function histogramOf(...parts: { nanos: number; weight: number; exemplar: TraceIdWords }[][]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const { nanos: duration, weight, exemplar } of parts.flat()) histogram.add(duration, weight, exemplar);
  return histogram;
}

function merged(...histograms: LatencyHistogram[]): LatencyHistogram {
  const all = new LatencyHistogram();
  for (const one of histograms) all.merge(one);
  return all;
}

describe('LatencyHistogram', () => {
  it('merges in any order and grouping to what the whole gives, exemplars included', () => {
    fc.assert(
      fc.property(spans, spans, spans, (a, b, c) => {
        const whole = histogramOf(a, b, c).toJSON();
        const [one, two, three] = [histogramOf(a), histogramOf(b), histogramOf(c)];
        expect(merged(one, two, three).toJSON()).toEqual(whole);
        expect(merged(three, one, two).toJSON()).toEqual(whole);
        expect(merged(one, merged(three, two)).toJSON()).toEqual(whole);
      }),
    );
  });

  it('takes out exactly what was added, and comes back from JSON', () => {
    fc.assert(
      fc.property(spans, spans, (a, b) => {
        const rest = LatencyHistogram.of(histogramOf(a, b).toJSON());
        rest.subtract(histogramOf(b));
        const counts = (histogram: LatencyHistogram) => histogram.entries().map(({ bucket, count }) => [bucket, count]);
        expect(counts(rest)).toEqual(counts(histogramOf(a)));
      }),
    );
  });

  it('gives quantiles that are at most 4.4 % wrong', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 2 ** 53 }), { minLength: 1, maxLength: 100 }),
        fc.constantFrom(0, 0.01, 0.5, 0.95, 0.99, 1),
        (durations, quantile) => {
          const histogram = histogramOf(durations.map((one) => ({ nanos: one, weight: 1, exemplar: [0, 0, 0, 1] })));
          durations.sort((a, b) => a - b);
          const exact = durations[Math.max(0, Math.ceil(quantile * durations.length) - 1)] as number;
          expect(Math.abs((histogram.quantile(quantile) as number) - exact) / exact).toBeLessThan(0.044);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('counts weights, also for quantiles', () => {
    const histogram = new LatencyHistogram();
    histogram.add(1000, 1, [0, 0, 0, 1]);
    histogram.add(9000, 3, [0, 0, 0, 2]);
    expect(histogram.count).toBe(4);
    expect(histogram.quantile(0.25)).toBe(latencyBucketNanos(bucketOf(1000)));
    expect(histogram.quantile(0.26)).toBe(latencyBucketNanos(bucketOf(9000)));
    expect(new LatencyHistogram().quantile(0.5)).toBeUndefined();
  });

  it('puts bounds into the bucket that they end, and the next duration into the next', () => {
    for (let power = 1; power <= 52; power++) {
      expect(bucketOf(2 ** power)).toBe(power * 8 - 1);
      expect(bucketOf(2 ** power + 1)).toBeGreaterThan(power * 8 - 1);
      expect(bucketOf(2 ** power - 1)).toBeLessThan(power * 8);
    }
    expect([-7, 0, 1].map(bucketOf)).toEqual([lowestBucket, lowestBucket, lowestBucket]);
    expect(bucketOf(2)).toBe(7);
    expect(bucketOf(2 ** 53)).toBe(423);
    expect(bucketOf(Number.MAX_VALUE)).toBe(423);
  });
});
