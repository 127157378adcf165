import type { Candidate } from './candidate.ts';
import { compareCandidates } from './candidate.ts';
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
  readonly #unread: Unread[];
  readonly #waiting = new Map<string, Candidate>();
  readonly #taken = new Set<string>();
  readonly #count: number;
  #batch = firstBatch;

  constructor(sources: readonly CandidateSource[], count: number) {
    this.#unread = sources.map((source) => ({ source, newestMicros: source.newestMicros, asked: 0 }));
    this.#count = count;
  }

  /** Start of the newest candidate that may still come; -Infinity when there is none. */
  get newestMicros(): number {
    let newest = this.#newestUnread();
    for (const candidate of this.#waiting.values()) newest = Math.max(newest, candidate.newestMicros);
    return newest;
  }

  /** The next candidates, at most `most`; empty at the end. */
  async take(most: number): Promise<Candidate[]> {
    for (;;) {
      const bound = this.#newestUnread();
      const ready = [...this.#waiting.values()]
        .filter((candidate) => candidate.newestMicros >= bound)
        .sort(compareCandidates);
      if (ready.length > 0) return this.#handOut(ready.slice(0, most));
      if (this.#unread.length === 0) return [];
      await this.#readMore();
    }
  }

  #newestUnread(): number {
    return this.#unread.reduce((newest, unread) => Math.max(newest, unread.newestMicros), Number.NEGATIVE_INFINITY);
  }

  #handOut(candidates: Candidate[]): Candidate[] {
    for (const candidate of candidates) {
      this.#waiting.delete(keyOf(candidate));
      this.#taken.add(keyOf(candidate));
    }
    return candidates;
  }

  async #readMore(): Promise<void> {
    this.#unread.sort((a, b) => b.newestMicros - a.newestMicros);
    const batch = this.#unread.splice(0, this.#batch);
    this.#batch = Math.min(this.#batch * 2, largestBatch);
    try {
      for (let next = batch[0]; next !== undefined; next = batch[0]) {
        await this.#readOne(next);
        batch.shift();
      }
    } finally {
      this.#unread.push(...batch);
    }
  }

  async #readOne(unread: Unread): Promise<void> {
    // Asked for the first few first; a source that has more is asked for all of it when it comes to that.
    const count = unread.asked === 0 ? this.#count : Number.MAX_SAFE_INTEGER;
    const found = await unread.source.candidates(count);
    unread.asked = count;
    for (const candidate of found) this.#add(candidate);
    if (found.length < count) return;
    this.#unread.push({ ...unread, newestMicros: found.at(-1)?.newestMicros ?? Number.NEGATIVE_INFINITY });
  }

  #add(candidate: Candidate): void {
    const key = keyOf(candidate);
    if (this.#taken.has(key)) return;
    const known = this.#waiting.get(key);
    if (known === undefined || known.newestMicros < candidate.newestMicros) this.#waiting.set(key, candidate);
  }
}

function keyOf({ traceId2, traceId3 }: Candidate): string {
  return `${traceId2}:${traceId3}`;
}
