import { traceIdHex } from '@spanwise/wire';
import type { SpanRecord } from '@spanwise/wire/span-record';

import type { TraceMatch } from '../../matching/search-match.ts';
import { matchTrace } from '../../matching/search-match.ts';
import { assembleTraces } from '../../matching/trace-assembly.ts';
import type { SearchExtent, StoreSearch } from '../../span-store.ts';
import type { Place } from './best-traces.ts';
import type { Candidate } from './candidate.ts';
import { CandidateQueue } from './candidate-queue.ts';
import type { HotClient } from './hot-port.ts';
import type { SearchPlan } from './search-plan.ts';
import { plansOf } from './search-plan.ts';
import type { SegmentSearch } from './segment-search.ts';
import type { TimeBudget } from './time-budget.ts';
import { OutOfTime } from './time-budget.ts';
import { TraceLoader } from './trace-loader.ts';
import { readTraceRows } from './trace-rows.ts';
import type { RowPlaces } from './trace-rows.ts';

/** What a search holds in memory at most. */
export interface SearchLimits {
  /** Candidates taken together at most. */
  readonly takenTogether: number;
  /** Spans loaded together, unless one trace has more. */
  readonly mostSpansTogether: number;
}

/** Takes what a search finds. */
export interface TraceSink {
  /** What is older has no place; -Infinity while there is room. */
  readonly lastMicros: number;
  /** False ends the search: there is no room for it. */
  add(place: Place, trace: TraceMatch & { readonly spans: readonly SpanRecord[] }): boolean;
}

/** Where a search looks, and for how long. */
export interface SearchPlaces {
  readonly hot: HotClient;
  readonly segments: SegmentSearch;
  readonly budget: TimeBudget;
}

/** One search through rows in memory and segments, newest first. */
export class TraceSearch {
  readonly #search: StoreSearch;
  readonly #places: SearchPlaces;
  readonly #found: TraceSink;
  readonly #takenTogether: number;
  readonly #loader: TraceLoader;
  /** Nothing newer is left to look at. */
  #reached: number;

  constructor(search: StoreSearch, places: SearchPlaces, found: TraceSink, limits: SearchLimits) {
    this.#search = search;
    this.#places = places;
    this.#found = found;
    this.#takenTogether = limits.takenTogether;
    const { hot, segments, budget } = places;
    const inMemory: RowPlaces['inMemory'] = (lows, choice) => hot.ask(budget, 'rows', lows, choice);
    this.#loader = new TraceLoader(
      (lows, most) => readTraceRows({ inMemory, segments }, lows, most),
      limits.mostSpansTogether,
    );
    this.#reached = search.endMicros;
  }

  /** Ends with the time budget, or when the answer is full, with what was found by then. */
  async run(): Promise<SearchExtent> {
    const { startMicros } = this.#search;
    const complete = await this.#lookEverywhere();
    const searchedBackToMicros = complete ? startMicros : Math.max(startMicros, this.#reached);
    return { complete, searchedBackToMicros };
  }

  async #lookEverywhere(): Promise<boolean> {
    try {
      return await this.#look();
    } catch (error) {
      if (error instanceof OutOfTime) return false;
      throw error;
    }
  }

  /** False when the answer is full before its limit. */
  async #look(): Promise<boolean> {
    const { budget } = this.#places;
    const queue = await budget.race(this.#queue());
    for (;;) {
      this.#reached = Math.min(this.#reached, queue.newestMicros);
      budget.check();
      if (this.#found.lastMicros > queue.newestMicros) return true;
      const most = Math.min(this.#takenTogether, Math.max(this.#search.limit, 10));
      const candidates = await this.#take(queue, most);
      if (candidates.length === 0) return true;
      if (!(await this.#test(candidates, queue))) return false;
    }
  }

  async #take(queue: CandidateQueue, most: number): Promise<Candidate[]> {
    try {
      return await this.#places.budget.race(queue.take(most));
    } catch (error) {
      // Sources without a candidate were looked at, too.
      this.#reached = Math.min(this.#reached, queue.newestMicros);
      throw error;
    }
  }

  async #test(candidates: readonly Candidate[], queue: CandidateQueue): Promise<boolean> {
    for (let at = 0; at < candidates.length;) {
      const { newestMicros } = candidates[at]!;
      // The search has looked no further back than what it has yet to test.
      this.#reached = Math.min(this.#reached, Math.max(newestMicros, queue.newestMicros));
      if (this.#found.lastMicros > newestMicros) return true;
      const { rows, count } = await this.#places.budget.race(this.#loader.load(candidates.slice(at)));
      if (!this.#keep(rows)) return false;
      at += count;
    }
    return true;
  }

  #keep(rows: readonly SpanRecord[]): boolean {
    for (const spans of assembleTraces(rows)) {
      this.#places.budget.check();
      const match = matchTrace(spans, this.#search);
      const longest = spans.find((span) => (span.traceId0 | span.traceId1) !== 0) ?? spans[0];
      if (match === undefined || longest === undefined) continue;
      const place = { newestMicros: match.newestMicros, id: traceIdHex(longest) };
      if (!this.#found.add(place, { spans, ...match })) return false;
    }
    return true;
  }

  /** Rows in memory are asked for before segments are listed: what becomes a segment meanwhile is in one of the two. */
  async #queue(): Promise<CandidateQueue> {
    const { hot, segments, budget } = this.#places;
    const plan = bestPlan(plansOf(this.#search), segments);
    const count = Math.max(64, this.#search.limit * 2);
    const seen = new Set<number>();
    const first = await hot.ask(budget, 'candidates', plan, count);
    const queue = new CandidateQueue(segments.sources(plan, seen), count);
    const candidates = async (most: number): Promise<readonly Candidate[]> => {
      if (most <= count) return first;
      const all = await hot.ask(budget, 'candidates', plan, most);
      // Rows that `first` had no room for may have become segments since.
      queue.add(segments.sources(plan, seen));
      return all;
    };
    queue.add([{ newestMicros: Number.POSITIVE_INFINITY, candidates }]);
    return queue;
  }
}

function bestPlan(plans: readonly SearchPlan[], segments: SegmentSearch): SearchPlan {
  const costs = plans.map((plan) => ({ plan, cost: plans.length === 1 ? 0 : segments.cost(plan) }));
  return costs.reduce((best, next) => (next.cost < best.cost ? next : best)).plan;
}
