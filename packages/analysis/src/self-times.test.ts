import { SpanKind } from '@spanwise/wire';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyTrace, wellNestedTrace } from '../test/random-trace.ts';
import { treeOf } from '../test/trace-fixture.ts';
import type { SpanSketch } from '../test/trace-fixture.ts';
import { selfTimes } from './self-times.ts';

const root = { id: 1, at: [0, 100] } as const;
const child = (id: number, start: number, end: number | undefined, parent = 1): SpanSketch => ({
  id,
  parent,
  at: [start, end],
});

test.each<[name: string, spans: SpanSketch[], rootSelfNanos: number]>([
  ['no children', [root], 100],
  ['apart from each other', [root, child(2, 10, 30), child(3, 50, 60)], 70],
  ['touching', [root, child(2, 10, 30), child(3, 30, 60)], 50],
  ['overlapping', [root, child(2, 10, 50), child(3, 30, 60)], 50],
  ['one inside the other', [root, child(2, 10, 60), child(3, 20, 30), child(4, 55, 70)], 40],
  ['the same twice', [root, child(2, 10, 60), child(3, 10, 60)], 50],
  ['beyond the end', [root, child(2, 90, 150)], 90],
  ['before the start', [{ id: 1, at: [1_000, 1_100] }, child(2, 950, 1_020)], 80],
  ['wholly outside', [root, child(2, 100, 150)], 100],
  ['covering all', [root, child(2, 0, 100)], 0],
  ['covering more than all', [{ id: 1, at: [1_000, 1_100] }, child(2, 0, 5_000)], 0],
  ['an instant', [root, child(2, 50, 50)], 100],
  ['an unfinished child of unknown length', [root, child(2, 50, undefined)], 100],
  ['grandchildren are the child’s business', [root, child(2, 10, 30), child(3, 10, 90, 2)], 80],
])('self time with children: %s', (_, spans, expected) => {
  const tree = treeOf(...spans);
  expect(selfTimes(tree)[tree.roots[0]!]).toBe(expected);
});

test('a consumer that outlives its producer takes nothing from it', () => {
  const tree = treeOf({ ...root, kind: SpanKind.producer }, { ...child(2, 50, 500), kind: SpanKind.consumer });
  expect([...selfTimes(tree)]).toEqual([100, 450]);
});

test('without overlaps self times add up to the root', () => {
  fc.assert(
    fc.property(wellNestedTrace, (sketches) => {
      const tree = treeOf(...sketches);
      expect(selfTimes(tree).reduce((sum, nanos) => sum + nanos, 0)).toBe(sketches[0]!.at![1]);
    }),
    { numRuns: 300 },
  );
});

test('any trace: a self time is at least zero and at most the span', () => {
  fc.assert(
    fc.property(anyTrace, (sketches) => {
      const tree = treeOf(...sketches);
      selfTimes(tree).forEach((nanos, index) => {
        expect(nanos).toBeGreaterThanOrEqual(0);
        expect(nanos).toBeLessThanOrEqual(tree.endOffsetNanos[index]! - tree.startOffsetNanos[index]!);
      });
    }),
  );
});
