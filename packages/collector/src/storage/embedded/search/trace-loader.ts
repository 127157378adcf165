import type { SpanRecord } from '@spanwise/wire/span-record';

import type { Candidate } from './candidate.ts';
import type { TraceLow } from './segment-search.ts';

/** How many candidates are loaded before anything is known of their size: as many as a search gives by default. */
const firstTogether = 20;

/** The rows of these traces; `undefined` when they are more than `most`. */
export type ReadRows = (lows: readonly TraceLow[], most: number) => Promise<SpanRecord[] | undefined>;

/** Loads candidates whole, as many together as fit into `mostSpans` by the size of those before. */
export class TraceLoader {
  readonly #read: ReadRows;
  readonly #mostSpans: number;
  #together = firstTogether;

  constructor(read: ReadRows, mostSpans: number) {
    this.#read = read;
    this.#mostSpans = mostSpans;
  }

  /** The rows of the first of these candidates, of at least one, and of how many they are. A trace is never cut. */
  async load(candidates: readonly Candidate[]): Promise<{ rows: SpanRecord[]; count: number }> {
    for (;;) {
      const group = candidates.slice(0, this.#together);
      const most = group.length > 1 ? this.#mostSpans : Number.POSITIVE_INFINITY;
      const rows = await this.#read(
        group.map(({ traceId2, traceId3 }) => [traceId2, traceId3]),
        most,
      );
      if (rows !== undefined) {
        this.#together = Math.max(1, Math.floor((this.#mostSpans * group.length) / Math.max(1, rows.length)));
        return { rows, count: group.length };
      }
      this.#together = Math.ceil(group.length / 2);
    }
  }
}
