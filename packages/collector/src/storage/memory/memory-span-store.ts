import { traceIdHex } from '@spanwise/wire';
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

import { bodyCodec } from '../../formats/body-codecs.ts';
import type { FoundTrace, TraceForm } from '../encoding/trace-encodings.ts';
import { encodeTrace, encodeTraces, openTrace } from '../encoding/trace-encodings.ts';
import { toTraceSummary } from '../encoding/trace-summary.ts';
import { matchTrace } from '../matching/search-match.ts';
import { assembleTrace, assembleTraces, belongsTo, distinctRecords } from '../matching/trace-assembly.ts';
import type { CountedTrace } from '../overview/trace-overview.ts';
import { TraceOverview } from '../overview/trace-overview.ts';
import { edgesAnswer, statisticsAnswer } from '../rollup/answers.ts';
import { RollUp } from '../rollup/roll-up.ts';
import { rollUpSpanOf } from '../rollup/roll-up-span.ts';
import type {
  EncodedSearch,
  IngestBody,
  OpenedTrace,
  SearchResult,
  SpanStore,
  StartRange,
  StoreSearch,
  StoreStats,
} from '../span-store.ts';
import { OverloadedError } from '../span-store.ts';

/** All that is here is counted anew for each answer. */
const wholeExtent = { completeFromMicros: 0, joined: true };

export interface MemoryStoreOptions {
  /** Spans kept; the oldest arrivals make room. Default 100,000. */
  readonly maxSpans?: number | undefined;
}

/**
 * Keeps the last spans in memory and looks at all of them for every query: for trying things out and as the model that
 * other stores are compared with. Nothing survives the process.
 */
export class MemorySpanStore implements SpanStore {
  readonly #maxSpans: number;
  #spans: SpanRecord[] = [];
  #appendedBodies = 0;
  #appendedSpans = 0;
  #refusedBodies = 0;
  #closed = false;

  /** @throws {RangeError} when `maxSpans` is not positive. */
  constructor({ maxSpans = 100_000 }: MemoryStoreOptions = {}) {
    if (!(maxSpans > 0)) throw new RangeError(`maxSpans is ${maxSpans}; it must be a number above 0`);
    this.#maxSpans = maxSpans;
  }

  async append(body: IngestBody): Promise<void> {
    if (this.#closed) throw new Error('the store is closed');
    if (body.spanCount > this.#maxSpans) {
      this.#refusedBodies++;
      throw new OverloadedError(60);
    }
    const spans = bodyCodec(body.format).decode(body.bytes);
    this.#spans = this.#spans.concat(spans);
    // A tenth more than asked for, so that the array is not copied for every body.
    if (this.#spans.length > this.#maxSpans * 1.1) this.#spans = this.#spans.slice(-this.#maxSpans);
    this.#appendedBodies++;
    this.#appendedSpans += spans.length;
  }

  async services(): Promise<string[]> {
    return distinct(this.#spans.map((span) => span.resource.serviceName));
  }

  async operations(service: string): Promise<{ name: string; kind: number }[]> {
    const operations = new Map(this.#of(service).map(({ name, kind }) => [`${kind} ${name}`, { name, kind }]));
    return [...operations.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.kind - b.kind));
  }

  async remoteServices(service: string): Promise<string[]> {
    return distinct(this.#of(service).map((span) => span.remoteEndpoint?.serviceName ?? '')).filter(
      (name) => name !== '',
    );
  }

  async tagKeys(service?: string): Promise<string[]> {
    const spans = service === undefined ? this.#spans : this.#of(service);
    return distinct(spans.flatMap(({ attributes }) => attributes.filter((_, index) => index % 2 === 0) as string[]));
  }

  async trace(id: readonly [number, number, number, number]): Promise<SpanRecord[]> {
    return assembleTrace(this.#spans.filter((span) => belongsTo(span, id)));
  }

  async encodeTrace(id: TraceIdWords, form: TraceForm, range?: StartRange): Promise<Uint8Array | undefined> {
    const spans = await this.trace(id);
    return encodeTrace(range === undefined ? spans : spans.filter((span) => startsIn(span, range)), form);
  }

  async openTrace(id: TraceIdWords, mostSpans: number): Promise<OpenedTrace | undefined> {
    return openTrace(await this.trace(id), mostSpans);
  }

  async search(query: StoreSearch): Promise<SearchResult> {
    const traces = this.#find(query).map(toTraceSummary);
    return { traces, complete: true, searchedBackToMicros: query.startMicros };
  }

  async tracesOverview(query: OverviewQuery): Promise<TracesOverviewAnswer> {
    const overview = new TraceOverview(query);
    for (const trace of this.#find({ ...query, limit: Number.POSITIVE_INFINITY })) overview.add(trace);
    return overview.answer({ complete: true, searchedBackToMicros: query.startMicros });
  }

  async encodeSearch(query: StoreSearch, form: TraceForm): Promise<EncodedSearch> {
    const traces = encodeTraces(this.#find(query), form);
    return { traces, complete: true, searchedBackToMicros: query.startMicros };
  }

  async serviceStatistics(query: StatisticsQuery): Promise<StatisticsAnswer> {
    return statisticsAnswer(this.#rollUp().operations, query, wholeExtent);
  }

  async serviceEdges(query: SumsQuery): Promise<ServiceEdgesAnswer> {
    return edgesAnswer(this.#rollUp().edges, query, wholeExtent);
  }

  #rollUp(): RollUp {
    const rollUp = new RollUp();
    rollUp.add(distinctRecords(this.#spans).flatMap((span) => rollUpSpanOf(span) ?? []));
    return rollUp;
  }

  #find(query: StoreSearch): (FoundTrace & CountedTrace)[] {
    const found = assembleTraces(this.#spans).flatMap((spans) => {
      const match = matchTrace(spans, query);
      return match === undefined ? [] : [{ ...match, spans, id: idOf(spans) }];
    });
    found.sort((a, b) => b.newestMicros - a.newestMicros || (a.id < b.id ? -1 : 1));
    return found.slice(0, query.limit);
  }

  stats(): StoreStats {
    return {
      appendedBodies: this.#appendedBodies,
      appendedSpans: this.#appendedSpans,
      convertedSpans: this.#appendedSpans,
      refusedBodies: this.#refusedBodies,
      backlogBytes: 0,
      journalBytes: 0,
      segmentBytes: 0,
      segments: 0,
      spansInSegments: 0,
      spansInHotTable: this.#spans.length,
      replayedBodies: 0,
      tornFrames: 0,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#spans = [];
  }

  #of(service: string): SpanRecord[] {
    return this.#spans.filter((span) => span.resource.serviceName === service);
  }
}

/** The 128-bit id when some span has one. */
function idOf(spans: readonly SpanRecord[]): string {
  const longest = spans.find((span) => (span.traceId0 | span.traceId1) !== 0) ?? spans[0];
  return longest === undefined ? '' : traceIdHex(longest);
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

function startsIn({ startMicros }: SpanRecord, range: StartRange): boolean {
  return startMicros >= range.startMicros && startMicros <= range.endMicros;
}
