import { BackwardWalk } from './backward-walk.ts';
import type { CriticalPathSegment } from './backward-walk.ts';
import { mainRoot } from './main-root.ts';
import type { TraceTree } from './trace-tree.ts';

export type { CriticalPathSegment } from './backward-walk.ts';

/**
 * What the root (default: `mainRoot`) waited for: from its end backwards, always the child that finished last before the
 * point reached, then that child's children, and the span itself where no child fits. The segments are in order, do not
 * overlap, leave no gap, and so add up to the root's duration; segments of length zero are left out.
 *
 * Children count only as far as they lie inside their parent, and detached ones not at all. A child that ends
 * exactly where the next one starts is on the path.
 *
 * A client's span may end with the headers of the answer, while its server goes on with the body: where the caller would have to explain
 * the time by itself, the path is in that server instead. It must be longer than its client, which did not fail. Takes O(n log n) for n spans of the subtree at worst; no depth overflows a stack.
 *
 * Throws a RangeError when `rootIndex` is not a position in the tree. The tree of no spans has an empty path.
 */
export function criticalPath(tree: TraceTree, rootIndex: number = mainRoot(tree)): CriticalPathSegment[] {
  if (tree.spans.length === 0) return [];
  if (tree.spans[rootIndex] === undefined) {
    throw new RangeError(
      `rootIndex must be a position among the ${tree.spans.length} spans of the tree: was ${rootIndex}`,
    );
  }
  return new BackwardWalk(tree).from(rootIndex);
}
