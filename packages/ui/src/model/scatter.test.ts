import { describe, expect, it } from 'vitest';
import type { TraceSummary } from '@spanwise/wire/query';
import { layoutScatter, pointAt } from './scatter.ts';
import { sortTraces } from './trace-order.ts';

const trace = (traceId: string, startMicros: number, durationMicros: number, errorCount = 0): TraceSummary => ({
  traceId,
  rootService: 'shop',
  rootMissing: false,
  rootName: 'GET /',
  startMicros,
  durationMicros,
  spanCount: 3,
  errorCount,
  services: [],
  matchedSpanIds: [],
});
const size = { width: 220, height: 120, padding: { left: 10, right: 10, top: 10, bottom: 10 } };

describe('layoutScatter', () => {
  const { points, durationTicks } = layoutScatter(
    [trace('a', 1000, 1000), trace('b', 2000, 100_000), trace('c', 3000, 10_000)],
    size,
  );

  it('puts time from left to right and duration upwards, a decade apart each', () => {
    expect(points.map(({ x }) => x)).toEqual([10, 110, 210]);
    expect(points.map(({ y }) => y)).toEqual([110, 10, 60]);
  });

  it('has a tick at every decade', () => {
    expect(durationTicks.map(({ micros }) => micros)).toEqual([1000, 10_000, 100_000]);
  });

  it('finds the nearest point within reach only', () => {
    expect(pointAt(points, 112, 12, 12)?.trace.traceId).toBe('b');
    expect(pointAt(points, 160, 35, 12)).toBeUndefined();
  });

  it('takes one trace, none, and a duration of zero', () => {
    for (const traces of [[], [trace('a', 5, 0)], [trace('a', 5, 7)]]) {
      for (const { x, y } of layoutScatter(traces, size).points)
        expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
    }
  });
});

describe('sortTraces', () => {
  const traces = [trace('old', 1, 50, 2), trace('new', 9, 10), trace('middle', 5, 50, 0)];
  const ids = (order: Parameters<typeof sortTraces>[1]): string[] =>
    sortTraces(traces, order).map(({ traceId }) => traceId);

  it('sorts, equal ones newest first, and leaves the answer as it is', () => {
    expect(ids('newest')).toEqual(['new', 'middle', 'old']);
    expect(ids('longest')).toEqual(['middle', 'old', 'new']);
    expect(ids('errors')).toEqual(['old', 'new', 'middle']);
    expect(traces[0]?.traceId).toBe('old');
  });
});
