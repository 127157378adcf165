import type { Candidate } from './candidate.ts';
import { compareCandidates } from './candidate.ts';

/** Candidates of which the newest is at hand: a binary heap, so that taking a few of many does not sort them all. */
export class CandidateHeap {
  readonly #heap: Candidate[] = [];

  /** The newest; `undefined` when there is none. */
  get top(): Candidate | undefined {
    return this.#heap[0];
  }

  push(candidate: Candidate): void {
    const heap = this.#heap;
    let at = heap.push(candidate) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (compareCandidates(heap[parent]!, candidate) <= 0) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = candidate;
  }

  /** Removes and gives the newest. */
  pop(): Candidate | undefined {
    const top = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sinkFromTop(last);
    return top;
  }

  #sinkFromTop(candidate: Candidate): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && compareCandidates(heap[child + 1]!, heap[child]!) < 0) child++;
      if (compareCandidates(candidate, heap[child]!) <= 0) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = candidate;
  }
}
