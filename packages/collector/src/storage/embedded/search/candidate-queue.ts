import type { Candidate } from './candidate.ts';
import { CandidateHeap } from './candidate-heap.ts';
import type { CandidateSource } from './candidate-source.ts';

/** Sources read together at first; doubled each time, so that a rare match in old data is reached in few steps. */
const firstBatch = 1;
const largestBatch = 16;

interface Unread {
  readonly source: CandidateSource;
  /** Nothing in it that has not been taken is newer. */
  newestMicros: number;
  asked: number;
}

/** Hands out candidates newest first over many sources, reading no source before it is needed. */
export class CandidateQueue {
  /** A source stays here until it has answered, so that `newestMicros` holds also while one is read. */
  readonly #unread = new Set<Unread>();
  readonly #waiting = new CandidateHeap();
  /** Newest start known of each candidate; what waits with an older one is out of date. */
  readonly #known = new Map<string, number>();
  readonly #taken = new Set<string>();
  readonly #count: number;
  #batch = firstBatch;

  constructor(sources: readonly CandidateSource[], count: number) {
    this.#count = count;
    this.add(sources);
  }

  /** Looks into these as well. */
  add(sources: readonly CandidateSource[]): void {
    for (const source of sources) this.#unread.add({ source, newestMicros: source.newestMicros, asked: 0 });
  }

  /** Start of the newest candidate that may still come; -Infinity when there is none. */
  get newestMicros(): number {
    return Math.max(this.#newestUnread(), this.#newestWaiting()?.newestMicros ?? Number.NEGATIVE_INFINITY);
  }

  /** The next candidates, at most `most`; empty at the end. */
  async take(most: number): Promise<Candidate[]> {
    for (;;) {
      const ready = this.#takeFrom(this.#newestUnread(), most);
      if (ready.length > 0 || this.#unread.size === 0) return ready;
      await this.#readMore();
    }
  }

  /** What waits and is not older than `bound`. */
  #takeFrom(bound: number, most: number): Candidate[] {
    const taken: Candidate[] = [];
    while (taken.length < most) {
      const next = this.#newestWaiting();
      if (next === undefined || next.newestMicros < bound) break;
      this.#waiting.pop();
      this.#taken.add(keyOf(next));
      taken.push(next);
    }
    return taken;
  }

  #newestWaiting(): Candidate | undefined {
    for (let top = this.#waiting.top; top !== undefined; top = this.#waiting.top) {
      const key = keyOf(top);
      if (!this.#taken.has(key) && this.#known.get(key) === top.newestMicros) return top;
      this.#waiting.pop();
    }
    return undefined;
  }

  #newestUnread(): number {
    let newest = Number.NEGATIVE_INFINITY;
    for (const { newestMicros } of this.#unread) newest = Math.max(newest, newestMicros);
    return newest;
  }

  async #readMore(): Promise<void> {
    const byNewest = [...this.#unread].sort((a, b) =>
      a.newestMicros === b.newestMicros ? 0 : b.newestMicros - a.newestMicros,
    );
    const batch = byNewest.slice(0, this.#batch);
    this.#batch = Math.min(this.#batch * 2, largestBatch);
    for (const unread of batch) await this.#readOne(unread);
  }

  async #readOne(unread: Unread): Promise<void> {
    // Asked for the first few first; a source that has more is asked for all of it when it comes to that.
    const count = unread.asked === 0 ? this.#count : Number.MAX_SAFE_INTEGER;
    const found = await unread.source.candidates(count);
    unread.asked = count;
    for (const candidate of found) this.#add(candidate);
    if (found.length < count) this.#unread.delete(unread);
    else unread.newestMicros = found.at(-1)?.newestMicros ?? Number.NEGATIVE_INFINITY;
  }

  #add(candidate: Candidate): void {
    const key = keyOf(candidate);
    if (this.#taken.has(key) || (this.#known.get(key) ?? Number.NEGATIVE_INFINITY) >= candidate.newestMicros) return;
    this.#known.set(key, candidate.newestMicros);
    this.#waiting.push(candidate);
  }
}

function keyOf({ traceId2, traceId3 }: Candidate): string {
  return `${traceId2}:${traceId3}`;
}
