import { groupByParent } from './children.ts';
import type { TraceTree } from './trace-tree.ts';

type TreeShape = Pick<TraceTree, 'depth' | 'order' | 'subtreeSize'>;

/** Walks the forest once in pre-order with a stack of its own, then sums subtrees from the leaves up. */
export function shapeOf(parent: Int32Array, roots: readonly number[]): TreeShape {
  const depth = new Int32Array(parent.length);
  const order = preOrder(parent, roots, depth);
  const subtreeSize = new Int32Array(parent.length).fill(1);
  for (let step = order.length - 1; step >= 0; step--) {
    const index = order[step]!;
    if (parent[index]! >= 0) subtreeSize[parent[index]!]! += subtreeSize[index]!;
  }
  return { depth, order, subtreeSize };
}

function preOrder(parent: Int32Array, roots: readonly number[], depth: Int32Array): Int32Array {
  const { offsets, positions } = groupByParent(parent);
  const order = new Int32Array(parent.length);
  const stack = new Int32Array(parent.length);
  let height = 0;
  let visited = 0;
  for (let at = roots.length - 1; at >= 0; at--) stack[height++] = roots[at]!;
  while (height > 0) {
    const index = stack[--height]!;
    order[visited++] = index;
    for (let at = offsets[index + 1]! - 1; at >= offsets[index]!; at--) {
      const child = positions[at]!;
      depth[child] = depth[index]! + 1;
      stack[height++] = child;
    }
  }
  return order;
}
