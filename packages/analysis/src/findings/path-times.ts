import { BackwardWalk } from '../backward-walk.ts';
import type { CriticalPathSegment } from '../backward-walk.ts';
import type { TraceTree } from '../trace-tree.ts';
import { firstEndingAfter } from './stretch.ts';
import type { Stretch } from './stretch.ts';

/**
 * Which part of each span is on a critical path: that of the root above it, or of the nearest detached span above it (or
 * itself), for nobody waited for that one. Every span is on one path at most, so all paths are walked in O(n log n) together.
 */
export class PathTimes {
  readonly #windowStart: Float64Array;
  readonly #windowEnd: Float64Array;
  /** By position; spans that explain nothing by themselves have no entry. */
  readonly #own = new Map<number, Stretch[]>();

  constructor(tree: TraceTree, tops: readonly number[]) {
    this.#windowStart = new Float64Array(tree.spans.length);
    this.#windowEnd = new Float64Array(tree.spans.length);
    const walk = new BackwardWalk(tree, (index, start, end) => {
      // The path comes to what was later first.
      this.#windowStart[index] = start;
      if (this.#windowEnd[index] === 0) this.#windowEnd[index] = end;
    });
    for (const top of tops) for (const segment of walk.from(top)) this.#add(segment);
  }

  /** The part of the span that is on the path, its children's time included; empty when none is. */
  window(index: number): Stretch {
    return { start: this.#windowStart[index]!, end: this.#windowEnd[index]! };
  }

  /** Nanoseconds of `window`. */
  nanos(index: number): number {
    return this.#windowEnd[index]! - this.#windowStart[index]!;
  }

  /** The part of `window` that lies within the stretch. */
  windowWithin(index: number, { start, end }: Stretch): Stretch {
    const from = Math.max(start, this.#windowStart[index]!);
    return { start: from, end: Math.max(from, Math.min(end, this.#windowEnd[index]!)) };
  }

  /** The stretches that the span itself, and no child, has on the path, in order. */
  own(index: number): readonly Stretch[] {
    return this.#own.get(index) ?? [];
  }

  /** What of `own` lies within the stretch. Takes O(log n) beside what it returns. */
  ownWithin(index: number, { start, end }: Stretch): Stretch[] {
    const own = this.own(index);
    const within: Stretch[] = [];
    for (let at = firstEndingAfter(own, start); at < own.length && own[at]!.start < end; at++) {
      within.push({ start: Math.max(start, own[at]!.start), end: Math.min(end, own[at]!.end) });
    }
    return within;
  }

  #add({ index, startOffsetNanos: start, endOffsetNanos: end }: CriticalPathSegment): void {
    const own = this.#own.get(index);
    if (own === undefined) this.#own.set(index, [{ start, end }]);
    else own.push({ start, end });
  }
}
