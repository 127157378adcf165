import type { TraceModel } from './trace-model.ts';
import { shownSpans } from './visible-rows.ts';
import type { RowChoice } from './visible-rows.ts';

/**
 * The trace with spans of the same path (service and operation of the span and of all above it) taken together. Arrays
 * are indexed by node; nodes stand in pre-order, so a subtree is a run of nodes, and siblings stand by first start.
 */
export interface PathTree {
  readonly size: number;
  /** -1 for a root. */
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  /** Nodes in the subtree, the node itself included. */
  readonly subtreeSize: Int32Array;
  readonly maxDepth: number;
  /** Spans of the node, how long they took together, and what of that was their own. */
  readonly count: Int32Array;
  readonly totalNanos: Float64Array;
  readonly selfNanos: Float64Array;
  /** Self time of the node and of all under it: what ran side by side counts as often as it ran. */
  readonly workNanos: Float64Array;
  readonly errorCount: Int32Array;
  /** The longest span of the node. */
  readonly longest: Int32Array;
  /** Node of each span of the trace, -1 for spans that are left out. */
  readonly nodeOf: Int32Array;
}

/** Takes the spans together that have a row without any folding. One pass over the spans, one over the nodes. */
export function pathTree(model: TraceModel, choice: Pick<RowChoice, 'focus' | 'only'>): PathTree {
  const spans = shownSpans(model.tree, choice);
  const found = findNodes(model, spans);
  const order = preOrder(found.parent);
  const place = new Int32Array(order.length);
  for (const [at, node] of order.entries()) place[node] = at;
  const nodeOf = found.nodeOf.map((node) => (node === -1 ? -1 : place[node]!));
  const parent = Int32Array.from(order, (node) => (found.parent[node] === -1 ? -1 : place[found.parent[node]!]!));
  return { size: order.length, parent, nodeOf, ...shapeOf(parent), ...sumSpans(model, spans, nodeOf, parent) };
}

function findNodes(model: TraceModel, spans: Int32Array): { parent: number[]; nodeOf: Int32Array } {
  const { tree, serviceOf } = model;
  const nodeOf = new Int32Array(tree.spans.length).fill(-1);
  const parent: number[] = [];
  const nodes = new Map<string, number>();
  for (const index of spans) {
    const above = nodeOf[tree.parent[index]!] ?? -1;
    const key = `${above} ${serviceOf[index]} ${tree.spans[index]!.name}`;
    let node = nodes.get(key);
    if (node === undefined) {
      node = parent.push(above) - 1;
      nodes.set(key, node);
    }
    nodeOf[index] = node;
  }
  return { parent, nodeOf };
}

/** Nodes come with parents before children; children stay in the order in which they came. */
function preOrder(parent: readonly number[]): Int32Array {
  const firstChild = new Int32Array(parent.length + 1).fill(-1);
  const nextSibling = new Int32Array(parent.length).fill(-1);
  // The roots' list hangs on the last element.
  for (let node = parent.length - 1; node >= 0; node--) {
    const above = parent[node] === -1 ? parent.length : parent[node]!;
    nextSibling[node] = firstChild[above]!;
    firstChild[above] = node;
  }
  const order = new Int32Array(parent.length);
  const stack: number[] = [firstChild[parent.length]!];
  for (let visited = 0; stack.length > 0;) {
    const node = stack.pop()!;
    if (node === -1) continue;
    order[visited++] = node;
    stack.push(nextSibling[node]!, firstChild[node]!);
  }
  return order;
}

function shapeOf(parent: Int32Array): Pick<PathTree, 'depth' | 'subtreeSize' | 'maxDepth'> {
  const depth = new Int32Array(parent.length);
  const subtreeSize = new Int32Array(parent.length).fill(1);
  let maxDepth = 0;
  for (let node = 0; node < parent.length; node++) {
    depth[node] = parent[node] === -1 ? 0 : depth[parent[node]!]! + 1;
    maxDepth = Math.max(maxDepth, depth[node]! + 1);
  }
  for (let node = parent.length - 1; node >= 0; node--) {
    if (parent[node] !== -1) subtreeSize[parent[node]!]! += subtreeSize[node]!;
  }
  return { depth, subtreeSize, maxDepth };
}

type Sums = Pick<PathTree, 'count' | 'totalNanos' | 'selfNanos' | 'workNanos' | 'errorCount' | 'longest'>;

function sumSpans(model: TraceModel, spans: Int32Array, nodeOf: Int32Array, parent: Int32Array): Sums {
  const { tree } = model;
  const durationOf = (index: number): number => tree.endOffsetNanos[index]! - tree.startOffsetNanos[index]!;
  const size = parent.length;
  const [count, errorCount, longest] = [new Int32Array(size), new Int32Array(size), new Int32Array(size).fill(-1)];
  const [totalNanos, selfNanos] = [new Float64Array(size), new Float64Array(size)];
  for (const index of spans) {
    const node = nodeOf[index]!;
    count[node]!++;
    errorCount[node]! += model.error[index]!;
    totalNanos[node]! += durationOf(index);
    selfNanos[node]! += model.selfNanos[index]!;
    if (longest[node] === -1 || durationOf(index) > durationOf(longest[node]!)) longest[node] = index;
  }
  const workNanos = selfNanos.slice();
  for (let node = size - 1; node >= 0; node--) {
    if (parent[node] !== -1) workNanos[parent[node]!]! += workNanos[node]!;
  }
  return { count, totalNanos, selfNanos, workNanos, errorCount, longest };
}

/** Marks of the nodes of which at least one span is marked. */
export function markedNodes({ nodeOf, size }: PathTree, marks: Uint8Array | undefined): Uint8Array | undefined {
  if (marks === undefined) return undefined;
  const marked = new Uint8Array(size);
  for (let index = 0; index < marks.length; index++) {
    if (marks[index] === 1 && nodeOf[index] !== -1) marked[nodeOf[index]!] = 1;
  }
  return marked;
}

/** To the parent, the first child, a sibling, or to the node above or below in a list of all. */
export type NodeMove = 'parent' | 'child' | 'previous' | 'next' | 'above' | 'below';

/** The node to which a key leads; the same one where there is none. Without a node any move enters at the first. */
export function nodeAway(tree: PathTree, node: number, move: NodeMove): number {
  if (node === -1) return tree.size === 0 ? -1 : 0;
  if (move === 'above' || move === 'below') {
    return Math.min(tree.size - 1, Math.max(0, node + (move === 'above' ? -1 : 1)));
  }
  const above = tree.parent[node]!;
  if (move === 'parent') return above === -1 ? node : above;
  if (move === 'child') return tree.subtreeSize[node]! > 1 ? node + 1 : node;
  if (move === 'next') {
    const next = node + tree.subtreeSize[node]!;
    return next < tree.size && tree.parent[next] === above ? next : node;
  }
  let before = node;
  for (let at = above + 1; at < node; at += tree.subtreeSize[at]!) before = at;
  return before;
}
