import { describe, expect, it } from 'vitest';
import { mergeSums } from './latency-sums.ts';
import { sumsOf } from './testing/sums-of.ts';

describe('merged sums', () => {
  it('are one part itself, and add up several', () => {
    const one = sumsOf(3, { errors: 1, bucket: 80 });
    expect(mergeSums([one])).toBe(one);
    const merged = mergeSums([one, sumsOf(1, { bucket: 160 }), sumsOf(2, { bucket: 80 })]);
    expect(merged).toMatchObject({ count: 6, errors: 1 });
    expect(merged.histogram).toMatchObject({ buckets: [80, 160], counts: [5, 1] });
  });

  it('have the percentiles of all of their calls', () => {
    // Bucket 80 ends at 2^10.125 ns, bucket 160 at 2^20.125 ns.
    const { p50Micros, p95Micros } = mergeSums([sumsOf(19, { bucket: 80 }), sumsOf(1, { bucket: 160 })]);
    expect(p50Micros).toBeCloseTo(1.07, 2);
    expect(p95Micros).toBe(p50Micros);
    expect(mergeSums([sumsOf(18, { bucket: 80 }), sumsOf(2, { bucket: 160 })]).p95Micros).toBeCloseTo(1094, -1);
    expect(mergeSums([sumsOf(1, { bucket: -1 }), sumsOf(1, { bucket: -1 })]).p50Micros).toBe(0.001);
    expect(mergeSums([])).toMatchObject({ count: 0, p50Micros: null });
  });
});
