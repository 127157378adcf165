import fc from 'fast-check';
import type { TraceIdWords } from '@spanwise/wire';
import { decodeTraceOutline, fromTraceOutline } from '@spanwise/wire/query';
import type { SearchCondition } from '@spanwise/wire/query';
import type { AttributeValue, SpanRecord } from '@spanwise/wire/span-record';
import { spanRecord } from '@spanwise/wire/span-record';
import { beforeAll, describe, expect, it } from 'vitest';

import { MemorySpanStore } from '../memory/memory-span-store.ts';
import type { SpanStore, StoreSearch } from '../span-store.ts';
import { bodyOf, eventually, resourceOf } from '../span-store.conformance.ts';
import { buildWorkers, openSmallStore, temporaryDirectory } from './opened-store.fixture.ts';

beforeAll(buildWorkers);

const resources = [resourceOf('a'), resourceOf('B', ['host', 'x']), resourceOf('', ['k0', 'v'])];
const scope = { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' };
const values: AttributeValue[] = [
  'v',
  'it\'s "q"',
  '',
  1,
  0,
  -0,
  Number.NaN,
  -1.5,
  true,
  false,
  5n ** 30n,
  null,
  ['v', 1],
  { m: 1 },
  new Uint8Array([9]),
];
const texts = ['v', 'it\'s "q"', '', '1', '0', '-0', 'NaN', '-1.5', 'true', '["v",1]', '{"m":1}', 'CQ==', 'absent'];

const value = fc.constantFrom(...values);
const key = fc.constantFrom('k0', 'k1', 'é "k"');
const attributes = fc.array(fc.tuple(key, value), { maxLength: 3 }).map((pairs) => [...new Map(pairs)].flat());
const event = fc.record({
  timeMicros: fc.nat(100),
  timeNanos: fc.constant(0),
  name: fc.constantFrom('k1', 'retry'),
  attributes,
  droppedAttributesCount: fc.nat(1),
});

const link = fc.record({
  traceId0: fc.constant(0),
  traceId1: fc.nat(1),
  traceId2: fc.constant(0),
  traceId3: fc.integer({ min: 1, max: 6 }),
  spanId0: fc.constant(0),
  spanId1: fc.integer({ min: 1, max: 4 }),
  traceState: fc.constantFrom('', '"l":'),
  flags: fc.nat(1),
  attributes,
  droppedAttributesCount: fc.nat(1),
});

/** Few ids and starts, so that keys collide. The duration decides which record wins: equal ones must be equal altogether. */
const span: fc.Arbitrary<SpanRecord> = fc
  .record({
    traceId1: fc.constantFrom(0, 0, 1),
    traceId3: fc.integer({ min: 1, max: 6 }),
    spanId1: fc.integer({ min: 1, max: 4 }),
    parentId1: fc.nat(2),
    name: fc.constantFrom('get', 'GET', 'post'),
    kind: fc.constantFrom(0 as const, 2 as const, 3 as const),
    startMicros: fc.integer({ min: 1, max: 12 }),
    startNanos: fc.constantFrom(0, 0, 500),
    attributes,
    events: fc.array(event, { maxLength: 1 }),
    status: fc.constantFrom(0 as const, 2 as const),
    statusMessage: fc.constantFrom('', 'v'),
    unfinished: fc.boolean(),
    shared: fc.boolean(),
    resource: fc.constantFrom(...resources),
    links: fc.array(link, { maxLength: 1 }),
    remoteEndpoint: fc.constantFrom(undefined, undefined, { serviceName: 'B' }, { serviceName: 'db' }),
  })
  .map((parts) => spanRecord({ ...parts, scope }));

/** Every record gets a duration of its own, so that the winner never depends on the order of arrival. */
const bodies = fc
  .array(fc.array(span, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 })
  .map((groups) =>
    groups.map((spans, body) => spans.map((one, index) => ({ ...one, durationNanos: (body * 7 + index * 43) % 97 }))),
  );

const condition = fc.oneof(
  fc.record({
    field: fc.constantFrom('service', 'operation'),
    operator: fc.constantFrom('=', '!='),
    value: fc.constantFrom('a', 'B', 'get', 'GET', ''),
  }),
  fc.record({
    field: fc.constant('kind'),
    operator: fc.constantFrom('=', '!='),
    value: fc.constantFrom('server', 'client'),
  }),
  fc.record({
    field: fc.constant('status'),
    operator: fc.constantFrom('=', '!='),
    value: fc.constantFrom('error', 'unset'),
  }),
  fc.record({
    field: fc.constantFrom('duration', 'trace.duration'),
    operator: fc.constantFrom('<', '<=', '>', '>=', '='),
    value: fc.constantFrom('0ns', '30ns', '43ns', '3us'),
  }),
  fc.record({ field: fc.constant('trace.error'), operator: fc.constantFrom('has', '!has') }),
  fc.record({ field: fc.constant('tag'), key, operator: fc.constantFrom('has', '!has') }),
  fc.record({ field: fc.constant('tag'), key, operator: fc.constantFrom('=', '!='), value: fc.constantFrom(...texts) }),
  fc.record({
    field: fc.constant('tag'),
    key,
    operator: fc.constantFrom('<', '<=', '>', '>='),
    value: fc.constantFrom('-1.5', '0', '1', '1e20'),
  }),
) as fc.Arbitrary<SearchCondition>;

const search: fc.Arbitrary<StoreSearch> = fc.record(
  {
    service: fc.constantFrom('a', 'B', 'b', '', 'absent'),
    operation: fc.constantFrom('get', 'post', 'absent'),
    tags: fc.array(
      fc.record({
        key: fc.oneof(key, fc.constantFrom('error', 'retry', 'host')),
        value: fc.option(fc.constantFrom(...texts), { nil: undefined }),
      }),
      { maxLength: 2 },
    ),
    conditions: fc.array(condition, { maxLength: 2 }),
    minDurationMicros: fc.constantFrom(0, 0.02, 0.05),
    maxDurationMicros: fc.constantFrom(0.05, 0.09),
    ignoreCase: fc.boolean(),
    traceBeginsInRange: fc.boolean(),
    startMicros: fc.constantFrom(0, 4),
    endMicros: fc.constantFrom(8, 100),
    limit: fc.constantFrom(1, 3, 100),
    match: fc.constantFrom('span' as const, 'trace' as const),
  },
  { requiredKeys: ['startMicros', 'endMicros', 'limit', 'match'] },
);

/** Traces whose spans meet few criteria each and start far apart: what a search that ends early can get wrong. */
const scattered = fc
  .array(
    fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), startMicros: fc.integer({ min: 1, max: 500 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
    { minLength: 50, maxLength: 90 },
  )
  .map((traces) =>
    traces.map((spans, trace) =>
      spans.map(({ key: tag, startMicros }, number) =>
        spanRecord({
          traceId3: trace + 1,
          spanId1: number + 1,
          name: tag,
          attributes: [tag, 1],
          startMicros,
          durationNanos: 1,
          resource: resources[0]!,
          scope,
        }),
      ),
    ),
  );

const earlyEnding: fc.Arbitrary<StoreSearch> = fc.record(
  {
    operation: fc.constantFrom('a', 'b'),
    tags: fc.subarray([{ key: 'a' }, { key: 'b' }, { key: 'c', value: '1' }], { minLength: 1 }),
    startMicros: fc.constantFrom(0, 100),
    endMicros: fc.constantFrom(400, 1000),
    limit: fc.integer({ min: 1, max: 3 }),
    match: fc.constantFrom('trace' as const, 'trace' as const, 'span' as const),
  },
  { requiredKeys: ['tags', 'startMicros', 'endMicros', 'limit', 'match'] },
);

describe('EmbeddedSpanStore and MemorySpanStore', () => {
  it('find the same few of many traces', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(scattered, fc.array(earlyEnding, { minLength: 12, maxLength: 12 }), async (traces, searches) => {
        const directory = temporaryDirectory();
        const model = new MemorySpanStore();
        const store = await openSmallStore(directory.path, { segmentRows: 32, rowsPerBlock: 8 });
        try {
          for (let at = 0; at < traces.length; at += 10) {
            const body = traces.slice(at, at + 10).flat();
            for (const one of [store, model]) await one.append(bodyOf(body));
          }
          await isConverted(store, model);
          await expectSameResults(store, model, searches);
        } finally {
          await store.close();
          directory.remove();
        }
      }),
      // The first failure is told as it is: a smaller one would take minutes to find.
      { numRuns: Number(process.env['FC_RUNS'] ?? 5), endOnFailure: true },
    );
  });

  it(
    'answer the same, whatever is stored and asked, across segments, memory and a restart',
    { timeout: 240_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(bodies, fc.array(search, { minLength: 6, maxLength: 6 }), async (spans, searches) => {
          const directory = temporaryDirectory();
          const model = new MemorySpanStore();
          let store = await openSmallStore(directory.path);
          try {
            for (const body of spans) for (const one of [store, model]) await one.append(bodyOf(body));
            await isConverted(store, model);
            await expectSameAnswers(store, model, searches);
            await store.close();
            store = await openSmallStore(directory.path);
            await expectSameAnswers(store, model, searches);
          } finally {
            await store.close();
            directory.remove();
          }
        }),
        { numRuns: Number(process.env['FC_RUNS'] ?? 12) },
      );
    },
  );
});

async function isConverted(store: SpanStore, model: SpanStore): Promise<void> {
  await eventually(
    async () => store.stats().convertedSpans,
    (converted) => converted === model.stats().convertedSpans,
  );
}

async function expectSameAnswers(store: SpanStore, model: SpanStore, searches: readonly StoreSearch[]): Promise<void> {
  for (let trace = 1; trace <= 6; trace++) {
    for (const high of [0, 1]) {
      const id = [0, high, 0, trace] as const;
      expect(await store.trace(id)).toEqual(await model.trace(id));
      expect(await outlined(store, id)).toEqual(await outlined(model, id));
      const part = { startMicros: 3, endMicros: 9 };
      expect(await store.encodeTrace(id, 'columns', part)).toEqual(await model.encodeTrace(id, 'columns', part));
    }
  }
  expect(await store.services()).toEqual(await model.services());
  expect(await store.operations('a')).toEqual(await model.operations('a'));
  expect(await store.tagKeys()).toEqual(await model.tagKeys());
  const range = { startMicros: 0, endMicros: 100 };
  const statistics = async (of: SpanStore) => withoutExemplars(await of.serviceStatistics(range));
  expect(await statistics(store)).toEqual(await statistics(model));
  const edges = async (of: SpanStore) => withoutExemplars(await of.serviceEdges(range));
  expect(await edges(store)).toEqual(await edges(model));
  await expectSameResults(store, model, searches);
}

/** What an outline says; it may number names in another order. */
async function outlined(store: SpanStore, id: TraceIdWords): Promise<unknown> {
  const opened = await store.openTrace(id, 0);
  if (opened === undefined) return undefined;
  const outline = decodeTraceOutline(opened.bytes as Uint8Array<ArrayBuffer>);
  return [opened.form, outline.traceId, outline.baseMicros, fromTraceOutline(outline)];
}

async function expectSameResults(store: SpanStore, model: SpanStore, searches: readonly StoreSearch[]): Promise<void> {
  for (const query of searches) {
    expect({ query, result: await store.search(query) }).toEqual({ query, result: await model.search(query) });
    const overviews = [await store.tracesOverview(query), await model.tracesOverview(query)];
    expect({ query, overview: overviews[0] }).toEqual({ query, overview: overviews[1] });
    expect(await store.encodeSearch(query, 'columns')).toEqual(await model.encodeSearch(query, 'columns'));
  }
}

/** Which trace is the example may differ where a record was replaced. */
function withoutExemplars(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer, (key, value: unknown) => (key === 'exemplars' ? undefined : value)));
}
