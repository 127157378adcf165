import { SpanKind, SpanStatus, spanRecord } from '@spanwise/wire';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyTrace } from '../test/random-trace.ts';
import { epochMicros, idsOf, parentsOf, positionOf, sketch, treeOf, warningsOf } from '../test/trace-fixture.ts';
import { buildTree } from './build-tree.ts';
import { correctClockSkew } from './clock-skew.ts';

describe('shape', () => {
  test('no spans make an empty tree', () => {
    const tree = buildTree([]);
    expect(tree.roots).toEqual([]);
    expect(tree.order).toHaveLength(0);
    expect(tree.warnings).toEqual([]);
  });

  test('spans that arrive in any order are sorted by start and walked in pre-order', () => {
    const tree = treeOf(
      { id: 4, parent: 2, at: [30, 40] },
      { id: 3, parent: 1, at: [50, 60] },
      { id: 2, parent: 1, at: [10, 45] },
      { id: 1, at: [0, 100] },
    );
    expect(idsOf(tree, tree.spans.keys())).toEqual([1, 2, 4, 3]);
    expect(idsOf(tree, tree.order)).toEqual([1, 2, 4, 3]);
    expect([...tree.depth]).toEqual([0, 1, 2, 1]);
    expect([...tree.subtreeSize]).toEqual([4, 2, 1, 1]);
    expect(parentsOf(tree)).toEqual({ 1: 0, 2: 1, 3: 1, 4: 2 });
    expect(warningsOf(tree)).toEqual([]);
  });

  test('siblings with one start keep the order in which they came', () => {
    const tree = treeOf({ id: 1, at: [0, 9] }, { id: 3, parent: 1 }, { id: 2, parent: 1 });
    expect(idsOf(tree, tree.order)).toEqual([1, 3, 2]);
  });

  test('several roots are walked one after the other, by start', () => {
    const tree = treeOf({ id: 2, at: [5, 9] }, { id: 1, at: [0, 9] }, { id: 3, parent: 2, at: [6, 7] });
    expect(idsOf(tree, tree.roots)).toEqual([1, 2]);
    expect(idsOf(tree, tree.order)).toEqual([1, 2, 3]);
  });

  test('ids that differ in the high word only are different', () => {
    const root = spanRecord({ spanId0: 1, spanId1: 5, startMicros: 1 });
    const child = spanRecord({ spanId0: 2, spanId1: 5, parentId0: 1, parentId1: 5, startMicros: 2 });
    const stray = spanRecord({ spanId0: 3, spanId1: 6, parentId0: 0, parentId1: 5, startMicros: 3 });
    const tree = buildTree([root, child, stray]);
    expect([...tree.parent]).toEqual([-1, 0, -1]);
  });

  test('64-bit and 128-bit trace ids of one trace are one trace', () => {
    const spans = [sketch({ id: 1 }), { ...sketch({ id: 2, parent: 1 }), traceId0: 99 }];
    expect(parentsOf(buildTree(spans))).toEqual({ 1: 0, 2: 1 });
  });

  test('the array given stays as it is', () => {
    const spans = [sketch({ id: 2, at: [9, 10] }), sketch({ id: 1, at: [0, 1] })];
    buildTree(spans);
    expect(spans.map((span) => span.spanId1)).toEqual([2, 1]);
  });
});

describe('what is odd', () => {
  test('an orphan becomes a root and keeps its children', () => {
    const tree = treeOf({ id: 1 }, { id: 2, parent: 99, at: [1, 5] }, { id: 3, parent: 2, at: [2, 3] });
    expect(parentsOf(tree)).toEqual({ 1: 0, 2: 0, 3: 2 });
    expect(warningsOf(tree)).toEqual(['orphan 2']);
  });

  test('a span that is its own parent becomes a root', () => {
    const tree = treeOf({ id: 1, parent: 1 });
    expect(parentsOf(tree)).toEqual({ 1: 0 });
    expect(warningsOf(tree)).toEqual(['cycle 1']);
  });

  test('a cycle is cut at its earliest span; what hangs on it stays', () => {
    const tree = treeOf(
      { id: 1, parent: 3, at: [2, 3] },
      { id: 2, parent: 1, at: [1, 9] },
      { id: 3, parent: 2, at: [4, 5] },
      { id: 4, parent: 3, at: [5, 6] },
    );
    expect(parentsOf(tree)).toEqual({ 2: 0, 3: 2, 1: 3, 4: 3 });
    expect(warningsOf(tree)).toContain('cycle 2');
  });

  test('two cycles are cut apart from each other', () => {
    const tree = treeOf({ id: 1, parent: 2 }, { id: 2, parent: 1 }, { id: 3, parent: 4 }, { id: 4, parent: 3 });
    expect(tree.warnings.filter(({ kind }) => kind === 'cycle')).toHaveLength(2);
    expect(tree.roots).toHaveLength(2);
  });

  test('spans with one id are all kept; children hang on the first', () => {
    const tree = treeOf(
      { id: 1, at: [0, 100] },
      { id: 2, parent: 1, at: [10, 20], name: 'first' },
      { id: 2, parent: 1, at: [30, 40], name: 'second' },
      { id: 3, parent: 2, at: [31, 32] },
    );
    expect(tree.spans).toHaveLength(4);
    expect(tree.spans[tree.parent[positionOf(tree, 3)]!]!.name).toBe('first');
    expect(tree.warnings).toEqual([{ kind: 'duplicate-id', index: 2, relatedIndex: 1, nanos: 0 }]);
  });

  test('an unknown start is shown at the parent’s, and at the trace’s for a root', () => {
    const unknown = { startMicros: 0, startNanos: 0 };
    const tree = treeOf({ id: 1, at: [5_000, 9_000] }, { id: 2, parent: 1, ...unknown }, { id: 3, ...unknown });
    expect(tree.startOffsetNanos[positionOf(tree, 2)]).toBe(tree.startOffsetNanos[positionOf(tree, 1)]);
    expect(tree.startOffsetNanos[positionOf(tree, 3)]).toBe(0);
    expect(tree.originMicros).toBe(epochMicros + 5);
    expect(warningsOf(tree)).toEqual(expect.arrayContaining(['unknown-start 2', 'unknown-start 3']));
  });

  test('a trace without any start is still shown', () => {
    const tree = buildTree([spanRecord({ spanId1: 1, durationNanos: 7 })]);
    expect(tree.originMicros).toBe(0);
    expect(tree.endOffsetNanos[0]).toBe(7);
  });

  test('a negative duration is shown as zero', () => {
    const tree = treeOf({ id: 1, at: [10, 3] });
    expect(tree.endOffsetNanos[0]).toBe(tree.startOffsetNanos[0]);
    expect(tree.warnings).toEqual([{ kind: 'negative-duration', index: 0, relatedIndex: -1, nanos: -7 }]);
  });

  test('an unfinished span reaches to the end of its last child, through unfinished ones', () => {
    const tree = treeOf(
      { id: 1, at: [0, undefined] },
      { id: 2, parent: 1, at: [10, undefined] },
      { id: 3, parent: 2, at: [20, 50] },
      { id: 4, parent: 1, at: [12, 15] },
    );
    expect([...tree.endOffsetNanos]).toEqual([50, 50, 15, 50]);
    expect(warningsOf(tree)).toEqual(['unfinished 1', 'unfinished 2']);
  });

  test('a record that says it is unfinished is warned about although it has a duration', () => {
    expect(warningsOf(treeOf({ id: 1, at: [0, 5], unfinished: true }))).toEqual(['unfinished 1']);
  });
});

describe('clock skew', () => {
  test('a start one millisecond before the parent’s is none, one nanosecond more is', () => {
    const parent = { id: 1, at: [5_000_000, 9_000_000] } as const;
    expect(warningsOf(treeOf(parent, { id: 2, parent: 1, at: [4_000_000, 4_500_000] }))).toEqual([]);
    const tree = treeOf(parent, { id: 2, parent: 1, at: [3_999_999, 4_500_000] });
    expect(tree.warnings).toEqual([{ kind: 'clock-skew', index: 0, relatedIndex: 1, nanos: 1_000_001 }]);
    expect(tree.startOffsetNanos[0]).toBe(999);
  });

  test('a server that starts after its client ended', () => {
    const client = { id: 1, at: [0, 5_000_000], kind: SpanKind.client } as const;
    const server = { id: 2, parent: 1, kind: SpanKind.server, service: 'other' } as const;
    expect(warningsOf(treeOf(client, { ...server, at: [6_000_000, 8_000_000] }))).toEqual([]);
    expect(treeOf(client, { ...server, at: [6_000_001, 8_000_000] }).warnings).toEqual([
      { kind: 'clock-skew', index: 1, relatedIndex: 0, nanos: 1_000_001 },
    ]);
  });

  test('an unknown start is not skewed', () => {
    const tree = treeOf({ id: 1, at: [5_000_000, 9_000_000] }, { id: 2, parent: 1, startMicros: 0, startNanos: 0 });
    expect(warningsOf(tree)).toEqual(['unknown-start 2']);
  });
});

describe('a child outside its parent', () => {
  const parent = { id: 1, at: [0, 100e6] } as const;
  const outside = (nanos: number) => [{ kind: 'outside-parent', index: 1, relatedIndex: 0, nanos }];

  test('ends more than 1 ms after it in one service, more than 50 ms in another', () => {
    const child = { id: 2, parent: 1 } as const;
    expect(warningsOf(treeOf(parent, { ...child, at: [50e6, 101e6] }))).toEqual([]);
    expect(treeOf(parent, { ...child, at: [50e6, 101e6 + 1] }).warnings).toEqual(outside(1e6 + 1));
    const other = { ...child, service: 'other' };
    expect(warningsOf(treeOf(parent, { ...other, at: [50e6, 150e6] }))).toEqual([]);
    expect(treeOf(parent, { ...other, at: [50e6, 150e6 + 1] }).warnings).toEqual(outside(50e6 + 1));
  });

  test('may lie behind it as a whole', () => {
    const tree = treeOf(parent, { id: 2, parent: 1, at: [150e6, 160e6] });
    expect(tree.warnings).toEqual(outside(60e6));
  });

  test('is no wonder when nobody waits for it: a consumer, what it began, a span that follows from its parent', () => {
    const late = { id: 2, parent: 1, at: [50e6, 900e6] } as const;
    const producer = { ...parent, kind: SpanKind.producer };
    expect(warningsOf(treeOf(producer, { ...late, kind: SpanKind.consumer }))).toEqual([]);
    expect(warningsOf(treeOf(parent, { ...late, kind: SpanKind.consumer }))).toEqual([]);
    expect(warningsOf(treeOf({ ...parent, kind: SpanKind.consumer }, late))).toEqual([]);
    expect(warningsOf(treeOf(parent, { ...late, followsFrom: 1 }))).toEqual([]);
    expect(warningsOf(treeOf(parent, { ...late, followsFrom: 9 }))).toEqual(['outside-parent 2']);
  });

  test('comes after skew, as warnings are listed by kind', () => {
    const late = { id: 2, parent: 1, at: [50e6, 900e6] } as const;
    const early = { id: 3, parent: 1, at: [-9e6, 9e6] } as const;
    expect(warningsOf(treeOf(parent, late, early, { ...late, id: 4 }))).toEqual([
      'clock-skew 3',
      'outside-parent 2',
      'outside-parent 4',
    ]);
  });

  test('is compared with its own parent, not with those above', () => {
    const tree = treeOf(parent, { id: 2, parent: 1, at: [50e6, 300e6] }, { id: 3, parent: 2, at: [60e6, 290e6] });
    expect(warningsOf(tree)).toEqual(['outside-parent 2']);
  });

  test.each([
    ['the parent has not ended', { id: 1, at: [0, undefined] } as const, { at: [50e6, 900e6] } as const],
    ['the parent was reported before its end', { ...parent, unfinished: true }, { at: [50e6, 900e6] } as const],
    ['the parent’s clock ran backwards', { id: 1, at: [0, -1e6] } as const, { at: [50e6, 900e6] } as const],
    ['the child has not ended', parent, { at: [50e6, undefined] } as const],
    ['the child’s start was not sent', parent, { startMicros: 0, startNanos: 0, at: [0, 900e6] as const }],
  ])('is not known when %s', (_, above, child) => {
    expect(warningsOf(treeOf(above, { id: 2, parent: 1, ...child }))).not.toContain('outside-parent 2');
  });

  test('is no wonder of a server whose client ends with the headers of the answer', () => {
    const call = { ...parent, kind: SpanKind.client };
    const answer = { id: 2, parent: 1, at: [5e6, 400e6], kind: SpanKind.server, service: 'other' } as const;
    expect(warningsOf(treeOf(call, answer))).toEqual([]);
    expect(warningsOf(treeOf({ ...call, status: SpanStatus.error }, answer))).toEqual(['outside-parent 2']);
    expect(warningsOf(treeOf({ ...call, attributes: ['http.aborted', 'true'] }, answer))).toEqual(['outside-parent 2']);
    expect(warningsOf(treeOf(call, { ...answer, at: [70e6, 160e6] }))).toEqual(['outside-parent 2']);
  });

  test('is told as skew where clocks differ, and by itself once they are corrected', () => {
    const call = { ...parent, kind: SpanKind.client, status: SpanStatus.error };
    const tree = treeOf(call, { id: 2, parent: 1, at: [-50e6, 150e6], kind: SpanKind.server, service: 'other' });
    expect(warningsOf(tree)).toEqual(['clock-skew 2']);
    expect(warningsOf(correctClockSkew(tree).tree)).toEqual(['outside-parent 2', 'clock-corrected 2']);
  });
});

describe('Zipkin’s shared spans', () => {
  const client = { id: 2, parent: 1, at: [10, 90], kind: SpanKind.client, service: 'front' } as const;
  const server = { id: 2, parent: 1, at: [20, 80], kind: SpanKind.server, shared: true, service: 'back' } as const;
  const root = { id: 1, at: [0, 100], service: 'front' } as const;

  test('the server half is the child of the client half, without a warning', () => {
    const tree = treeOf(root, server, client);
    expect([...tree.parent]).toEqual([-1, 0, 1]);
    expect(tree.spans[2]!.kind).toBe(SpanKind.server);
    expect(warningsOf(tree)).toEqual([]);
  });

  test('so it is when the server clock is ahead and its half sorts first', () => {
    const tree = treeOf(root, { ...server, at: [5, 70] }, client);
    expect(tree.spans[1]!.kind).toBe(SpanKind.server);
    expect([...tree.parent]).toEqual([-1, 2, 0]);
    expect(warningsOf(tree)).toEqual([]);
  });

  test('so it is when the mark is missing', () => {
    const tree = treeOf(root, { ...server, shared: false }, client);
    expect([...tree.parent]).toEqual([-1, 0, 1]);
    expect(warningsOf(tree)).toEqual([]);
  });

  test('a child goes to the half that ran in its own service', () => {
    const tree = treeOf(
      root,
      client,
      server,
      { id: 3, parent: 2, at: [30, 40], service: 'back' },
      { id: 4, parent: 2, at: [50, 60], service: 'front' },
      { id: 5, parent: 2, at: [61, 62], service: 'elsewhere' },
    );
    const kindAbove = (id: number): number => tree.spans[tree.parent[positionOf(tree, id)]!]!.kind;
    expect([3, 4, 5].map(kindAbove)).toEqual([SpanKind.server, SpanKind.client, SpanKind.client]);
  });

  test('a server half alone hangs on the parent that it names, or is an orphan', () => {
    expect(parentsOf(treeOf(root, server))).toEqual({ 1: 0, 2: 1 });
    const tree = treeOf({ ...server, parent: 0 });
    expect(warningsOf(tree)).toEqual(['orphan 2']);
  });

  test('two servers that answered one client both hang on it', () => {
    const tree = treeOf(root, client, server, { ...server, at: [30, 70], service: 'other' });
    expect([...tree.parent]).toEqual([-1, 0, 1, 1]);
    expect(warningsOf(tree)).toEqual([]);
  });
});

describe('detached spans', () => {
  const producer = { id: 1, at: [0, 100], kind: SpanKind.producer } as const;

  test('a consumer under a producer is one as soon as it ends after it', () => {
    const consumer = { id: 2, parent: 1, kind: SpanKind.consumer } as const;
    expect([...treeOf(producer, { ...consumer, at: [50, 100] }).detached]).toEqual([0, 0]);
    expect([...treeOf(producer, { ...consumer, at: [50, 101] }).detached]).toEqual([0, 1]);
  });

  test('so is a span that follows from its parent, and not one that follows from another', () => {
    const parent = { id: 1, at: [0, 100] } as const;
    expect([...treeOf(parent, { id: 2, parent: 1, followsFrom: 1, at: [50, 101] }).detached]).toEqual([0, 1]);
    expect([...treeOf(parent, { id: 2, parent: 1, followsFrom: 9, at: [50, 101] }).detached]).toEqual([0, 0]);
  });

  test('an unfinished parent does not reach to the end of a consumer', () => {
    const tree = treeOf(
      { ...producer, at: [0, undefined] },
      { id: 2, parent: 1, at: [5, 10] },
      { id: 3, parent: 1, at: [6, 60], kind: SpanKind.consumer },
    );
    expect(tree.endOffsetNanos[0]).toBe(10);
    expect([...tree.detached]).toEqual([0, 0, 1]);
  });
});

test('any trace: every span is in the tree once, under its parent, with its subtree behind it', () => {
  fc.assert(
    fc.property(anyTrace, (sketches) => {
      const tree = treeOf(...sketches);
      expect([...tree.order].sort((left, right) => left - right)).toEqual([...tree.spans.keys()]);
      expect(tree.roots.reduce((sum, root) => sum + tree.subtreeSize[root]!, 0)).toBe(tree.spans.length);
      const rank = new Map(Array.from(tree.order, (index, step) => [index, step]));
      for (const index of tree.order) {
        const above = tree.parent[index]!;
        expect(tree.depth[index]).toBe(above < 0 ? 0 : tree.depth[above]! + 1);
        if (above < 0) continue;
        const distance = rank.get(index)! - rank.get(above)!;
        expect(distance).toBeGreaterThan(0);
        expect(distance + tree.subtreeSize[index]!).toBeLessThanOrEqual(tree.subtreeSize[above]!);
      }
    }),
  );
});
