import type { SpanRecord } from '@spanwise/wire';
import { decodeOtlpJson, decodeOtlpProtobuf } from '@spanwise/wire/otlp/decode';
import { decodeZipkinJson } from '@spanwise/wire/zipkin/decode';

import { matchTrace } from '../src/storage/matching/search-match.ts';
import { assembleTraces, belongsTo } from '../src/storage/matching/trace-assembly.ts';
import { BodyFormat } from '../src/storage/span-store.ts';
import type { IngestBody, SearchResult, SpanStore, StoreSearch, StoreStats } from '../src/storage/span-store.ts';

const decoders = {
  [BodyFormat.otlpProtobuf]: decodeOtlpProtobuf,
  [BodyFormat.otlpJson]: decodeOtlpJson,
  [BodyFormat.zipkinV2Json]: decodeZipkinJson,
};

export class MemoryStore implements SpanStore {
  readonly records: SpanRecord[] = [];
  bodies = 0;
  closed = false;
  async append({ format, bytes, spanCount }: IngestBody): Promise<void> {
    const { spans } = decoders[format](bytes);
    if (spans.length !== spanCount) throw new Error('span count');
    this.bodies++;
    this.records.push(...spans);
  }
  async services(): Promise<string[]> {
    return [...new Set(this.records.map((s) => s.resource.serviceName))].sort();
  }
  async operations(service: string): Promise<{ name: string; kind: number }[]> {
    const all = this.records
      .filter((s) => s.resource.serviceName === service)
      .map((s) => JSON.stringify([s.name, s.kind]));
    return [...new Set(all)]
      .sort()
      .map((t) => JSON.parse(t) as [string, number])
      .map(([name, kind]) => ({ name, kind }));
  }
  async remoteServices(service: string): Promise<string[]> {
    const own = this.records.filter((s) => s.resource.serviceName === service);
    return [...new Set(own.flatMap((s) => s.remoteEndpoint?.serviceName ?? []))].sort();
  }
  async tagKeys(service?: string): Promise<string[]> {
    const own = this.records.filter((s) => service === undefined || s.resource.serviceName === service);
    return [...new Set(own.flatMap((s) => s.attributes.filter((_, i) => i % 2 === 0) as string[]))].sort();
  }
  async trace(id: readonly [number, number, number, number]): Promise<SpanRecord[]> {
    return this.records.filter((s) => belongsTo(s, id));
  }
  async search(search: StoreSearch): Promise<SearchResult> {
    const traces = assembleTraces(this.records).flatMap((spans) => {
      const match = matchTrace(spans, search);
      return match ? [{ spans, matchedSpanIds: match.matchedSpanIds }] : [];
    });
    return { traces: traces.slice(0, search.limit), complete: true, searchedBackToMicros: search.startMicros };
  }
  stats(): StoreStats {
    return {
      appendedBodies: this.bodies,
      appendedSpans: this.records.length,
      convertedSpans: 0,
      refusedBodies: 0,
      backlogBytes: 0,
      journalBytes: 0,
      segmentBytes: 0,
      segments: 0,
      spansInSegments: 0,
      spansInHotTable: 0,
      replayedBodies: 0,
      tornFrames: 0,
    };
  }
  async close(): Promise<void> {
    this.closed = true;
  }
}
