import { spanRecord } from '@spanwise/wire';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortByStart } from './sort-by-start.ts';
import { compareStarts } from './span-times.ts';

/** Starts within a few microseconds, unknown ones, and such as are too far apart to be packed into one number. */
const starts = fc.oneof(
  fc.tuple(fc.integer({ min: 1_000, max: 1_004 }), fc.integer({ min: 0, max: 999 })),
  fc.constant([0, 0] as const),
  fc.constantFrom([5, 1] as const, [2 ** 53 - 1, 999] as const, [0, 1] as const),
);

test('any starts come out as a stable sort would put them', () => {
  fc.assert(
    fc.property(fc.array(starts), (times) => {
      const spans = times.map(([startMicros, startNanos], at) => spanRecord({ startMicros, startNanos, spanId1: at }));
      const ids = (list: readonly { spanId1: number }[]): number[] => list.map(({ spanId1 }) => spanId1);
      expect(ids(sortByStart(spans))).toEqual(ids([...spans].sort(compareStarts)));
    }),
    { numRuns: 500 },
  );
});

test('sorted spans are not copied', () => {
  const spans = [spanRecord({ startMicros: 1 }), spanRecord({ startMicros: 1 }), spanRecord({ startMicros: 2 })];
  expect(sortByStart(spans)).toBe(spans);
});
