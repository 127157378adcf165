import { groupByParent } from './children.ts';
import type { Children } from './children.ts';
import { mainRoot } from './main-root.ts';
import type { TraceTree } from './trace-tree.ts';

/**
 * A stretch of time in which this span, and none of its children, held up the end of the root. Offsets are nanoseconds
 * since `TraceTree.originMicros`.
 */
export interface CriticalPathSegment {
  /** Position of the span in `TraceTree.spans`. */
  readonly index: number;
  readonly startOffsetNanos: number;
  readonly endOffsetNanos: number;
}

/**
 * What the root (default: `mainRoot`) waited for: from its end backwards, always the child that finished last before the
 * point reached, then that child's children, and the span itself where no child fits. The segments are in order, do not
 * overlap, leave no gap, and so add up to the root's duration; segments of length zero are left out.
 *
 * Children count only as far as they lie inside their parent, and detached ones not at all. A child that ends
 * exactly where the next one starts is on the path. Takes O(n log n) for n spans of the subtree at worst; no depth overflows a stack.
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

/** A span on the way: which part of it is left to explain, and which of its children are still to be looked at. */
interface Frame {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** Everything after it is explained. */
  cursor: number;
  /** Next child to look at, last end first. */
  next: number;
  readonly last: number;
}

class BackwardWalk {
  readonly #tree: TraceTree;
  readonly #children: Children;
  readonly #stack: Frame[] = [];
  readonly #segments: CriticalPathSegment[] = [];

  constructor(tree: TraceTree) {
    this.#tree = tree;
    this.#children = groupByParent(tree.parent);
  }

  from(root: number): CriticalPathSegment[] {
    this.#enter(root, this.#tree.startOffsetNanos[root]!, this.#tree.endOffsetNanos[root]!);
    for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) this.#step(frame);
    return this.#segments.reverse();
  }

  #enter(index: number, start: number, end: number): void {
    const { offsets, positions } = this.#children;
    const next = offsets[index]!;
    const last = offsets[index + 1]!;
    const ends = this.#tree.endOffsetNanos;
    if (last - next > 1)
      positions.subarray(next, last).sort((left, right) => ends[right]! - ends[left]! || left - right);
    this.#stack.push({ index, start, end, cursor: end, next, last });
  }

  /** Enters the next child on the path; without one, the span itself explains what is left of it. */
  #step(frame: Frame): void {
    while (frame.next < frame.last) {
      const child = this.#children.positions[frame.next++]!;
      const start = Math.max(frame.start, this.#tree.startOffsetNanos[child]!);
      const end = Math.min(frame.end, this.#tree.endOffsetNanos[child]!);
      if (end <= start || end > frame.cursor || this.#tree.detached[child] === 1) continue;
      this.#explain(frame.index, end, frame.cursor);
      frame.cursor = start;
      this.#enter(child, start, end);
      return;
    }
    this.#explain(frame.index, frame.start, frame.cursor);
    this.#stack.pop();
  }

  #explain(index: number, startOffsetNanos: number, endOffsetNanos: number): void {
    if (startOffsetNanos < endOffsetNanos) this.#segments.push({ index, startOffsetNanos, endOffsetNanos });
  }
}
