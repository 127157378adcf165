import type { ServiceEdge } from '@spanwise/wire/query';
import { describe, expect, it } from 'vitest';

import { dependencyLinks, parseDependencies } from './dependencies.ts';

const edge = (caller: string, callee: string, count: number, errors: number): ServiceEdge => ({
  caller,
  callee,
  calleeKind: 'service',
  count,
  errors,
  durationSumMicros: 0,
  p50Micros: null,
  p95Micros: null,
  p99Micros: null,
  histogram: { buckets: [], counts: [], exemplars: [] },
});

describe("Zipkin's dependencies", () => {
  it('are edges with names in lower case and whole counts', () => {
    const edges = [edge('Shop', 'cart', 1.2, 0.4), edge('shop', 'Cart', 1.4, 0.2), edge('cart', 'DB', 3, 0)];
    expect(dependencyLinks(edges)).toEqual([
      { parent: 'shop', child: 'cart', callCount: 3, errorCount: 1 },
      { parent: 'cart', child: 'db', callCount: 3 },
    ]);
  });

  it('are asked for in milliseconds, of the day before unless told, back to the epoch at most', () => {
    expect(parseDependencies({ endTs: '90000000' }, 0)).toEqual({ startMicros: 3.6e9, endMicros: 9e10 });
    expect(parseDependencies({ endTs: '5', lookback: '2' }, 0)).toEqual({ startMicros: 3000, endMicros: 5000 });
    expect(parseDependencies({ endTs: '5', lookback: '9' }, 0)).toEqual({ startMicros: 0, endMicros: 5000 });
  });
});
