import type { TraceEvidence } from './trace-evidence.ts';

/**
 * How much sooner the root would end, at most, if these spans took no time: what ran beside them or beside one of the spans above them goes on as
 * long. Of the spans themselves, and of those that they are in, none counts as beside another.
 */
export class RoomBeside {
  readonly #trace: TraceEvidence;
  /** The spans and all above them, down to their root. */
  readonly #within = new Set<number>();
  /** By parent, ends of the children that are none of them, in order. */
  readonly #ends = new Map<number, Float64Array>();
  readonly #rooms = new Map<number, number>();

  constructor(trace: TraceEvidence, positions: readonly number[]) {
    this.#trace = trace;
    for (const position of positions) {
      for (let index = position; index >= 0 && !this.#within.has(index); index = this.#above(index))
        this.#within.add(index);
    }
  }

  /** In nanoseconds, for one of the spans; `Infinity` where nothing runs beside it. */
  nanos(position: number): number {
    const chain: number[] = [];
    let index = position;
    for (; index >= 0 && !this.#rooms.has(index); index = this.#above(index)) chain.push(index);
    let room = index < 0 ? Infinity : this.#rooms.get(index)!;
    for (const span of chain.reverse()) {
      room = Math.min(room, this.#besideOf(span));
      this.#rooms.set(span, room);
    }
    return room;
  }

  /** -1 above the root that counts. */
  #above(index: number): number {
    const { top, tree } = this.#trace;
    return top[index] === index ? -1 : tree.parent[index]!;
  }

  /** From the last end of a sibling that ran beside the span until the span itself is over. */
  #besideOf(index: number): number {
    const parent = this.#above(index);
    if (parent < 0) return Infinity;
    const { start, end } = this.#trace.path.window(index);
    const ends = this.#endsBelow(parent);
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! > end) high = middle;
      else low = middle + 1;
    }
    const last = low === 0 ? -Infinity : ends[low - 1]!;
    return last > start ? end - last : Infinity;
  }

  #endsBelow(parent: number): Float64Array {
    let ends = this.#ends.get(parent);
    if (ends === undefined) {
      const { children, tree } = this.#trace;
      const siblings = children.positions.subarray(children.offsets[parent], children.offsets[parent + 1]);
      const others = siblings.filter((index) => !this.#within.has(index) && tree.detached[index] === 0);
      ends = Float64Array.from(others, (index) => tree.endOffsetNanos[index]!).sort();
      this.#ends.set(parent, ends);
    }
    return ends;
  }
}
