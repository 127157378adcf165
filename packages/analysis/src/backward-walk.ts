import { groupByParent } from './children.ts';
import type { Children } from './children.ts';
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

/** Told of every span that the path enters, once each, with the part of it that is on the path: its children's time too. */
export type PathListener = (index: number, startOffsetNanos: number, endOffsetNanos: number) => void;

/**
 * Walks critical paths backwards; `criticalPath` says by which rules. One walk may be asked for several spans of which none is
 * in the path of another: the roots, and the detached spans.
 */
export class BackwardWalk {
  readonly #tree: TraceTree;
  readonly #children: Children;
  readonly #stack: Frame[] = [];
  readonly #entered: PathListener | undefined;
  #segments: CriticalPathSegment[] = [];

  constructor(tree: TraceTree, entered?: PathListener) {
    this.#tree = tree;
    this.#entered = entered;
    this.#children = groupByParent(tree.parent);
  }

  from(root: number): CriticalPathSegment[] {
    this.#segments = [];
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
    this.#entered?.(index, start, end);
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
