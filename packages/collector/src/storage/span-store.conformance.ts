import { parseTraceQuery } from '@spanwise/analysis';
import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import type { AttributeValue, InstrumentationScope, Resource, SpanRecord } from '@spanwise/wire/span-record';
import { SpanKind, SpanStatus, spanRecord } from '@spanwise/wire/span-record';
import type { StatisticsQuery, TraceColumns } from '@spanwise/wire/query';
import { decodeTraceOutline, fromTraceColumns, fromTraceOutline } from '@spanwise/wire/query';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { BodyFormat } from '../formats/body-format.ts';
import type { IngestBody, SpanStore, StoreSearch } from './span-store.ts';

/** A start that every clock agrees is in the past: 2023-11-14T22:13:20Z. */
export const baseMicros = 1_700_000_000_000_000;

/** A body of these spans as a tracer would send it. */
export function bodyOf(spans: readonly SpanRecord[]): IngestBody {
  const encoder = new OtlpProtobufEncoder();
  for (const span of spans) encoder.add(span);
  return { format: BodyFormat.otlpProtobuf, bytes: encoder.take(), spanCount: spans.length };
}

export function resourceOf(serviceName: string, attributes: readonly AttributeValue[] = []): Resource {
  return { serviceName, attributes, droppedAttributesCount: 0, schemaUrl: '' };
}

/** A search over all times, newest twenty. */
export function searchFor(parts: Partial<StoreSearch>): StoreSearch {
  return { startMicros: 0, endMicros: baseMicros * 2, limit: 20, match: 'span', ...parts };
}

const scope: InstrumentationScope = {
  name: 'conformance',
  version: '1.2',
  attributes: ['library', true],
  droppedAttributesCount: 1,
  schemaUrl: 'https://example.test/scope',
};

const shop = resourceOf('shop', ['host.name', 'a', 'process.pid', 12]);
const bank = resourceOf('Bank');

/** A span of trace `trace`, number `number` in it. */
function span(trace: number, number: number, parts: Partial<SpanRecord> = {}): SpanRecord {
  return spanRecord({
    traceId0: 0x1a,
    traceId1: 2,
    traceId2: -3,
    traceId3: trace,
    spanId0: 0,
    spanId1: number,
    name: `operation ${number}`,
    kind: SpanKind.server,
    startMicros: baseMicros + trace * 1000 + number,
    durationNanos: 1_500_000,
    resource: shop,
    scope,
    ...parts,
  });
}

/** What an outline keeps of a record. */
function withoutDetails(record: SpanRecord): SpanRecord {
  return {
    ...record,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    statusMessage: '',
    traceState: '',
    localEndpoint: undefined,
    remoteEndpoint: undefined,
  };
}

/** Everything that a record can hold, at once. */
function fullSpan(): SpanRecord {
  return span(1, 1, {
    parentId0: -1,
    parentId1: 5,
    name: 'GET "quoted" \\ ünï ☃ 𝄞',
    startNanos: 999,
    durationNanos: 2 ** 52 + 1,
    attributes: fullAttributes(),
    droppedAttributesCount: 3,
    events: [
      {
        timeMicros: baseMicros + 1,
        timeNanos: 7,
        name: 'exception',
        attributes: ['exception.message', 'it "broke"', 'line', 12],
        droppedAttributesCount: 1,
      },
      { timeMicros: baseMicros + 2, timeNanos: 0, name: '', attributes: [], droppedAttributesCount: 0 },
    ],
    droppedEventsCount: 4,
    links: [
      {
        traceId0: -1,
        traceId1: -2,
        traceId2: 3,
        traceId3: 4,
        spanId0: 5,
        spanId1: -6,
        traceState: 'a=b',
        flags: 0x301,
        attributes: ['opentracing.ref_type', 'follows_from'],
        droppedAttributesCount: 2,
      },
    ],
    droppedLinksCount: 5,
    status: SpanStatus.error,
    statusMessage: 'no\nway',
    traceState: 'ot=th:8,x=y',
    flags: 0x301,
    resource: {
      serviceName: 'shop',
      attributes: ['list', ['a', 1]],
      droppedAttributesCount: 2,
      schemaUrl: 'https://example.test',
    },
  });
}

function fullAttributes(): AttributeValue[] {
  const scalars: AttributeValue[] = [
    'text',
    'a "b" \\ \n é 𝄞',
    'empty',
    '',
    'int',
    42,
    'negative',
    -7,
    'double',
    0.1,
    'tiny',
    5e-324,
  ];
  const others: AttributeValue[] = [
    'yes',
    true,
    'no',
    false,
    'huge',
    2n ** 62n,
    'none',
    null,
    'bytes',
    new Uint8Array([0, 255, 7]),
  ];
  const nested: AttributeValue[] = [
    'list',
    ['a', 1, true, null, ['b']],
    'map',
    { a: 1, b: { c: 'd' }, list: [1] },
    '10',
    'a key like an index',
  ];
  return [...scalars, ...others, ...nested];
}

function json(bytes: Uint8Array | undefined): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** What a store is tested through. */
export interface StoreUnderTest {
  readonly store: SpanStore;
  /** Closes the store and removes what it left. */
  remove(): Promise<void>;
}

/** Polls until an answer passes: stores may take up to five seconds to show what they acknowledged. */
export async function eventually<T>(ask: () => Promise<T>, passes: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + 5000;
  for (;;) {
    const answer = await ask();
    if (passes(answer) || performance.now() > deadline) return answer;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What every store must do. */
export function spanStoreConformance(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a span store`, () => {
    let underTest: StoreUnderTest | undefined;
    let store: SpanStore;

    beforeEach(async () => {
      underTest = await open();
      store = underTest.store;
    });
    afterEach(() => underTest?.remove());

    async function append(...spans: SpanRecord[]): Promise<void> {
      const before = store.stats().convertedSpans;
      await store.append(bodyOf(spans));
      await eventually(
        async () => store.stats().convertedSpans - before,
        (converted) => converted >= spans.length,
      );
    }

    async function foundTraces(parts: Partial<StoreSearch>): Promise<number[]> {
      const { traces } = await store.search(searchFor(parts));
      return traces.map(({ traceId }) => Number.parseInt(traceId.slice(-8), 16));
    }

    function traceOf(number: number): Promise<SpanRecord[]> {
      return store.trace([0x1a, 2, -3, number]);
    }

    it('is empty at first', async () => {
      expect(await store.services()).toEqual([]);
      expect(await store.operations('shop')).toEqual([]);
      expect(await store.remoteServices('shop')).toEqual([]);
      expect(await store.tagKeys()).toEqual([]);
      expect(await traceOf(1)).toEqual([]);
      expect(await store.search(searchFor({}))).toEqual({ traces: [], complete: true, searchedBackToMicros: 0 });
    });

    it('gives back every field of a span as it came', async () => {
      await append(fullSpan());
      expect(await traceOf(1)).toEqual([fullSpan()]);
    });

    it('keeps the flags and endpoints that OTLP carries as attributes', async () => {
      const special = span(1, 1, {
        debug: true,
        shared: true,
        unfinished: true,
        durationNanos: undefined,
        remoteEndpoint: { serviceName: 'bank', ipv4: '10.0.0.1', port: 80 },
        attributes: ['peer.service', 'bank', 'peer.ipv4', '10.0.0.1', 'peer.port', 80],
      });
      await append(special);
      const [found] = await traceOf(1);
      expect(found).toMatchObject({ debug: true, shared: true, unfinished: true, durationNanos: undefined });
      expect(found?.remoteEndpoint).toEqual({ serviceName: 'bank', ipv4: '10.0.0.1', port: 80 });
    });

    it('keeps negative and absent durations apart', async () => {
      await append(
        span(1, 1, { durationNanos: -5 }),
        span(1, 2, { durationNanos: undefined }),
        span(1, 3, { durationNanos: 0 }),
      );
      expect((await traceOf(1)).map(({ durationNanos }) => durationNanos)).toEqual([-5, undefined, 0]);
    });

    it('reads OTLP JSON and Zipkin JSON as well', async () => {
      const zipkin = [
        { traceId: '00000000000000010000000000000002', id: '3', name: 'get', timestamp: baseMicros, duration: 5 },
      ];
      await store.append({ format: BodyFormat.zipkinV2Json, bytes: Buffer.from(JSON.stringify(zipkin)), spanCount: 1 });
      const otlp = { traceId: '00000000000000010000000000000004', spanId: '0000000000000005', name: 'post' };
      const json = {
        resourceSpans: [{ scopeSpans: [{ spans: [{ ...otlp, startTimeUnixNano: `${baseMicros}000` }] }] }],
      };
      await store.append({ format: BodyFormat.otlpJson, bytes: Buffer.from(JSON.stringify(json)), spanCount: 1 });
      const names = (id: number) => async (): Promise<string[]> =>
        (await store.trace([0, 1, 0, id])).map(({ name }) => name);
      expect(await eventually(names(2), (found) => found.length > 0)).toEqual(['get']);
      expect(await eventually(names(4), (found) => found.length > 0)).toEqual(['post']);
    });

    it('sorts the spans of a trace by start and leaves other traces out', async () => {
      await append(span(1, 3), span(2, 1), span(1, 1), span(1, 2));
      expect((await traceOf(1)).map(({ spanId1 }) => spanId1)).toEqual([1, 2, 3]);
    });

    it('lets 64- and 128-bit ids of one trace meet', async () => {
      await append(span(1, 1), span(1, 2, { traceId0: 0, traceId1: 0 }), span(1, 3, { traceId0: 9, traceId1: 9 }));
      const ids = async (high: readonly [number, number]): Promise<number[]> =>
        (await store.trace([high[0], high[1], -3, 1])).map(({ spanId1 }) => spanId1);
      expect(await ids([0x1a, 2])).toEqual([1, 2]);
      expect(await ids([9, 9])).toEqual([2, 3]);
      expect(await ids([0, 0])).toEqual([1, 2, 3]);
      expect(await ids([7, 7])).toEqual([2]);
    });

    it('stores a body that comes twice once', async () => {
      await append(span(1, 1), span(1, 2));
      await append(span(1, 1), span(1, 2));
      expect(await traceOf(1)).toHaveLength(2);
    });

    it.each([
      ['finished after unfinished', { unfinished: true, durationNanos: 9 }, { durationNanos: 5 }],
      ['finished before unfinished', { durationNanos: 5 }, { unfinished: true, durationNanos: 9 }],
      ['longer after shorter', { durationNanos: 4 }, { durationNanos: 5 }],
      ['longer before shorter', { durationNanos: 5 }, { durationNanos: 4 }],
      ['with an end after without', { durationNanos: undefined }, { durationNanos: 5 }],
      ['with an end before without', { durationNanos: 5 }, { durationNanos: undefined }],
    ])('keeps the better of two records with one key: %s', async (_, first, second) => {
      await append(span(1, 1, first));
      await append(span(1, 1, second));
      expect(await traceOf(1)).toMatchObject([{ durationNanos: 5, unfinished: false }]);
    });

    it('keeps records apart that differ in kind, shared or start', async () => {
      const spans = [
        span(1, 1),
        span(1, 1, { kind: SpanKind.client }),
        span(1, 1, { shared: true }),
        span(1, 1, { startNanos: 1 }),
      ];
      await append(...spans);
      expect(await traceOf(1)).toHaveLength(4);
    });

    it('lists services, operations, remote services and tag keys, sorted', async () => {
      await append(
        span(1, 2, { attributes: ['b', 1, 'a', 2] }),
        span(1, 1, { kind: SpanKind.client }),
        span(1, 1),
        span(1, 9, {
          resource: bank,
          attributes: ['c', 1, 'peer.service', 'vault'],
          remoteEndpoint: { serviceName: 'vault' },
        }),
      );
      expect(await store.services()).toEqual(['Bank', 'shop']);
      expect(await store.operations('shop')).toEqual([
        { name: 'operation 1', kind: SpanKind.server },
        { name: 'operation 1', kind: SpanKind.client },
        { name: 'operation 2', kind: SpanKind.server },
      ]);
      expect(await store.operations('bank')).toEqual([]);
      expect(await store.remoteServices('Bank')).toEqual(['vault']);
      expect(await store.remoteServices('shop')).toEqual([]);
      expect(await store.tagKeys('shop')).toEqual(['a', 'b']);
      expect(await store.tagKeys()).toEqual(expect.arrayContaining(['a', 'b', 'c']));
    });

    it('finds the newest traces first, each whole, up to the limit', async () => {
      await append(span(1, 1), span(3, 1), span(3, 2, { resource: bank }), span(2, 1));
      expect(await foundTraces({ service: 'shop' })).toEqual([3, 2, 1]);
      expect(await foundTraces({ service: 'shop', limit: 2 })).toEqual([3, 2]);
      const { traces, complete, searchedBackToMicros } = await store.search(
        searchFor({ service: 'shop', startMicros: 5 }),
      );
      expect(traces[0]).toMatchObject({ spanCount: 2, rootName: 'operation 1', rootService: 'shop' });
      expect(traces[0]?.matchedSpanIds).toEqual(['0000000000000001']);
      expect({ complete, searchedBackToMicros }).toEqual({ complete: true, searchedBackToMicros: 5 });
    });

    it('gives a trace encoded, and nothing for one that is unknown', async () => {
      await append(fullSpan(), span(1, 2));
      const id = [0x1a, 2, -3, 1] as const;
      const columns = json(await store.encodeTrace(id, 'columns')) as TraceColumns;
      expect(fromTraceColumns(columns)).toEqual(await store.trace(id));
      const spans = json(await store.encodeTrace(id, 'zipkin-v2')) as { id: string }[];
      expect(spans.map((one) => one.id)).toEqual(['0000000000000001', '0000000000000002']);
      expect(await store.encodeTrace([0, 0, 0, 9], 'columns')).toBeUndefined();
      expect(await store.encodeTrace([0, 0, 0, 9], 'zipkin-v2')).toBeUndefined();
    });

    it('opens a small trace whole and a larger one as an outline', async () => {
      await append(fullSpan(), span(1, 2, { parentId1: 1 }), span(2, 1));
      const id = [0x1a, 2, -3, 1] as const;
      const whole = await store.openTrace(id, 2);
      expect(whole?.form).toBe('columns');
      expect(fromTraceColumns(json(whole?.bytes) as TraceColumns)).toEqual(await store.trace(id));
      const opened = await store.openTrace(id, 1);
      expect(opened?.form).toBe('outline');
      const outline = decodeTraceOutline(opened?.bytes as Uint8Array<ArrayBuffer>);
      expect(outline).toMatchObject({ traceId: '0000001a00000002fffffffd00000001', count: 2 });
      expect(fromTraceOutline(outline)).toEqual((await store.trace(id)).map(withoutDetails));
      expect(await store.openTrace([0, 0, 0, 9], 1)).toBeUndefined();
    });

    it('gives the spans of a trace that start in a range, both ends included', async () => {
      await append(span(1, 3), span(1, 1), span(1, 2), span(1, 4), span(2, 2));
      const id = [0x1a, 2, -3, 1] as const;
      const numbers = async (from: number, to: number): Promise<number[]> => {
        const range = { startMicros: baseMicros + 1000 + from, endMicros: baseMicros + 1000 + to };
        const bytes = await store.encodeTrace(id, 'columns', range);
        return bytes === undefined ? [] : fromTraceColumns(json(bytes) as TraceColumns).map(({ spanId1 }) => spanId1);
      };
      expect(await numbers(2, 3)).toEqual([2, 3]);
      expect(await numbers(0, 1)).toEqual([1]);
      expect(await numbers(5, 9)).toEqual([]);
    });

    it('gives found traces encoded, in the order of the search', async () => {
      await append(span(1, 1), span(2, 1), span(2, 2));
      const { traces, ...extent } = await store.encodeSearch(searchFor({}), 'columns');
      expect(extent).toEqual({ complete: true, searchedBackToMicros: 0 });
      expect((json(traces) as TraceColumns[]).map(({ count }) => count)).toEqual([2, 1]);
      const { traces: zipkin } = await store.encodeSearch(searchFor({ limit: 1 }), 'zipkin-v2');
      expect((json(zipkin) as unknown[][]).map(({ length }) => length)).toEqual([2]);
      const { traces: none } = await store.encodeSearch(searchFor({ service: 'unknown' }), 'zipkin-v2');
      expect(json(none)).toEqual([]);
    });

    it('includes both ends of the time range', async () => {
      await append(span(1, 1), span(2, 1), span(3, 1));
      const at = (trace: number): number => baseMicros + trace * 1000 + 1;
      expect(await foundTraces({ startMicros: at(1), endMicros: at(2) })).toEqual([2, 1]);
      expect(await foundTraces({ startMicros: at(1) + 1, endMicros: at(2) - 1 })).toEqual([]);
    });

    it('finds by operation, remote service and duration', async () => {
      await append(
        span(1, 1, { name: 'checkout', durationNanos: 1_000_000 }),
        span(2, 1, {
          durationNanos: 2_000_000,
          remoteEndpoint: { serviceName: 'vault' },
          attributes: ['peer.service', 'vault'],
        }),
        span(3, 1, { durationNanos: undefined }),
      );
      expect(await foundTraces({ operation: 'checkout' })).toEqual([1]);
      expect(await foundTraces({ service: 'shop', operation: 'checkout' })).toEqual([1]);
      expect(await foundTraces({ service: 'Bank', operation: 'checkout' })).toEqual([]);
      expect(await foundTraces({ remoteService: 'vault' })).toEqual([2]);
      expect(await foundTraces({ minDurationMicros: 1000 })).toEqual([2, 1]);
      expect(await foundTraces({ minDurationMicros: 1000.001 })).toEqual([2]);
      expect(await foundTraces({ maxDurationMicros: 1999.999 })).toEqual([1]);
      expect(await foundTraces({ minDurationMicros: 1000, maxDurationMicros: 2000 })).toEqual([2, 1]);
    });

    it('ignores case only when asked to', async () => {
      await append(span(1, 1, { resource: bank, name: 'Transfer' }));
      expect(await foundTraces({ service: 'bank' })).toEqual([]);
      expect(await foundTraces({ service: 'bank', operation: 'TRANSFER', ignoreCase: true })).toEqual([1]);
      expect(await foundTraces({ operation: 'transfer', ignoreCase: true })).toEqual([1]);
    });

    it.each<[string, AttributeValue, string]>([
      ['text', 'GET', 'GET'],
      ['text with quotes', 'a "b" \\ \u0001 é', 'a "b" \\ \u0001 é'],
      ['an SQL quote', "it's", "it's"],
      ['an integer', 200, '200'],
      ['a double', 0.25, '0.25'],
      ['a large double', 1e21, '1e+21'],
      ['zero', 0, '0'],
      ['negative zero', -0, '-0'],
      ['no number', Number.NaN, 'NaN'],
      ['infinity', Number.NEGATIVE_INFINITY, '-Infinity'],
      ['a boolean', true, 'true'],
      ['a bigint', 2n ** 60n, '1152921504606846976'],
      ['bytes', new Uint8Array([1, 2]), 'AQI='],
      ['a list', ['a', 1], '["a",1]'],
      ['a map', { a: 1 }, '{"a":1}'],
      ['the empty text', '', ''],
    ])('finds a tag whose value is %s', async (_, value, text) => {
      await append(span(1, 1, { attributes: ['k', value] }), span(2, 1, { attributes: ['k', 'other', 'l', value] }));
      expect(await foundTraces({ tags: [{ key: 'k', value: text }] })).toEqual([1]);
      expect(await foundTraces({ tags: [{ key: 'k', value: `${text}x` }] })).toEqual([]);
      expect(await foundTraces({ tags: [{ key: 'l' }] })).toEqual([2]);
      expect(await foundTraces({ tags: [{ key: 'm' }] })).toEqual([]);
    });

    it('finds tags of the resource and fields and names of events', async () => {
      const event = {
        timeMicros: 1,
        timeNanos: 0,
        name: 'retry',
        attributes: ['attempt', 2],
        droppedAttributesCount: 0,
      };
      await append(span(1, 1, { events: [event] }), span(2, 1, { resource: bank }));
      expect(await foundTraces({ tags: [{ key: 'host.name', value: 'a' }] })).toEqual([1]);
      expect(await foundTraces({ tags: [{ key: 'process.pid' }] })).toEqual([1]);
      expect(await foundTraces({ tags: [{ key: 'attempt', value: '2' }] })).toEqual([1]);
      expect(await foundTraces({ tags: [{ key: 'retry' }] })).toEqual([1]);
      expect(await foundTraces({ tags: [{ key: 'retry', value: '2' }] })).toEqual([]);
    });

    it('takes `error` for the status as well', async () => {
      await append(
        span(1, 1, { status: SpanStatus.error, statusMessage: 'boom' }),
        span(2, 1, { attributes: ['error', 'odd'] }),
        span(3, 1),
      );
      expect(await foundTraces({ tags: [{ key: 'error' }] })).toEqual([2, 1]);
      expect(await foundTraces({ tags: [{ key: 'error', value: 'true' }] })).toEqual([1]);
      expect(await foundTraces({ tags: [{ key: 'error', value: 'boom' }] })).toEqual([1]);
      expect(await foundTraces({ tags: [{ key: 'error', value: 'false' }] })).toEqual([3, 2]);
    });

    it('asks everything of one span, or each criterion of any span of the trace', async () => {
      await append(
        span(1, 1, { name: 'a', attributes: ['x', '1', 'y', '2'] }),
        span(2, 1, { name: 'a', attributes: ['x', '1'] }),
        span(2, 2, { name: 'b', attributes: ['y', '2'] }),
        span(3, 1, { name: 'a', attributes: ['x', '1'] }),
        span(3, 2, { name: 'b', attributes: ['y', '2'], resource: bank }),
      );
      const tags = [
        { key: 'x', value: '1' },
        { key: 'y', value: '2' },
      ];
      expect(await foundTraces({ tags })).toEqual([1]);
      expect(await foundTraces({ tags, match: 'trace' })).toEqual([3, 2, 1]);
      expect(await foundTraces({ tags, service: 'shop', match: 'trace' })).toEqual([2, 1]);
      expect(await foundTraces({ operation: 'b', tags: [{ key: 'x' }], service: 'shop', match: 'trace' })).toEqual([2]);
    });

    it('puts a trace where its newest spans for every criterion are', async () => {
      const met = Array.from({ length: 30 }, (_, index) => span(index + 1, 1, { attributes: ['a', 1, 'b', 1] }));
      const apart = [
        span(99, 1, { startMicros: baseMicros, attributes: ['a', 1] }),
        span(99, 2, { startMicros: baseMicros + 50_000, attributes: ['b', 1] }),
      ];
      await append(...met, ...apart);
      const search = { tags: [{ key: 'a' }, { key: 'b' }], match: 'trace' } as const;
      expect(await foundTraces({ ...search, limit: 1 })).toEqual([30]);
      expect((await foundTraces({ ...search, limit: 31 })).slice(-2)).toEqual([1, 99]);
      expect(await foundTraces({ tags: [{ key: 'b' }], match: 'trace', limit: 1 })).toEqual([99]);
    });

    const queried = async (query: string, parts: Partial<StoreSearch> = {}): Promise<number[]> =>
      foundTraces({ conditions: parseTraceQuery(query).conditions, ...parts });

    it('compares tags with numbers, and text that is a number', async () => {
      await append(
        span(1, 1, { attributes: ['size', 499] }),
        span(2, 1, { attributes: ['before', 'size', 'size', '500'] }),
        span(3, 1, { attributes: ['size', 500.5] }),
        span(4, 1, { attributes: ['size', 2n ** 60n] }),
        span(5, 1, { attributes: ['size', 'large', 'other', 600] }),
        span(6, 1, { attributes: ['size', -1e-7] }),
      );
      expect(await queried('size>=500')).toEqual([4, 3, 2]);
      expect(await queried('size>500')).toEqual([4, 3]);
      expect(await queried('size<=499')).toEqual([6, 1]);
      expect(await queried('size<499')).toEqual([6]);
      expect(await queried('size<0')).toEqual([6]);
      expect(await queried('size>500 size<1000')).toEqual([3]);
      expect(await queried('process.pid>=12 size<500')).toEqual([6, 1]);
      expect(await queried('process.pid>12')).toEqual([]);
    });

    it('compares numbers in the fields of events', async () => {
      const event = {
        timeMicros: 1,
        timeNanos: 0,
        name: 'retry',
        attributes: ['attempt', 2],
        droppedAttributesCount: 0,
      };
      await append(span(1, 1, { events: [event] }), span(2, 1));
      expect(await queried('attempt>1')).toEqual([1]);
      expect(await queried('attempt>2')).toEqual([]);
    });

    it('finds what does not have a tag, a value, a service, an operation', async () => {
      await append(
        span(1, 1, { attributes: ['k', 'v'] }),
        span(2, 1, { attributes: ['k', 'w'], name: 'other' }),
        span(3, 1, { resource: bank }),
      );
      expect(await queried('!k')).toEqual([3]);
      expect(await queried('k!=v')).toEqual([3, 2]);
      expect(await queried('k k!=v')).toEqual([2]);
      expect(await queried('service!=shop')).toEqual([3]);
      expect(await queried('service=shop operation!=other')).toEqual([1]);
      expect(await queried('!host.name')).toEqual([3]);
    });

    it('finds spans by kind, status and duration, both ends', async () => {
      await append(
        span(1, 1, { kind: SpanKind.client, durationNanos: 999_999 }),
        span(2, 1, { status: SpanStatus.ok, durationNanos: 1_000_000 }),
        span(3, 1, { status: SpanStatus.error, durationNanos: 1_000_001 }),
      );
      expect(await queried('kind=client')).toEqual([1]);
      expect(await queried('kind!=client')).toEqual([3, 2]);
      expect(await queried('status=ok')).toEqual([2]);
      expect(await queried('status=error')).toEqual([3]);
      expect(await queried('status!=error')).toEqual([2, 1]);
      expect(await queried('duration>1ms')).toEqual([3]);
      expect(await queried('duration>=1ms')).toEqual([3, 2]);
      expect(await queried('duration<1ms')).toEqual([1]);
      expect(await queried('duration<=1ms')).toEqual([2, 1]);
      expect(await queried('duration=1ms')).toEqual([2]);
    });

    it('finds traces by what they are as a whole', async () => {
      const later = { startMicros: baseMicros + 1_006_000, durationNanos: 4_000_000, parentId1: 1, resource: bank };
      await append(
        span(1, 1, { startMicros: baseMicros + 1_000_000 }),
        span(1, 2, { ...later, status: SpanStatus.error }),
      );
      await append(span(2, 1));
      expect(await queried('trace.duration>=10ms')).toEqual([1]);
      expect(await queried('trace.duration>10ms')).toEqual([]);
      expect(await queried('trace.duration<10ms')).toEqual([2]);
      expect(await queried('service=shop trace.error')).toEqual([1]);
      expect(await queried('!trace.error')).toEqual([2]);
      expect(await queried('service=shop error')).toEqual([]);
    });

    it('counts all traces that a search finds, by time, duration, errors and what matches', async () => {
      const slow = { durationNanos: 64_000_000, attributes: ['release', 'b'], status: SpanStatus.error };
      for (let trace = 1; trace <= 30; trace++) {
        await append(
          span(trace, 1, trace <= 5 ? slow : { durationNanos: 1_000_000, attributes: ['release', 'a'] }),
          span(trace, 2, {
            parentId1: 1,
            resource: bank,
            name: 'child',
            durationNanos: 1000,
            attributes: ['id', trace],
          }),
        );
      }
      const range = { startMicros: baseMicros, endMicros: baseMicros + 40_000, columns: 2, match: 'span' } as const;
      const overview = await store.tracesOverview(range);
      // Traces 1 to 19 start before the middle; 64 ms is 2^16 µs less a bit, 1 ms 2^10 less a bit.
      expect(overview).toMatchObject({ traceCount: 30, complete: true, columns: 2, searchedBackToMicros: baseMicros });
      expect(overview.cells).toEqual({
        columns: [0, 0, 1],
        buckets: [19, 31, 19],
        counts: [14, 5, 11],
        errors: [0, 5, 0],
      });
      expect(overview.facets.slice(0, 3)).toEqual([
        {
          field: 'service',
          distinct: 2,
          values: [
            { value: 'Bank', count: 30 },
            { value: 'shop', count: 30 },
          ],
        },
        {
          field: 'operation',
          distinct: 2,
          values: [
            { value: 'child', count: 30 },
            { value: 'operation 1', count: 30 },
          ],
        },
        {
          field: 'trace.error',
          distinct: 2,
          values: [
            { value: 'false', count: 25 },
            { value: 'true', count: 5 },
          ],
        },
      ]);
      expect(overview.facets[3]).toEqual({
        field: 'tag',
        key: 'release',
        distinct: 2,
        values: [
          { value: 'a', count: 25 },
          { value: 'b', count: 5 },
        ],
      });
      const asked = await store.tracesOverview({ ...range, facetKeys: ['id', 'absent'] });
      expect(asked.facets[3]).toMatchObject({ field: 'tag', key: 'id', distinct: 30 });
      expect(asked.facets[3]?.values[0]).toEqual({ value: '1', count: 1 });
      expect(asked.facets[4]).toMatchObject({ key: 'release' });
      const narrow = await store.tracesOverview({ ...range, service: 'Bank', tags: [{ key: 'id', value: '7' }] });
      expect(narrow).toMatchObject({ traceCount: 1, cells: { columns: [0], buckets: [19], counts: [1] } });
      expect(narrow.facets.map(({ values }) => values)).toEqual([
        [{ value: 'Bank', count: 1 }],
        [{ value: 'child', count: 1 }],
        [{ value: 'false', count: 1 }],
      ]);
    });

    it('looks only at traces that begin in the range when asked to: by the root, else by the earliest span', async () => {
      const at = (trace: number, micros: number, parts: Partial<SpanRecord> = {}): SpanRecord =>
        span(trace, micros, { startMicros: baseMicros + micros, ...parts });
      const child = { parentId1: 77, attributes: ['k', 'v'] };
      const before = [at(1, 99), at(1, 150, child), at(2, 99, child), at(2, 150, child)];
      const within = [at(3, 100), at(3, 160, child), at(4, 100, child), at(4, 99, { startMicros: 0 })];
      const skewed = [at(5, 90, child), at(5, 101), at(5, 155, child)];
      const atTheEnd = [
        at(6, 200, { attributes: ['k', 'v'] }),
        at(7, 201, { attributes: ['k', 'v'] }),
        at(7, 180, child),
      ];
      const metLater = [at(8, 180), at(8, 201, child)];
      await append(...before, ...within, ...skewed, ...atTheEnd, ...metLater);
      const range = { startMicros: baseMicros + 100, endMicros: baseMicros + 200 };
      const search = { ...range, tags: [{ key: 'k' }], match: 'trace' } as const;
      expect(await foundTraces({ ...search, traceBeginsInRange: true })).toEqual([6, 3, 5, 4]);
      expect(await foundTraces({ ...range, match: 'trace', traceBeginsInRange: true })).toEqual([6, 8, 3, 5, 4]);
      expect(await foundTraces(search)).toEqual([6, 7, 3, 5, 1, 2, 4]);
    });

    /** All times; what the tests append is from a few minutes. */
    const allTimes = { startMicros: 0, endMicros: baseMicros * 2 };

    it('has no statistics and edges at first', async () => {
      expect(await store.serviceStatistics(allTimes)).toMatchObject({
        startMicros: 0,
        completeFromMicros: 0,
        joined: true,
        statistics: [],
      });
      expect(await store.serviceEdges(allTimes)).toMatchObject({ completeFromMicros: 0, joined: true, edges: [] });
    });

    it('sums up services by kind, with percentiles, a histogram and an example of each bucket', async () => {
      await append(span(1, 1, { durationNanos: 1_000_000 }), span(2, 1, { durationNanos: 1_000_000 }));
      await append(span(3, 1, { durationNanos: 100_000_000, status: SpanStatus.error }));
      await append(span(4, 1, { kind: SpanKind.client, durationNanos: undefined }), span(5, 1, { resource: bank }));
      const { statistics } = await store.serviceStatistics(allTimes);
      expect(
        statistics.map(({ service, operation, kind, count, errors }) => [service, operation, kind, count, errors]),
      ).toEqual([
        ['Bank', null, SpanKind.server, 1, 0],
        ['shop', null, SpanKind.server, 3, 1],
        ['shop', null, SpanKind.client, 1, 0],
      ]);
      const [, server, client] = statistics;
      expect(server?.durationSumMicros).toBe(102_000);
      expect(Math.abs((server?.p50Micros ?? 0) - 1000)).toBeLessThan(44);
      expect(Math.abs((server?.p95Micros ?? 0) - 100_000)).toBeLessThan(4400);
      expect(server?.p99Micros).toBe(server?.p95Micros);
      expect(server?.histogram.counts).toEqual([2, 1]);
      expect(server?.histogram.exemplars).toEqual([
        '0000001a00000002fffffffd00000002',
        '0000001a00000002fffffffd00000003',
      ]);
      expect(client).toMatchObject({ p50Micros: null, histogram: { buckets: [], counts: [], exemplars: [] } });
    });

    it('sums up the operations of a service, or one of them', async () => {
      await append(span(1, 1), span(1, 2), span(2, 2), span(3, 1, { resource: bank }));
      const linesOf = async (parts: { service?: string; operation?: string }): Promise<unknown[]> =>
        (await store.serviceStatistics({ ...allTimes, ...parts })).statistics.map(({ operation, count }) => [
          operation,
          count,
        ]);
      expect(await linesOf({ service: 'shop' })).toEqual([
        ['operation 1', 1],
        ['operation 2', 2],
      ]);
      expect(await linesOf({ service: 'shop', operation: 'operation 2' })).toEqual([['operation 2', 2]]);
      expect(await linesOf({ operation: 'operation 1' })).toEqual([
        [null, 1],
        [null, 1],
      ]);
      expect(await linesOf({ service: 'unknown' })).toEqual([]);
    });

    it('tells statistics by step, of the whole minutes that the range touches', async () => {
      const minute = 60_000_000;
      const first = Math.floor(baseMicros / minute) * minute;
      const at = (trace: number, startMicros: number, parts: Partial<SpanRecord> = {}): SpanRecord =>
        span(trace, 1, { startMicros, ...parts });
      await append(at(1, first - 1), at(2, first), at(3, first + minute - 1, { status: SpanStatus.error }));
      await append(at(4, first + 2 * minute), at(5, first + 3 * minute));
      const range = { startMicros: first + 1, endMicros: first + 2 * minute };
      const answer = await store.serviceStatistics(range);
      expect(answer).toMatchObject({ startMicros: first, endMicros: first + 3 * minute, stepMicros: minute });
      const [line] = answer.statistics;
      expect(line).toMatchObject({ count: 3, errors: 1, steps: { counts: [2, 0, 1], errors: [1, 0, 0] } });
      expect(line?.steps.p95Micros.map((micros) => micros === null)).toEqual([false, true, false]);
      const coarse = await store.serviceStatistics({ ...range, steps: 2 });
      expect(coarse).toMatchObject({ stepMicros: 2 * minute, statistics: [{ steps: { counts: [2, 1] } }] });
    });

    it('sums up what a service answers, calls and does by itself, by service or by operation', async () => {
      const { client, consumer, internal, producer, server, unspecified } = SpanKind;
      const kinds = [server, consumer, client, producer, internal, unspecified, unspecified];
      await append(...kinds.map((kind, index) => span(index + 1, 1, { kind, durationNanos: 1000 * (index + 1) })));
      await append(span(20, 2, { kind: consumer }));
      const linesOf = async (parts: Partial<StatisticsQuery>): Promise<unknown[]> =>
        (await store.serviceStatistics({ ...allTimes, ...parts })).statistics.map(({ operation, kind, count }) => [
          operation,
          kind,
          count,
        ]);
      expect(await linesOf({ kinds: 'sides' })).toEqual([
        [null, internal, 3],
        [null, server, 3],
        [null, client, 2],
      ]);
      expect(await linesOf({ kinds: 'sides', by: 'operation' })).toEqual([
        ['operation 1', internal, 3],
        ['operation 1', server, 2],
        ['operation 1', client, 2],
        ['operation 2', server, 1],
      ]);
      expect(await linesOf({ service: 'shop', by: 'service', operation: 'operation 2' })).toEqual([
        [null, consumer, 1],
      ]);
    });

    it('tells of each step what is slow always and what was slow once, with a trace of each', async () => {
      const minute = 60_000_000;
      const first = Math.floor(baseMicros / minute) * minute;
      const of = (trace: number, step: number, durationNanos: number): SpanRecord =>
        span(trace, 1, { startMicros: first + step * minute, durationNanos });
      await append(...Array.from({ length: 19 }, (_, index) => of(index + 1, 0, 1_000_000)));
      await append(of(20, 0, 9_000_000), of(21, 2, 4_000_000));
      const range = { startMicros: first, endMicros: first + 2 * minute };
      const plain = await store.serviceStatistics(range);
      expect(plain.statistics[0]?.steps.exemplars).toBeUndefined();
      const [line] = (await store.serviceStatistics({ ...range, exemplars: 'steps' })).statistics;
      const near = (micros: number | null): number | null => micros && Number(micros.toPrecision(1));
      expect(line?.steps.p50Micros.map(near)).toEqual([1000, null, 4000]);
      expect(line?.steps.p99Micros.map(near)).toEqual([9000, null, 4000]);
      const exemplars = line?.steps.exemplars ?? [];
      expect(exemplars.map(({ step, durationMicros }) => [step, near(durationMicros)])).toEqual([
        [0, 1000],
        [0, 9000],
        [2, 4000],
      ]);
      expect(exemplars[1]?.traceId).toBe(line?.histogram.exemplars.at(-1));
    });

    it('counts a span once however often it comes, finished ones only, and the record that counts', async () => {
      await append(span(1, 1, { unfinished: true, durationNanos: 9_000_000 }), span(2, 1, { unfinished: true }));
      expect((await store.serviceStatistics(allTimes)).statistics).toEqual([]);
      await append(span(1, 1, { durationNanos: 4000 }));
      await append(span(1, 1, { durationNanos: 5000, status: SpanStatus.error }), span(3, 1, { durationNanos: 1000 }));
      await append(span(1, 1, { durationNanos: 4000 }));
      expect((await store.serviceStatistics(allTimes)).statistics).toMatchObject([
        { count: 2, errors: 1, durationSumMicros: 6 },
      ]);
    });

    it('counts spans by the weight that their sampling gives them', async () => {
      const traceState = 'ot=th:c;rv:ffffffffffffff';
      await append(span(1, 1, { traceState, status: SpanStatus.error }), span(2, 1));
      await append(span(3, 1, { attributes: ['sampler.type', 'probabilistic', 'sampler.param', 0.5] }));
      const { statistics } = await store.serviceStatistics(allTimes);
      expect(statistics).toMatchObject([{ count: 7, errors: 4, durationSumMicros: 10_500 }]);
    });

    it('finds calls between services whose halves came apart, in either order, each once', async () => {
      const { client, server } = SpanKind;
      const call = span(1, 1, { kind: client, durationNanos: 8000 });
      const answer = span(1, 2, { kind: server, parentId1: 1, resource: bank, status: SpanStatus.error });
      await append(call);
      await append(answer);
      await append(span(2, 2, { kind: server, parentId1: 1, resource: bank }));
      await append(span(2, 1, { kind: client, durationNanos: 8000 }));
      await append(call, answer);
      const { edges, joined } = await store.serviceEdges(allTimes);
      expect(joined).toBe(true);
      expect(edges).toMatchObject([
        { caller: 'shop', callee: 'Bank', calleeKind: 'service', count: 2, errors: 1, durationSumMicros: 16 },
      ]);
      expect(edges[0]?.histogram).toMatchObject({ counts: [2], exemplars: ['0000001a00000002fffffffd00000002'] });
    });

    it('finds calls to databases and brokers that spans name, and no longer those that were answered', async () => {
      const peer = (name: string): Partial<SpanRecord> => ({
        kind: SpanKind.client,
        remoteEndpoint: { serviceName: name },
        attributes: ['peer.service', name],
      });
      const database: AttributeValue[] = ['peer.service', 'orders', 'db.type', 'sql'];
      await append(
        span(1, 1, { ...peer('orders'), attributes: database }),
        span(2, 1, { kind: SpanKind.producer, attributes: ['messaging.system', 'kafka'] }),
        span(3, 1, peer('Bank')),
        span(4, 1, peer('vault')),
      );
      const lines = async (): Promise<string[]> =>
        (await store.serviceEdges(allTimes)).edges.map(
          ({ caller, callee, calleeKind, count }) => `${caller} > ${callee}: ${calleeKind} ${count}`,
        );
      const others = ['shop > kafka: broker 1', 'shop > orders: database 1', 'shop > vault: service 1'];
      expect(await lines()).toEqual(['shop > Bank: service 1', ...others]);
      await append(span(3, 2, { parentId1: 1, resource: bank }));
      expect(await lines()).toEqual(['shop > Bank: service 1', ...others]);
    });

    it('decides by the record that counts when a span was reported twice', async () => {
      await append(span(1, 1, { unfinished: true, durationNanos: 9_000_000, attributes: ['state', 'open'] }));
      await append(span(1, 1, { durationNanos: 1000, attributes: ['state', 'done'] }));
      expect(await foundTraces({ tags: [{ key: 'state', value: 'open' }] })).toEqual([]);
      expect(await foundTraces({ minDurationMicros: 2 })).toEqual([]);
      expect(await foundTraces({ tags: [{ key: 'state', value: 'done' }] })).toEqual([1]);
    });

    it('counts what it took', async () => {
      await append(span(1, 1), span(1, 2));
      expect(store.stats()).toMatchObject({ appendedBodies: 1, appendedSpans: 2, convertedSpans: 2, refusedBodies: 0 });
    });

    it('refuses work after it was closed', async () => {
      await store.close();
      await expect(store.append(bodyOf([span(1, 1)]))).rejects.toThrow('closed');
      await store.close();
    });
  });
}
