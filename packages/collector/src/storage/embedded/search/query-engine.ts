import { existsSync } from 'node:fs';

import type { TraceIdWords } from '@spanwise/wire';
import type {
  OverviewQuery,
  ServiceEdgesAnswer,
  StatisticsAnswer,
  StatisticsQuery,
  SumsQuery,
  TracesOverviewAnswer,
} from '@spanwise/wire/query';
import type { SpanRecord } from '@spanwise/wire/span-record';

import { assembleTrace, belongsTo } from '../../matching/trace-assembly.ts';
import type { FoundTrace, TraceForm } from '../../encoding/trace-encodings.ts';
import { encodeTrace, joinTraces } from '../../encoding/trace-encodings.ts';
import { toTraceSummary } from '../../encoding/trace-summary.ts';
import { TraceOverview } from '../../overview/trace-overview.ts';
import { edgesAnswer, edgesPart, statisticsAnswer, statisticsPart, statisticsTable } from '../../rollup/answers.ts';
import type {
  EncodedSearch,
  OpenedTrace,
  SearchExtent,
  SearchResult,
  StartRange,
  StoreSearch,
} from '../../span-store.ts';
import { ReplayingError } from '../../span-store.ts';
import type { ServiceCatalogue } from '../hot/catalogue.ts';
import type { StoreSettings } from '../options.ts';
import type { Summed, SumQuestion } from '../rollup/roll-up-reader.ts';
import { KeptCorrection } from '../rollup/kept-correction.ts';
import { readRollUps } from '../rollup/roll-up-reader.ts';
import { SegmentSet } from '../segment/segment-set.ts';
import type { AnswerForm } from './best-traces.ts';
import { BestTraces } from './best-traces.ts';
import { CatalogueIndex } from './catalogue-index.ts';
import { Database } from './database.ts';
import type { HotClient, HotMessage, HotQueries } from './hot-port.ts';
import { OutlineRows } from './outline-rows.ts';
import { QueryConnection } from './query-connection.ts';
import type { StoreQueries } from './query-messages.ts';
import { SegmentSearch } from './segment-search.ts';
import { errorCode } from '../storage-failure.ts';
import { OutOfTime, TimeBudget } from './time-budget.ts';
import { readTraceRows } from './trace-rows.ts';
import type { RowPlaces } from './trace-rows.ts';
import type { SearchLimits, TraceSink } from './trace-search.ts';
import { TraceSearch } from './trace-search.ts';

/** About 15 MB as objects. */
const mostSpansTogether = 10_000;
/** A search ends as soon as it has enough, and takes few together; an overview goes on, and saves reading segments anew. */
const takenTogether = { search: 50, overview: 1000 };
/** Of the time that a search may take: an overview keeps the thread busy, and others wait. */
const overviewShare = 0.5;
/** Joined, they are twice in memory. */
const mostAnswerBytes = 64 * 2 ** 20;

export interface QueryEngineOptions extends Pick<StoreSettings, 'memoryLimitMegabytes' | 'searchBudgetMillis'> {
  /** Spans that a search loads together, unless one trace has more. */
  readonly mostSpansTogether?: number | undefined;
  /** Bytes of an answer with all spans. */
  readonly mostAnswerBytes?: number | undefined;
}

/** Answers queries from segments and from the rows still in memory. Lives in the query worker. */
export class QueryEngine implements StoreQueries {
  readonly #hot: HotClient;
  readonly #directory: string;
  readonly #segments: SegmentSet;
  readonly #catalogues: CatalogueIndex;
  readonly #database: Database;
  readonly #searchBudgetMillis: number;
  readonly #mostSpansTogether: number;
  readonly #mostAnswerBytes: number;
  readonly #correction = new KeptCorrection();
  readonly #closing = new Set<Promise<void>>();

  constructor(hot: HotClient, directory: string, options: QueryEngineOptions) {
    this.#searchBudgetMillis = options.searchBudgetMillis;
    this.#mostSpansTogether = options.mostSpansTogether ?? mostSpansTogether;
    this.#mostAnswerBytes = options.mostAnswerBytes ?? mostAnswerBytes;
    this.#hot = hot;
    this.#directory = directory;
    this.#segments = new SegmentSet(directory);
    this.#catalogues = new CatalogueIndex(this.#segments);
    this.#database = new Database(options.memoryLimitMegabytes);
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
    if (this.#segments.list().length > 0) this.#database.warm();
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#closing);
    this.#segments.clear();
    await this.#database.close();
  }

  async catalogue(): Promise<ServiceCatalogue[]> {
    const hot = await this.#askHot('catalogues');
    return this.#retrying(async () => this.#catalogues.merged(hot.flat()));
  }

  async trace(id: TraceIdWords): Promise<SpanRecord[]> {
    return (await this.#spans(id)) ?? [];
  }

  async encodeTrace(id: TraceIdWords, form: TraceForm, range?: StartRange): Promise<Uint8Array | undefined> {
    return encodeTrace((await this.#spans(id, Number.POSITIVE_INFINITY, range)) ?? [], form);
  }

  async openTrace(id: TraceIdWords, mostSpans: number): Promise<OpenedTrace | undefined> {
    const spans = await this.#spans(id, mostSpans);
    if (spans === undefined) {
      const outline = await this.#outline(id);
      return outline && { form: 'outline', bytes: outline };
    }
    const columns = encodeTrace(spans, 'columns');
    return columns && { form: 'columns', bytes: columns };
  }

  /** `undefined` when there are more rows than `most`. */
  async #spans(id: TraceIdWords, most?: number, range?: StartRange): Promise<SpanRecord[] | undefined> {
    const inMemory: RowPlaces['inMemory'] = (lows, choice) => this.#askHot('rows', lows, choice);
    const rows = await this.#connected((connection) => {
      const places = { inMemory, segments: new SegmentSearch(connection, this.#segments) };
      return readTraceRows(places, [[id[2], id[3]]], most, range);
    });
    return rows && assembleTrace(rows.filter((span) => belongsTo(span, id)));
  }

  /** Rows in memory are asked for first, as in `readTraceRows`. */
  #outline(id: TraceIdWords): Promise<Uint8Array | undefined> {
    return this.#connected(async (connection) => {
      const low = [id[2], id[3]] as const;
      const rows = new OutlineRows(id);
      const packed = (await this.#askHot('rows', [low], { outline: true })) ?? [];
      await new SegmentSearch(connection, this.#segments).outline(low, rows);
      for (const one of packed) rows.addPacked(one);
      return rows.encode();
    });
  }

  search(search: StoreSearch): Promise<SearchResult> {
    return this.#find(search, { make: toTraceSummary, bytes: () => 0 });
  }

  async encodeSearch(search: StoreSearch, form: TraceForm): Promise<EncodedSearch> {
    const make = ({ spans }: FoundTrace): Uint8Array => encodeTrace(spans, form) as Uint8Array;
    const { traces, ...extent } = await this.#find(search, { make, bytes: ({ byteLength }) => byteLength });
    return { traces: joinTraces(traces), ...extent };
  }

  async serviceStatistics(query: StatisticsQuery): Promise<StatisticsAnswer> {
    const { table, coverage } = await this.#sum({ ...statisticsTable(query), part: statisticsPart(query) });
    return statisticsAnswer(table, query, coverage);
  }

  async serviceEdges(query: SumsQuery): Promise<ServiceEdgesAnswer> {
    const { table, coverage } = await this.#sum({ table: 'edges', part: edgesPart(query) });
    return edgesAnswer(table, query, coverage);
  }

  /** Roll-ups may be merged, or removed, while they are read: then all is done again. */
  async #sum(question: SumQuestion): Promise<Summed> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#budgeted((search, budget) =>
          readRollUps(question, {
            directory: this.#directory,
            segments: this.#segments,
            search,
            budget,
            correction: this.#correction,
            ask: (asked) => this.#askHot('rollUps', asked),
          }),
        );
      } catch (error) {
        if (attempt === 3 || errorCode(error) !== 'ENOENT') throw error;
      }
    }
  }

  async tracesOverview(query: OverviewQuery): Promise<TracesOverviewAnswer> {
    return this.#budgeted(async (segments, budget) => {
      const overview = new TraceOverview(query);
      const sink: TraceSink = {
        lastMicros: Number.NEGATIVE_INFINITY,
        add: ({ newestMicros }, { spans, matched }) => {
          overview.add({ spans, matched, newestMicros });
          return true;
        },
      };
      const search = { ...query, limit: takenTogether.overview };
      return overview.answer(await this.#run(search, sink, { segments, budget }, takenTogether.overview));
    }, this.#searchBudgetMillis * overviewShare);
  }

  async #find<To>(
    search: StoreSearch,
    form: AnswerForm<FoundTrace, To>,
  ): Promise<SearchExtent & { readonly traces: readonly To[] }> {
    return this.#budgeted(async (segments, budget) => {
      const best = new BestTraces(form, { limit: search.limit, mostBytes: this.#mostAnswerBytes });
      const extent = await this.#run(search, best, { segments, budget }, takenTogether.search);
      return { traces: best.answers(), ...extent };
    });
  }

  #run(
    search: StoreSearch,
    sink: TraceSink,
    places: { readonly segments: SegmentSearch; readonly budget: TimeBudget },
    together: number,
  ): Promise<SearchExtent> {
    const limits: SearchLimits = { takenTogether: together, mostSpansTogether: this.#mostSpansTogether };
    return new TraceSearch(search, { hot: this.#hot, ...places }, sink, limits).run();
  }

  /** As `#connected`, with as much time as a search may take. */
  async #budgeted<T>(
    work: (search: SegmentSearch, budget: TimeBudget) => Promise<T>,
    millis: number = this.#searchBudgetMillis,
  ): Promise<T> {
    let budget: TimeBudget | undefined;
    try {
      return await this.#connected(async (connection) => {
        // The first query loads DuckDB, which is not the search's time.
        if (this.#segments.list().length > 0) await connection.open();
        budget ??= new TimeBudget(millis);
        connection.limit(budget);
        return work(new SegmentSearch(connection, this.#segments, budget), budget);
      });
    } finally {
      budget?.release();
    }
  }

  /**
   * Asks about rows in memory, of which the ingest worker says nothing while it replays.
   *
   * @throws {ReplayingError} when it has not answered for as long as a search may take.
   */
  async #askHot<Name extends keyof HotQueries>(
    name: Name,
    ...args: Parameters<HotQueries[Name]>
  ): Promise<ReturnType<HotQueries[Name]>> {
    const budget = new TimeBudget(this.#searchBudgetMillis);
    try {
      return await this.#hot.ask(budget, name, ...args);
    } catch (error) {
      throw error instanceof OutOfTime ? new ReplayingError() : error;
    } finally {
      budget.release();
    }
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
