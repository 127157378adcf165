import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { heatMapBucketNanos, heatMapColumn, heatMapColumnStart } from './heat-map-cells.ts';

it('starts each column at the first microsecond that it counts', () => {
  const extents = fc.record({
    startMicros: fc.integer({ min: 0, max: 2e15 }),
    lengthMicros: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 3e12 })),
    columns: fc.integer({ min: 1, max: 200 }),
  });
  fc.assert(
    fc.property(extents, fc.nat(), ({ startMicros, lengthMicros, columns }, at) => {
      const extent = { startMicros, endMicros: startMicros + lengthMicros, columns };
      const column = at % columns;
      const [first, end] = [heatMapColumnStart(column, extent), heatMapColumnStart(column + 1, extent)];
      expect(end).toBeGreaterThanOrEqual(first);
      for (const micros of [first - 1, first, end - 1, end]) {
        if (micros < startMicros || micros > extent.endMicros) continue;
        expect(heatMapColumn(micros, extent) === column).toBe(micros >= first && micros < end);
      }
    }),
  );
});

it('shares a length out that columns do not divide', () => {
  const extent = { startMicros: 1000, endMicros: 11_000, columns: 6 };
  expect(Array.from({ length: 7 }, (_, column) => heatMapColumnStart(column, extent))).toEqual([
    1000, 2667, 4334, 6000, 7667, 9334, 11_001,
  ]);
});

it('counts what is beyond either end in the column there', () => {
  const extent = { startMicros: 1000, endMicros: 2000, columns: 10 };
  expect([0, 999, 1000, 2000, 2001, 9000].map((micros) => heatMapColumn(micros, extent))).toEqual([0, 0, 0, 9, 9, 9]);
});

it('has buckets of two to a doubling, the first from nothing on', () => {
  expect([-1, 0, 1, 2, 20].map(heatMapBucketNanos)).toEqual([0, 0, 1414, 2000, 1_024_000]);
});
