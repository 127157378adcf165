import { SpanKind } from '@spanwise/wire';
import * as fc from 'fast-check';
import type { SpanSketch } from './trace-fixture.ts';

/**
 * Any trace at all: forward, backward and own parents, absent parents, shared ids, skewed, zero, negative and missing
 * durations, every kind, follows_from.
 */
export const anyTrace: fc.Arbitrary<SpanSketch[]> = fc
  .array(
    fc.record({
      id: fc.integer({ min: 1, max: 25 }),
      parent: fc.integer({ min: 0, max: 30 }),
      start: fc.integer({ min: -50, max: 5_000 }),
      length: fc.option(fc.integer({ min: -20, max: 3_000 }), { nil: undefined }),
      kind: fc.constantFrom(...Object.values(SpanKind)),
      shared: fc.boolean(),
      follows: fc.boolean(),
      service: fc.constantFrom('a', 'b', 'c'),
    }),
    { maxLength: 40 },
  )
  .map((spans) =>
    spans.map(({ start, length, follows, ...rest }) => ({
      ...rest,
      at: [start, length === undefined ? undefined : start + length] as const,
      ...(follows ? { followsFrom: rest.parent } : {}),
    })),
  );

/** A trace in which children lie inside their parents one after the other: no overlap, gaps allowed. */
export const wellNestedTrace: fc.Arbitrary<SpanSketch[]> = fc
  .tuple(fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { maxLength: 40 }), fc.integer({ min: 0, max: 1_000_000 }))
  .map(([choices, rootLength]) => nest(choices, rootLength));

function nest(choices: readonly (readonly [number, number, number])[], rootLength: number): SpanSketch[] {
  const spans: { id: number; parent: number; at: readonly [number, number] }[] = [];
  /** Where the next child of each span may start. */
  const free: number[] = [];
  const add = (parent: number, at: readonly [number, number]): void => {
    spans.push({ id: spans.length + 1, parent, at });
    free.push(at[0]);
  };
  add(0, [0, rootLength]);
  for (const [who, gap, length] of choices) {
    const parent = who % spans.length;
    const room = spans[parent]!.at[1] - free[parent]!;
    const start = free[parent]! + (room === 0 ? 0 : gap % room);
    const left = spans[parent]!.at[1] - start;
    const end = start + (left === 0 ? 0 : length % (left + 1));
    free[parent] = end;
    add(parent + 1, [start, end]);
  }
  return spans;
}
