import { groupByParent } from './children.ts';
import type { Children } from './children.ts';
import { lateServers } from './late-servers.ts';
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
  /** From here to the cursor no child was at work. */
  own: number;
  /** The child that ends where that begins; -1 before one is found, and when there are no more. */
  child: number;
  /** Next child to look at, last end first. */
  next: number;
  readonly last: number;
  /** Next late server to look at, last end first. */
  nextLate: number;
  readonly lastLate: number;
}

/**
 * Told of every span that the path enters, with the part of it that is on the path: its children's time too. A server that outlasts its
 * client, and what is below it, may be entered again for what was before.
 */
export type PathListener = (index: number, startOffsetNanos: number, endOffsetNanos: number) => void;

/**
 * Walks critical paths backwards; `criticalPath` says by which rules. One walk may be asked for several spans of which none is
 * in the path of another: the roots, and the detached spans.
 */
export class BackwardWalk {
  readonly #tree: TraceTree;
  readonly #children: Children;
  readonly #late: Children | undefined;
  readonly #stack: Frame[] = [];
  readonly #entered: PathListener | undefined;
  #segments: CriticalPathSegment[] = [];

  constructor(tree: TraceTree, entered?: PathListener) {
    this.#tree = tree;
    this.#entered = entered;
    this.#children = groupByParent(tree.parent);
    this.#late = lateServers(tree);
  }

  from(root: number): CriticalPathSegment[] {
    this.#segments = [];
    this.#enter(root, this.#tree.startOffsetNanos[root]!, this.#tree.endOffsetNanos[root]!);
    for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) this.#step(frame);
    return this.#segments.reverse();
  }

  #enter(index: number, start: number, end: number): void {
    const [next, last] = this.#lastEndFirst(this.#children, index);
    const [nextLate, lastLate] = this.#late === undefined ? [0, 0] : this.#lastEndFirst(this.#late, index);
    this.#entered?.(index, start, end);
    this.#stack.push({ index, start, end, cursor: end, own: end, child: -1, next, last, nextLate, lastLate });
  }

  #lastEndFirst({ offsets, positions }: Children, index: number): readonly [next: number, last: number] {
    const next = offsets[index]!;
    const last = offsets[index + 1]!;
    const ends = this.#tree.endOffsetNanos;
    if (last - next > 1)
      positions.subarray(next, last).sort((left, right) => ends[right]! - ends[left]! || left - right);
    return [next, last];
  }

  /** Explains the time in which no child was at work, then enters the child before it, then finds the next one. */
  #step(frame: Frame): void {
    if (frame.own < frame.cursor && this.#enterLateServer(frame)) return;
    this.#explain(frame.index, frame.own, frame.cursor);
    frame.cursor = frame.own;
    if (frame.child !== -1) this.#enterChild(frame);
    else if (frame.own > frame.start || frame.next < frame.last) this.#findChild(frame);
    else this.#stack.pop();
  }

  /** Without another child on the path, the span itself explains what is left of it. */
  #findChild(frame: Frame): void {
    while (frame.next < frame.last) {
      const child = this.#children.positions[frame.next++]!;
      const start = Math.max(frame.start, this.#tree.startOffsetNanos[child]!);
      const end = Math.min(frame.end, this.#tree.endOffsetNanos[child]!);
      if (end <= start || end > frame.cursor || this.#tree.detached[child] === 1) continue;
      frame.own = end;
      frame.child = child;
      return;
    }
    frame.own = frame.start;
  }

  #enterChild(frame: Frame): void {
    const { child, own: end } = frame;
    const start = Math.max(frame.start, this.#tree.startOffsetNanos[child]!);
    frame.cursor = start;
    frame.own = start;
    frame.child = -1;
    this.#enter(child, start, end);
  }

  /** Enters the last server that ran when its client had ended, where the span would have to explain the time by itself. */
  #enterLateServer(frame: Frame): boolean {
    const { parent, endOffsetNanos: ends } = this.#tree;
    for (; frame.nextLate < frame.lastLate; frame.nextLate++) {
      const server = this.#late!.positions[frame.nextLate]!;
      const clientEnd = ends[parent[server]!]!;
      if (clientEnd >= frame.cursor) continue;
      const start = Math.max(frame.own, clientEnd);
      const end = Math.min(frame.cursor, ends[server]!);
      if (end <= start) return false;
      this.#explain(frame.index, end, frame.cursor);
      frame.cursor = start;
      this.#enter(server, start, end);
      return true;
    }
    return false;
  }

  #explain(index: number, startOffsetNanos: number, endOffsetNanos: number): void {
    if (startOffsetNanos >= endOffsetNanos) return;
    const after = this.#segments.at(-1);
    const joins = after?.index === index && after.startOffsetNanos === endOffsetNanos;
    const end = joins ? this.#segments.pop()!.endOffsetNanos : endOffsetNanos;
    this.#segments.push({ index, startOffsetNanos, endOffsetNanos: end });
  }
}
