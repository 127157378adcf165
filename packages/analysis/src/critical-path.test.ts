import { SpanKind, SpanStatus } from '@spanwise/wire';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyTrace } from '../test/random-trace.ts';
import { positionOf, treeOf } from '../test/trace-fixture.ts';
import type { SpanSketch } from '../test/trace-fixture.ts';
import { criticalPath } from './critical-path.ts';
import type { TraceTree } from './trace-tree.ts';

/** `id start–end` of each segment, relative to the trace's start. */
function pathOf(tree: TraceTree, root?: number): string[] {
  return criticalPath(tree, root).map(
    ({ index, startOffsetNanos, endOffsetNanos }) =>
      `${tree.spans[index]!.spanId1} ${startOffsetNanos}–${endOffsetNanos}`,
  );
}

const root = { id: 1, at: [0, 100] } as const;

const cases: readonly (readonly [name: string, spans: readonly SpanSketch[], path: readonly string[]])[] = [
  ['a span alone', [root], ['1 0–100']],
  ['no time at all', [{ id: 1, at: [0, 0] }], []],
  [
    'children one after the other',
    [root, { id: 2, parent: 1, at: [10, 40] }, { id: 3, parent: 1, at: [50, 90] }],
    ['1 0–10', '2 10–40', '1 40–50', '3 50–90', '1 90–100'],
  ],
  [
    'a grandchild',
    [root, { id: 2, parent: 1, at: [20, 80] }, { id: 3, parent: 2, at: [30, 60] }],
    ['1 0–20', '2 20–30', '3 30–60', '2 60–80', '1 80–100'],
  ],
  [
    'siblings that touch are both on it',
    [root, { id: 2, parent: 1, at: [0, 50] }, { id: 3, parent: 1, at: [50, 100] }],
    ['2 0–50', '3 50–100'],
  ],
  [
    'of overlapping children the one that finished last; the other one held nothing up',
    [root, { id: 2, parent: 1, at: [10, 60] }, { id: 3, parent: 1, at: [30, 90] }],
    ['1 0–30', '3 30–90', '1 90–100'],
  ],
  [
    'a child that ended before the overlapping ones began',
    [root, { id: 2, parent: 1, at: [0, 20] }, { id: 3, parent: 1, at: [15, 70] }, { id: 4, parent: 1, at: [30, 90] }],
    ['2 0–20', '1 20–30', '4 30–90', '1 90–100'],
  ],
  [
    'of children that ended together the one that began first',
    [root, { id: 2, parent: 1, at: [40, 90] }, { id: 3, parent: 1, at: [20, 90] }],
    ['1 0–20', '3 20–90', '1 90–100'],
  ],
  [
    'a child that ends after its parent counts up to the parent’s end, and so do its children',
    [root, { id: 2, parent: 1, at: [60, 150] }, { id: 3, parent: 2, at: [80, 140] }],
    ['1 0–60', '2 60–80', '3 80–100'],
  ],
  [
    'a child that starts before its parent counts from the parent’s start',
    [
      { id: 1, at: [500, 600] },
      { id: 2, parent: 1, at: [450, 550] },
      { id: 3, parent: 2, at: [460, 540] },
    ],
    ['3 500–540', '2 540–550', '1 550–600'],
  ],
  [
    'a child outside its parent drops out with everything under it',
    [root, { id: 2, parent: 1, at: [100, 150] }, { id: 3, parent: 2, at: [20, 60] }],
    ['1 0–100'],
  ],
  [
    'instants hold nothing up and stop nothing',
    [
      root,
      { id: 2, parent: 1, at: [50, 50] },
      { id: 3, parent: 1, at: [100, 100] },
      { id: 4, parent: 1, at: [10, 50] },
    ],
    ['1 0–10', '4 10–50', '1 50–100'],
  ],
  [
    'a consumer that outlives its producer',
    [
      root,
      { id: 2, parent: 1, at: [10, 20], kind: SpanKind.producer },
      { id: 3, parent: 2, at: [15, 90], kind: SpanKind.consumer },
    ],
    ['1 0–10', '2 10–20', '1 20–100'],
  ],
  [
    'a span that follows from its parent and outlives it',
    [root, { id: 2, parent: 1, at: [10, 101], followsFrom: 1 }],
    ['1 0–100'],
  ],
  [
    'a span that follows from its parent within it was waited for',
    [root, { id: 2, parent: 1, at: [10, 100], followsFrom: 1 }],
    ['1 0–10', '2 10–100'],
  ],
  [
    'an unfinished root reaches as far as is known',
    [
      { id: 1, at: [0, undefined] },
      { id: 2, parent: 1, at: [30, 70] },
    ],
    ['1 0–30', '2 30–70'],
  ],
];

const { client, server } = SpanKind;
const headers: SpanSketch = { id: 2, parent: 1, at: [10, 20], kind: client };
const body: SpanSketch = { id: 3, parent: 2, at: [12, 80], kind: server };

const lateCases: readonly (readonly [name: string, spans: readonly SpanSketch[], path: readonly string[]])[] = [
  ['a server that goes on after its client', [root, headers, body], ['1 0–10', '2 10–12', '3 12–80', '1 80–100']],
  [
    'and what it does meanwhile, from before its client ended',
    [root, headers, body, { id: 4, parent: 3, at: [15, 70] }],
    ['1 0–10', '2 10–12', '3 12–15', '4 15–70', '3 70–80', '1 80–100'],
  ],
  [
    'not where another child of the caller was at work',
    [root, headers, body, { id: 4, parent: 1, at: [30, 50] }],
    ['1 0–10', '2 10–12', '3 12–30', '4 30–50', '3 50–80', '1 80–100'],
  ],
  [
    'of two the one that ended last, and the other one before its client had ended',
    [
      root,
      headers,
      body,
      { id: 4, parent: 1, at: [30, 40], kind: client },
      { id: 5, parent: 4, at: [31, 90], kind: server },
    ],
    ['1 0–10', '2 10–12', '3 12–30', '4 30–31', '5 31–90', '1 90–100'],
  ],
  ['up to the caller’s end', [root, headers, { ...body, at: [12, 150] }], ['1 0–10', '2 10–12', '3 12–100']],
  [
    'no time after the end of a call that failed',
    [root, { ...headers, status: SpanStatus.error }, body],
    ['1 0–10', '2 10–12', '3 12–20', '1 20–100'],
  ],
  [
    'nor of one that was given up',
    [root, { ...headers, attributes: ['http.aborted', true] }, body],
    ['1 0–10', '2 10–12', '3 12–20', '1 20–100'],
  ],
  [
    'nor of a server that would fit into its client: another clock',
    [root, headers, { ...body, at: [15, 25] }],
    ['1 0–10', '2 10–15', '3 15–20', '1 20–100'],
  ],
  [
    'while one that is longer by a nanosecond has its time',
    [root, headers, { ...body, at: [15, 26] }],
    ['1 0–10', '2 10–15', '3 15–26', '1 26–100'],
  ],
  [
    'nor of one that begins when its client has ended',
    [root, headers, { ...body, at: [20, 80] }],
    ['1 0–10', '2 10–20', '1 20–100'],
  ],
  [
    'nor of another child that outlasts its parent',
    [root, { ...headers, kind: SpanKind.internal }, body],
    ['1 0–10', '2 10–12', '3 12–20', '1 20–100'],
  ],
];

describe('what is on the path', () => {
  test.each([...cases, ...lateCases])('%s', (_, spans, path) => {
    expect(pathOf(treeOf(...spans))).toEqual(path);
  });
});

test('no spans have no path', () => {
  expect(criticalPath(treeOf())).toEqual([]);
});

test('another root, or a span of the tree, can be asked for', () => {
  const tree = treeOf(
    root,
    { id: 2, at: [10, 30] },
    { id: 3, parent: 1, at: [40, 60] },
    { id: 4, parent: 3, at: [50, 60] },
  );
  expect(pathOf(tree, positionOf(tree, 2))).toEqual(['2 10–30']);
  expect(pathOf(tree, positionOf(tree, 3))).toEqual(['3 40–50', '4 50–60']);
});

test('a position that is not in the tree is refused', () => {
  const tree = treeOf(root);
  expect(criticalPath(tree, 0)).toHaveLength(1);
  expect(() => criticalPath(tree, 1)).toThrow(
    new RangeError('rootIndex must be a position among the 1 spans of the tree: was 1'),
  );
  expect(() => criticalPath(tree, -1)).toThrow(RangeError);
});

test('the tree is not changed by walking it', () => {
  const tree = treeOf(root, { id: 2, parent: 1, at: [10, 90] }, { id: 3, parent: 1, at: [20, 30] });
  expect(pathOf(tree)).toEqual(pathOf(tree));
});

test('any trace: the segments are in order, without gap or overlap, inside their spans, and add up to the root', () => {
  fc.assert(
    fc.property(anyTrace, fc.nat(), (sketches, choice) => {
      const tree = treeOf(...sketches);
      if (tree.spans.length === 0) return;
      const from = tree.roots[choice % tree.roots.length]!;
      let cursor = tree.startOffsetNanos[from]!;
      for (const { index, startOffsetNanos, endOffsetNanos } of criticalPath(tree, from)) {
        expect(startOffsetNanos).toBe(cursor);
        expect(endOffsetNanos).toBeGreaterThan(startOffsetNanos);
        expect(startOffsetNanos).toBeGreaterThanOrEqual(tree.startOffsetNanos[index]!);
        expect(endOffsetNanos).toBeLessThanOrEqual(tree.endOffsetNanos[index]!);
        cursor = endOffsetNanos;
      }
      expect(cursor).toBe(tree.endOffsetNanos[from]);
    }),
    { numRuns: 500 },
  );
});
