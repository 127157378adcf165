import { existsSync } from 'node:fs';

import { traceIdHex } from '@spanwise/wire';
import type { SpanRecord } from '@spanwise/wire/span-record';

import { matchTrace } from '../../matching/search-match.ts';
import { assembleTrace, assembleTraces, belongsTo } from '../../matching/trace-assembly.ts';
import type { FoundTrace, TraceForm } from '../../encoding/trace-encodings.ts';
import { encodeTrace, encodeTraces } from '../../encoding/trace-encodings.ts';
import { toTraceSummary } from '../../encoding/trace-summary.ts';
import type { EncodedSearch, SearchExtent, SearchResult, StoreSearch } from '../../span-store.ts';
import type { ServiceCatalogue } from '../hot/catalogue.ts';
import type { StoreSettings } from '../options.ts';
import { unpackRows } from '../hot/packed-rows.ts';
import { SegmentSet } from '../segment/segment-set.ts';
import type { Candidate } from './candidate.ts';
import { CandidateQueue } from './candidate-queue.ts';
import { CatalogueIndex } from './catalogue-index.ts';
import { Database } from './database.ts';
import type { HotClient, HotMessage } from './hot-port.ts';
import { QueryConnection } from './query-connection.ts';
import type { StoreQueries } from './query-messages.ts';
import type { SearchPlan } from './search-plan.ts';
import { plansOf } from './search-plan.ts';
import { SegmentSearch } from './segment-search.ts';
import { OutOfTime, TimeBudget } from './time-budget.ts';

interface Found extends FoundTrace {
  readonly newestMicros: number;
  readonly id: string;
}

interface FoundTraces extends SearchExtent {
  readonly traces: readonly FoundTrace[];
}

/** Traces loaded together while a search tests its candidates. */
const loadedTogether = 50;

/** Answers queries from segments and from the rows still in memory. Lives in the query worker. */
export class QueryEngine implements StoreQueries {
  readonly #hot: HotClient;
  readonly #segments: SegmentSet;
  readonly #catalogues: CatalogueIndex;
  readonly #database: Database;
  readonly #searchBudgetMillis: number;
  readonly #closing = new Set<Promise<void>>();

  constructor(
    hot: HotClient,
    directory: string,
    { memoryLimitMegabytes, searchBudgetMillis }: Pick<StoreSettings, 'memoryLimitMegabytes' | 'searchBudgetMillis'>,
  ) {
    this.#searchBudgetMillis = searchBudgetMillis;
    this.#hot = hot;
    this.#segments = new SegmentSet(directory);
    this.#catalogues = new CatalogueIndex(this.#segments);
    this.#database = new Database(memoryLimitMegabytes);
  }

  /** Follows what the ingest worker announces. */
  segmentsChanged(message: Exclude<HotMessage, { id: number }>): void {
    if (message.type === 'segment-added') {
      this.#segments.add(message.segment);
    } else if (message.type === 'segment-removed') {
      this.#segments.remove(message.number);
      this.#catalogues.forget();
    } else {
      this.#segments.clear();
      this.#catalogues.forget();
      for (const segment of message.segments) this.#segments.add(segment);
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#closing);
    this.#segments.clear();
    await this.#database.close();
  }

  async catalogue(): Promise<ServiceCatalogue[]> {
    const hot = await this.#hot.ask(undefined, 'catalogues');
    return this.#retrying(async () => this.#catalogues.merged(hot.flat()));
  }

  async trace(id: readonly [number, number, number, number]): Promise<SpanRecord[]> {
    const rows = await this.#connected((connection) => this.#rows(undefined, connection, [[id[2], id[3]]]));
    return assembleTrace(rows.filter((span) => belongsTo(span, id)));
  }

  async encodeTrace(id: readonly [number, number, number, number], form: TraceForm): Promise<Uint8Array | undefined> {
    return encodeTrace(await this.trace(id), form);
  }

  async search(search: StoreSearch): Promise<SearchResult> {
    const { traces, ...extent } = await this.#find(search);
    return { traces: traces.map(toTraceSummary), ...extent };
  }

  async encodeSearch(search: StoreSearch, form: TraceForm): Promise<EncodedSearch> {
    const { traces, ...extent } = await this.#find(search);
    return { traces: encodeTraces(traces, form), ...extent };
  }

  /** Ends with the time budget, with what it has by then. */
  async #find(search: StoreSearch): Promise<FoundTraces> {
    let budget: TimeBudget | undefined;
    try {
      return await this.#connected(async (connection) => {
        // The first query loads DuckDB, which is not the search's time.
        if (this.#segments.list().length > 0) await connection.open();
        budget ??= new TimeBudget(this.#searchBudgetMillis);
        connection.limit(budget);
        return this.#searchWithin(budget, connection, search);
      });
    } finally {
      budget?.release();
    }
  }

  async #searchWithin(budget: TimeBudget, connection: QueryConnection, search: StoreSearch): Promise<FoundTraces> {
    const found: Found[] = [];
    /** Nothing newer is left to look at. */
    let reached = search.endMicros;
    try {
      const queue = await budget.race(this.#queueOf(budget, connection, search));
      for (;;) {
        reached = Math.min(reached, queue.newestMicros);
        budget.check();
        const last = sorted(found)[search.limit - 1];
        if (last !== undefined && last.newestMicros > queue.newestMicros) break;
        const candidates = await budget.race(queue.take(Math.min(loadedTogether, Math.max(search.limit, 10))));
        if (candidates.length === 0) break;
        // The search has looked no further back than what it has yet to test.
        reached = Math.min(reached, Math.max(candidates[0]!.newestMicros, queue.newestMicros));
        found.push(...(await budget.race(this.#matches(budget, connection, candidates, search))));
      }
      return { traces: cut(found, search), complete: true, searchedBackToMicros: search.startMicros };
    } catch (error) {
      if (!(error instanceof OutOfTime)) throw error;
      const searchedBackToMicros = Math.max(search.startMicros, reached);
      return { traces: cut(found, search), complete: false, searchedBackToMicros };
    }
  }

  async #matches(
    budget: TimeBudget,
    connection: QueryConnection,
    candidates: readonly Candidate[],
    search: StoreSearch,
  ): Promise<Found[]> {
    const rows = await this.#rows(
      budget,
      connection,
      candidates.map(({ traceId2, traceId3 }) => [traceId2, traceId3]),
    );
    return assembleTraces(rows).flatMap((spans) => {
      const match = matchTrace(spans, search);
      const longest = spans.find((span) => (span.traceId0 | span.traceId1) !== 0) ?? spans[0];
      return match === undefined || longest === undefined ? [] : [{ ...match, spans, id: traceIdHex(longest) }];
    });
  }

  /** The hot rows first: a segment is announced before its rows leave the memory. */
  async #rows(
    budget: TimeBudget | undefined,
    connection: QueryConnection,
    lows: readonly (readonly [number, number])[],
  ): Promise<SpanRecord[]> {
    const hot = await this.#hot.ask(budget, 'rows', lows);
    return [...(await this.#segmentSearch(connection).rows(lows)), ...hot.flatMap(unpackRows)];
  }

  /** Rows in memory are asked for before segments are listed: what becomes a segment meanwhile is in one of the two. */
  async #queueOf(budget: TimeBudget, connection: QueryConnection, search: StoreSearch): Promise<CandidateQueue> {
    const segmentSearch = this.#segmentSearch(connection);
    const plan = bestPlan(plansOf(search), segmentSearch);
    const count = Math.max(64, search.limit * 2);
    const seen = new Set<number>();
    const first = await this.#hot.ask(budget, 'candidates', plan, count);
    const queue = new CandidateQueue(segmentSearch.sources(plan, seen), count);
    const candidates = async (most: number): Promise<readonly Candidate[]> => {
      if (most <= count) return first;
      const all = await this.#hot.ask(budget, 'candidates', plan, most);
      // Rows that `first` had no room for may have become segments since.
      queue.add(segmentSearch.sources(plan, seen));
      return all;
    };
    queue.add([{ newestMicros: Number.POSITIVE_INFINITY, candidates }]);
    return queue;
  }

  #segmentSearch(connection: QueryConnection): SegmentSearch {
    return new SegmentSearch(connection, this.#segments);
  }

  /** Runs a query on a connection of its own, so that ending one does not end others. */
  async #connected<T>(work: (connection: QueryConnection) => Promise<T>): Promise<T> {
    const connection = new QueryConnection(this.#database);
    try {
      return await this.#retrying(() => work(connection));
    } finally {
      this.#close(connection);
    }
  }

  /** Not waited for: an answer does not wait for a query that was given up. */
  #close(connection: QueryConnection): void {
    const closing = connection.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Retention may remove a file that was just listed: then the work is done again without it. */
  async #retrying<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const before = this.#segments.list();
      try {
        return await work();
      } catch (error) {
        const removed = before.filter((segment) => !existsSync(this.#segments.file(segment)));
        if (attempt === 3 || removed.length === 0) throw error;
        for (const { number } of removed) this.#segments.remove(number);
      }
    }
  }
}

function bestPlan(plans: readonly SearchPlan[], segmentSearch: SegmentSearch): SearchPlan {
  const costs = plans.map((plan) => ({ plan, cost: plans.length === 1 ? 0 : segmentSearch.cost(plan) }));
  return costs.reduce((best, next) => (next.cost < best.cost ? next : best)).plan;
}

function sorted(found: Found[]): Found[] {
  return found.sort((a, b) => b.newestMicros - a.newestMicros || (a.id < b.id ? -1 : 1));
}

function cut(found: Found[], { limit }: StoreSearch): FoundTrace[] {
  return sorted(found).slice(0, limit);
}
