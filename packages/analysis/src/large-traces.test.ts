import { SpanKind, emptyResource, spanRecord } from '@spanwise/wire';
import type { SpanRecord } from '@spanwise/wire';
import { describe, expect, test } from 'vitest';
import { buildTree } from './build-tree.ts';
import { criticalPath } from './critical-path.ts';
import { selfTimes } from './self-times.ts';
import { summarize } from './summarize.ts';
import { textWaterfall } from './text-waterfall.ts';
import type { TraceTree } from './trace-tree.ts';

const resource = { ...emptyResource, serviceName: 'shop' };

/** Latest first, the worst order to sort; ids and parents count from 1. */
function trace(
  count: number,
  parentOf: (id: number) => number,
  at: (id: number) => readonly [number, number],
): SpanRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const id = count - index;
    const [startMicros, endMicros] = at(id);
    const durationNanos = (endMicros - startMicros) * 1000;
    return spanRecord({ spanId1: id, parentId1: parentOf(id), startMicros, durationNanos, resource });
  });
}

/** A depth of 100,000: each span a microsecond shorter than its parent at both ends. */
const chain = trace(
  100_000,
  (id) => id - 1,
  (id) => [id, 300_000 - id],
);
/** 100,000 siblings that touch each other. */
const fan = trace(
  100_001,
  (id) => (id === 1 ? 0 : 1),
  (id) => (id === 1 ? [1, 100_001] : [id - 1, id]),
);
/** 1,000,000 spans, each with ten children one after the other. */
const wide = trace(
  1_000_000,
  (id) => Math.floor((id + 8) / 10),
  (id) => spanOfTen(id),
);
/** 100,000 spans under one id, all naming it as their parent, servers and clients in turn. */
const clash = fan.map((span, index) => ({ ...span, spanId1: 5, parentId1: 5, kind: index % 2 === 0 ? 2 : 3 }) as const);
/** One cycle of 100,000. */
const ring = trace(
  100_000,
  (id) => (id % 100_000) + 1,
  (id) => [id, id + 1],
);

/** 20,000 calls of one root, one after the other, whose servers all go on for longer than their clients, to the root's end. */
const late = fan.slice(-40_001).map((span) => {
  const call = Math.floor(span.spanId1 / 2);
  if (call === 0) return { ...span, durationNanos: 1e9 };
  const kind = span.spanId1 % 2 === 0 ? SpanKind.client : SpanKind.server;
  const parentId1 = kind === SpanKind.client ? 1 : span.spanId1 - 1;
  return {
    ...span,
    parentId1,
    kind,
    startMicros: call * 10,
    durationNanos: kind === SpanKind.client ? 1_000 : 1e8 + call,
  };
});

function spanOfTen(id: number): readonly [number, number] {
  const path: number[] = [];
  for (let at = id; at > 1; at = Math.floor((at + 8) / 10)) path.push((at + 8) % 10);
  let [start, length] = [1, 10_000_000_000];
  for (const step of path.reverse()) {
    length /= 10;
    start += step * length;
  }
  return [start, start + length];
}

function sumOf(tree: TraceTree): number {
  return criticalPath(tree).reduce((sum, segment) => sum + segment.endOffsetNanos - segment.startOffsetNanos, 0);
}

describe('large traces overflow no stack and come out right', { timeout: 120_000 }, () => {
  test('a chain of 100,000', () => {
    const tree = buildTree(chain);
    expect(tree.depth[tree.order.at(-1)!]).toBe(99_999);
    expect(criticalPath(tree)).toHaveLength(199_999);
    expect(sumOf(tree)).toBe(299_998_000);
    expect(selfTimes(tree).reduce((sum, nanos) => sum + nanos, 0)).toBe(299_998_000);
    expect(textWaterfall(tree, { maxSpans: 1_000 })).toContain('… 99000 more spans');
  });

  test('100,000 siblings', () => {
    const tree = buildTree(fan);
    expect(criticalPath(tree)).toHaveLength(100_000);
    expect(selfTimes(tree)[tree.roots[0]!]).toBe(0);
    expect(sumOf(tree)).toBe(100_000_000);
  });

  test('a million spans', () => {
    const tree = buildTree(wide);
    expect(tree.roots).toHaveLength(1);
    expect(tree.subtreeSize[tree.roots[0]!]).toBe(1_000_000);
    expect(sumOf(tree)).toBe(10_000_000_000_000);
    expect(selfTimes(tree).reduce((sum, nanos) => sum + nanos, 0)).toBe(10_000_000_000_000);
    expect(summarize(wide, tree).spanCount).toBe(1_000_000);
  });

  test('20,000 servers that outlast their clients', () => {
    const tree = buildTree(late);
    const path = criticalPath(tree);
    expect(path.reduce((sum, { startOffsetNanos, endOffsetNanos }) => sum + endOffsetNanos - startOffsetNanos, 0)).toBe(
      1e9,
    );
    expect(path.filter(({ index }) => tree.spans[index]!.kind === SpanKind.server)).toHaveLength(20_000);
  });

  test('100,000 spans under one id', () => {
    const tree = buildTree(clash);
    expect(tree.spans).toHaveLength(100_001);
    expect(tree.order).toHaveLength(100_001);
  });

  test('a cycle of 100,000', () => {
    const tree = buildTree(ring);
    expect(tree.roots).toEqual([0]);
    expect(tree.depth[tree.order.at(-1)!]).toBe(99_999);
  });
});
