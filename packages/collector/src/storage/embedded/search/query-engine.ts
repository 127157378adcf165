import { existsSync } from 'node:fs';

import { traceIdHex } from '@spanwise/wire';
import type { SpanRecord } from '@spanwise/wire/span-record';

import { matchTrace } from '../../matching/search-match.ts';
import { assembleTrace, assembleTraces, belongsTo } from '../../matching/trace-assembly.ts';
import type { SearchResult, StoreSearch } from '../../span-store.ts';
import type { ServiceCatalogue } from '../hot/catalogue.ts';
import { unpackRows } from '../hot/packed-rows.ts';
import { SegmentSet } from '../segment/segment-set.ts';
import type { Candidate } from './candidate.ts';
import { CandidateQueue } from './candidate-queue.ts';
import type { CandidateSource } from './candidate-source.ts';
import { CatalogueIndex } from './catalogue-index.ts';
import { Database, QueryConnection } from './database.ts';
import type { HotClient, HotMessage } from './hot-port.ts';
import type { SearchPlan } from './search-plan.ts';
import { plansOf } from './search-plan.ts';
import { SegmentSearch } from './segment-search.ts';
import { OutOfTime, TimeBudget } from './time-budget.ts';

interface Found {
  readonly newestMicros: number;
  readonly id: string;
  readonly spans: readonly SpanRecord[];
  readonly matchedSpanIds: readonly string[];
}

/** Traces loaded together while a search tests its candidates. */
const loadedTogether = 50;

/** Answers queries from segments and from the rows still in memory. Lives in the query worker. */
export class QueryEngine {
  readonly #hot: HotClient;
  readonly #segments: SegmentSet;
  readonly #catalogues: CatalogueIndex;
  readonly #database: Database;

  constructor(hot: HotClient, directory: string, memoryLimitMegabytes: number) {
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
    this.#segments.clear();
    await this.#database.close();
  }

  async catalogue(): Promise<ServiceCatalogue[]> {
    const hot = await this.#hot.ask('catalogues');
    return this.#retrying(async () => this.#catalogues.merged(hot.flat()));
  }

  async trace(id: readonly [number, number, number, number]): Promise<SpanRecord[]> {
    const rows = await this.#connected((connection) => this.#rows(connection, [[id[2], id[3]]]));
    return assembleTrace(rows.filter((span) => belongsTo(span, id)));
  }

  async search(search: StoreSearch, budgetMillis: number): Promise<SearchResult> {
    return this.#connected(async (connection) => {
      // The first query loads DuckDB, which is not the search's time.
      if (this.#segments.list().length > 0) await connection.open();
      const budget = new TimeBudget(budgetMillis, connection);
      return this.#searchWithin(budget, connection, search);
    });
  }

  async #searchWithin(budget: TimeBudget, connection: QueryConnection, search: StoreSearch): Promise<SearchResult> {
    const found: Found[] = [];
    let queue: CandidateQueue | undefined;
    try {
      queue = await budget.run(() => this.#queueOf(connection, search));
      await this.#collect(queue, search, found, budget, (candidates) => this.#matches(connection, candidates, search));
      return { traces: cut(found, search), complete: true, searchedBackToMicros: search.startMicros };
    } catch (error) {
      if (!(error instanceof OutOfTime)) throw error;
      const reached = queue === undefined ? search.endMicros : Math.min(search.endMicros, queue.newestMicros);
      return {
        traces: cut(found, search),
        complete: false,
        searchedBackToMicros: Math.max(search.startMicros, reached),
      };
    }
  }

  async #collect(
    queue: CandidateQueue,
    search: StoreSearch,
    found: Found[],
    budget: TimeBudget,
    matches: (candidates: readonly Candidate[]) => Promise<Found[]>,
  ): Promise<void> {
    for (;;) {
      const last = sorted(found)[search.limit - 1];
      if (last !== undefined && last.newestMicros > queue.newestMicros) return;
      const candidates = await budget.run(() => queue.take(Math.min(loadedTogether, Math.max(search.limit, 10))));
      if (candidates.length === 0) return;
      found.push(...(await budget.run(() => matches(candidates))));
    }
  }

  async #matches(connection: QueryConnection, candidates: readonly Candidate[], search: StoreSearch): Promise<Found[]> {
    const rows = await this.#rows(
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
  async #rows(connection: QueryConnection, lows: readonly (readonly [number, number])[]): Promise<SpanRecord[]> {
    const hot = await this.#hot.ask('rows', lows);
    return [...(await this.#segmentSearch(connection).rows(lows)), ...hot.flatMap(unpackRows)];
  }

  async #queueOf(connection: QueryConnection, search: StoreSearch): Promise<CandidateQueue> {
    const segmentSearch = this.#segmentSearch(connection);
    const plan = bestPlan(plansOf(search), segmentSearch);
    const count = Math.max(64, search.limit * 2);
    const hot = await this.#hotSource(plan, count);
    return new CandidateQueue([hot, ...segmentSearch.sources(plan)], count);
  }

  #segmentSearch(connection: QueryConnection): SegmentSearch {
    return new SegmentSearch(connection, this.#segments);
  }

  /** Asked before the segments are listed, so that rows which become a segment meanwhile are in one of the two. */
  async #hotSource(plan: SearchPlan, count: number): Promise<CandidateSource> {
    const first = await this.#hot.ask('candidates', plan, count);
    return {
      newestMicros: Number.POSITIVE_INFINITY,
      candidates: (most) => (most <= count ? Promise.resolve(first) : this.#hot.ask('candidates', plan, most)),
    };
  }

  /** Runs a query on a connection of its own, so that ending one does not end others. */
  async #connected<T>(work: (connection: QueryConnection) => Promise<T>): Promise<T> {
    const connection = new QueryConnection(this.#database);
    try {
      return await this.#retrying(() => work(connection));
    } finally {
      await connection.close();
    }
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

function cut(found: Found[], { limit }: StoreSearch): SearchResult['traces'] {
  return sorted(found)
    .slice(0, limit)
    .map(({ spans, matchedSpanIds }) => ({ spans, matchedSpanIds }));
}
