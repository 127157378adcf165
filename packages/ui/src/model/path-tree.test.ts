import { array, assert, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flameBoxes, flameLayout, flameNodeAt } from './flame-layout.ts';
import { graphInView, graphLayout, graphPlace } from './graph-layout.ts';
import { markedNodes, nodeAway, pathTree } from './path-tree.ts';
import type { PathTree } from './path-tree.ts';
import { sixSpans, traceOf } from './testing/trace-of.ts';
import type { TraceModel } from './trace-model.ts';

const all = { focus: -1 };

function namesOf(model: TraceModel, tree: PathTree): string[] {
  return Array.from(tree.longest, (index, node) => `${'·'.repeat(tree.depth[node]!)}${model.tree.spans[index]!.name}`);
}

const randomTrace = array(
  tuple(integer({ min: 0, max: 60 }), integer({ min: 0, max: 3 }), integer({ min: 0, max: 90 })),
  {
    minLength: 1,
    maxLength: 60,
  },
).map((links) =>
  traceOf(
    ...links.map(([link, name, duration], at) => ({
      id: at + 1,
      parent: at === 0 ? 0 : link % (at + 1),
      start: at,
      duration,
      name: `n${name}`,
    })),
  ),
);

describe('the tree of paths', () => {
  const model = sixSpans();
  const tree = pathTree(model, all);

  it('takes like siblings together', () => {
    expect(namesOf(model, tree)).toEqual(['POST /checkout', '·POST /orders', '··SELECT item', '··charge', '·send']);
    expect([...tree.count]).toEqual([1, 1, 2, 1, 1]);
    expect([...tree.subtreeSize]).toEqual([5, 3, 1, 1, 1]);
    expect([...tree.nodeOf]).toEqual([0, 1, 2, 2, 3, 4]);
    expect([...tree.errorCount]).toEqual([0, 0, 0, 1, 0]);
    expect(tree.maxDepth).toBe(3);
  });

  it('keeps one operation under different parents apart', () => {
    const twice = traceOf(
      { id: 1, start: 0, duration: 90, name: 'root' },
      { id: 2, parent: 1, start: 1, duration: 9, name: 'a' },
      { id: 3, parent: 1, start: 20, duration: 9, name: 'b' },
      { id: 4, parent: 2, start: 2, duration: 5, name: 'query' },
      { id: 5, parent: 3, start: 21, duration: 5, name: 'query' },
      { id: 6, parent: 1, start: 40, duration: 9, name: 'a' },
      { id: 7, parent: 6, start: 41, duration: 5, name: 'query' },
    );
    const paths = pathTree(twice, all);
    expect(namesOf(twice, paths)).toEqual(['root', '·a', '··query', '·b', '··query']);
    expect([...paths.count]).toEqual([1, 2, 2, 1, 1]);
  });

  it('holds what is in focus, and what is picked out with what is above it', () => {
    expect(namesOf(model, pathTree(model, { focus: 1 }))).toEqual(['POST /orders', '·SELECT item', '·charge']);
    const only = Uint8Array.from([0, 0, 0, 1, 0, 0]);
    expect(namesOf(model, pathTree(model, { focus: -1, only }))).toEqual([
      'POST /checkout',
      '·POST /orders',
      '··SELECT item',
    ]);
  });

  it('sums to the self time of the trace, whatever the trace', () => {
    assert(
      property(randomTrace, (random) => {
        const paths = pathTree(random, all);
        const roots = [...paths.workNanos].filter((_, node) => paths.parent[node] === -1);
        const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
        expect(sum(roots)).toBe(sum(random.selfNanos));
        expect(sum(paths.count)).toBe(random.count);
        for (let node = 0; node < paths.size; node++) expect(paths.parent[node]).toBeLessThan(node);
      }),
      { numRuns: 60 },
    );
  });

  it('marks the nodes of marked spans', () => {
    expect([...markedNodes(tree, Uint8Array.from([0, 0, 0, 1, 0, 0]))!]).toEqual([0, 0, 1, 0, 0]);
    expect(markedNodes(tree, undefined)).toBeUndefined();
  });

  it('is walked by parent, child and sibling', () => {
    expect(nodeAway(tree, -1, 'next')).toBe(0);
    expect(nodeAway(tree, 0, 'child')).toBe(1);
    expect(nodeAway(tree, 2, 'child')).toBe(2);
    expect(nodeAway(tree, 1, 'next')).toBe(4);
    expect(nodeAway(tree, 4, 'next')).toBe(4);
    expect(nodeAway(tree, 4, 'previous')).toBe(1);
    expect(nodeAway(tree, 1, 'previous')).toBe(1);
    expect(nodeAway(tree, 3, 'parent')).toBe(1);
    expect(nodeAway(tree, 0, 'parent')).toBe(0);
  });

  it('takes a chain of 20,000 levels', () => {
    const chain = traceOf(
      ...Array.from({ length: 20_000 }, (_, at) => ({ id: at + 1, parent: at, start: at, duration: 20_000 - at })),
    );
    expect(pathTree(chain, all).maxDepth).toBe(20_000);
  });
});

describe('the flame graph', () => {
  const model = sixSpans();
  const tree = pathTree(model, all);
  const layout = flameLayout(tree);

  it('makes a node as wide as its work, and children no wider than their parent', () => {
    assert(
      property(randomTrace, (random) => {
        const paths = pathTree(random, all);
        const { left, totalNanos } = flameLayout(paths);
        for (let node = 0; node < paths.size; node++) {
          const above = paths.parent[node]!;
          const [from, to] = above === -1 ? [0, totalNanos] : [left[above]!, left[above]! + paths.workNanos[above]!];
          expect(left[node]).toBeGreaterThanOrEqual(from);
          expect(left[node]! + paths.workNanos[node]!).toBeLessThanOrEqual(to);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('shows the whole, or one node with all above it as wide as the picture', () => {
    const whole = flameBoxes(tree, layout, -1, 1000, 0, 9);
    expect(whole.map(({ node }) => node)).toEqual([0, 1, 2, 3, 4]);
    expect(whole[0]).toEqual({ node: 0, x: 0, width: 1000, above: false });
    const zoomed = flameBoxes(tree, layout, 1, 1000, 0, 9);
    expect(zoomed.map(({ node, above }) => [node, above])).toEqual([
      [0, true],
      [1, false],
      [2, false],
      [3, false],
    ]);
    expect(zoomed[1]).toMatchObject({ x: 0, width: 1000 });
    expect(zoomed[2]!.width).toBeCloseTo((200 / 600) * 1000);
  });

  it('draws only the levels and widths that are seen', () => {
    expect(flameBoxes(tree, layout, -1, 1000, 1, 2).map(({ node }) => node)).toEqual([1, 4]);
    expect(flameBoxes(tree, layout, -1, 1, 0, 9).map(({ node }) => node)).toEqual([0, 1]);
  });

  it('finds the node at a point', () => {
    const boxes = flameBoxes(tree, layout, -1, 1000, 0, 9);
    expect(flameNodeAt(boxes, tree.depth, 5, 0)).toBe(0);
    expect(flameNodeAt(boxes, tree.depth, boxes[3]!.x + 1, 2)).toBe(3);
    expect(flameNodeAt(boxes, tree.depth, 999, 2)).toBe(-1);
  });
});

describe('the trace graph', () => {
  const tree = pathTree(sixSpans(), all);
  const layout = graphLayout(tree);
  const measures = { nodeWidth: 100, nodeHeight: 20, columnGap: 40, rowGap: 10 };

  it('puts levels in columns and parents in the middle of their children', () => {
    expect([...layout.row]).toEqual([1.25, 0.5, 0, 1, 2]);
    expect(layout.rows).toBe(3);
    expect(graphPlace(tree, layout, measures, 3)).toEqual({ x: 280, y: 30 });
  });

  it('keeps the parent of many near the first of them', () => {
    const many = traceOf(
      { id: 1, start: 0, duration: 900 },
      ...Array.from({ length: 20 }, (_, at) => ({ id: at + 2, parent: 1, start: at, duration: 1 })),
    );
    expect(graphLayout(pathTree(many, all)).row[0]).toBe(3);
  });

  it('puts no two nodes on one place', () => {
    assert(
      property(randomTrace, (random) => {
        const paths = pathTree(random, all);
        const { row } = graphLayout(paths);
        const lastRow = new Map<number, number>();
        for (let node = 0; node < paths.size; node++) {
          const before = lastRow.get(paths.depth[node]!);
          if (before !== undefined) expect(row[node]! - before).toBeGreaterThanOrEqual(1);
          lastRow.set(paths.depth[node]!, row[node]!);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('draws the nodes in view and the edges that cross it', () => {
    expect(graphInView(tree, layout, measures, { left: 0, top: 0, width: 50, height: 500 })).toEqual({
      nodes: [0],
      edges: [],
    });
    const right = graphInView(tree, layout, measures, { left: 290, top: 25, width: 50, height: 20 });
    expect(right.nodes).toEqual([3]);
    const middle = graphInView(tree, layout, measures, { left: 105, top: 0, width: 30, height: 500 });
    expect(middle).toEqual({ nodes: [], edges: [1, 4] });
  });
});
