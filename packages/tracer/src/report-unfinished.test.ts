import type { Span } from '@spanwise/opentracing';
import { MockTracer, noopSpan } from '@spanwise/opentracing';
import type { SpanRecord } from '@spanwise/wire';
import { SpanKind } from '@spanwise/wire';
import { decodeOtlpJson, decodeOtlpProtobuf } from '@spanwise/wire/otlp/decode';
import { OtlpJsonEncoder, OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import { decodeZipkinJson } from '@spanwise/wire/zipkin/decode';
import { ZipkinJsonEncoder } from '@spanwise/wire/zipkin/encode';
import { describe, expect, it } from 'vitest';

import { finishedSpan } from './fixtures/finished-span.ts';
import { Logged } from './fixtures/logged.ts';
import { ManualTimers } from './fixtures/manual-timers.ts';
import { delivered, ManualTransport } from './fixtures/manual-transport.ts';
import { testTracer } from './fixtures/test-tracer.ts';
import { batchReporter } from './reporting/batch-reporter.ts';
import { InMemoryRecorder } from './reporting/in-memory-recorder.ts';
import type { SpanwiseSpan } from './span.ts';

describe('reportUnfinished', () => {
  it('hands on a copy of the open span, marked, with the time since its start', () => {
    const { tracer, recorder, clock } = testTracer();
    const span = tracer.startSpan('import', { tags: { rows: 1, 'peer.service': 'db', error: 'slow' } });
    span.log({ event: 'begun' });
    clock.advance(1500);
    expect(tracer.reportUnfinished(span)).toBe(true);
    const [copy] = recorder.unfinishedRecords;
    const open = { unfinished: false, durationNanos: undefined, remoteEndpoint: undefined };
    expect(span).toMatchObject({ ...copy, ...open });
    expect(copy).toMatchObject({
      unfinished: true,
      durationNanos: 1_500_000_000,
      remoteEndpoint: { serviceName: 'db' },
      attributes: ['rows', 1, 'peer.service', 'db'],
      statusMessage: 'slow',
    });
    expect(Object.keys(copy!).sort()).toEqual(Object.keys(finishedSpan()).sort());
    expect(recorder.records).toEqual([]);
  });

  it('leaves the span open: it goes on, and its finish reports the whole of it', () => {
    const { tracer, recorder, clock } = testTracer();
    const span = tracer.startSpan('import', { tags: { rows: 1 } });
    span.log({ event: 'begun' });
    tracer.reportUnfinished(span);
    clock.advance(1);
    span.setTag('rows', 2).setTag('state', 'done').setOperationName('import all').log({ event: 'done' }).finish();
    const [copy] = recorder.unfinishedRecords as [SpanRecord];
    const [record] = recorder.records as [SpanRecord];
    expect(copy).toMatchObject({ name: 'import', attributes: ['rows', 1], events: [{ name: 'begun' }] });
    expect(record).toMatchObject({
      name: 'import all',
      unfinished: false,
      durationNanos: 1_000_000,
      attributes: ['rows', 2, 'state', 'done'],
      events: [{ name: 'begun' }, { name: 'done' }],
    });
    expect([copy.spanId0, copy.spanId1, copy.startMicros, copy.startNanos]).toEqual([
      record.spanId0,
      record.spanId1,
      record.startMicros,
      record.startNanos,
    ]);
  });

  it('counts copies apart from spans', () => {
    const { tracer } = testTracer();
    const span = tracer.startSpan('import');
    for (let count = 0; count < 3; count++) tracer.reportUnfinished(span);
    expect(tracer.stats()).toMatchObject({ started: 1, open: 1, finished: 0, unfinishedReports: 3 });
    span.finish();
    expect(tracer.stats()).toMatchObject({ started: 1, open: 0, finished: 1, unfinishedReports: 3, lateCalls: 0 });
  });

  it('makes later copies longer, so that a receiver can tell which one is the latest', () => {
    const { tracer, recorder, clock } = testTracer();
    const span = tracer.startSpan('import');
    for (let count = 0; count < 2; count++) {
      clock.advance(1);
      tracer.reportUnfinished(span);
    }
    expect(recorder.unfinishedRecords.map(({ durationNanos }) => durationNanos)).toEqual([1_000_000, 2_000_000]);
  });

  it('of a span that starts in the future tells a negative time', () => {
    const { tracer, recorder, clock } = testTracer();
    tracer.reportUnfinished(tracer.startSpan('import', { startTime: clock.wallMillis() + 12 }));
    expect(recorder.unfinishedRecords).toMatchObject([{ durationNanos: -12_000_000 }]);
  });

  it('reports nothing by itself', async () => {
    const { tracer, recorder } = testTracer();
    tracer.startSpan('import');
    await tracer.flush();
    await tracer.close();
    expect([recorder.unfinishedRecords, recorder.records]).toEqual([[], []]);
  });

  it('says no to a span that is finished, not sampled or not of this tracer', () => {
    const { tracer, recorder } = testTracer();
    const finished = tracer.startSpan('finished');
    finished.finish();
    const open = tracer.startSpan('open');
    const candidates: unknown[] = [
      finished,
      tracer.startSpan('unsampled', { tags: { 'sampling.priority': 0 } }),
      testTracer().tracer.startSpan('other'),
      new MockTracer().startSpan('mock'),
      noopSpan,
      new Proxy(open, {}),
      Object.create(open),
      open.context(),
      null,
      undefined,
      7,
      'span',
      {},
    ];
    for (const candidate of candidates) expect(tracer.reportUnfinished(candidate as Span)).toBe(false);
    expect(recorder.unfinishedRecords).toEqual([]);
    expect(tracer.stats()).toMatchObject({ unfinishedReports: 0, lateCalls: 0, argumentErrors: 0 });
  });

  it('says no when no recorder takes open spans; those that do not are not told', () => {
    const finishes: SpanRecord[] = [];
    const plain = { finish: (record: SpanRecord) => void finishes.push(record) };
    const { tracer } = testTracer({ recorders: [plain] });
    expect(tracer.reportUnfinished(tracer.startSpan('a'))).toBe(false);
    expect(tracer.stats().unfinishedReports).toBe(0);
    const memory = new InMemoryRecorder();
    const { tracer: other } = testTracer({ recorders: [plain, memory] });
    expect(other.reportUnfinished(other.startSpan('a'))).toBe(true);
    expect([finishes.length, memory.unfinishedRecords.length]).toEqual([0, 1]);
  });

  it('says no after close', async () => {
    const { tracer, recorder } = testTracer();
    const span = tracer.startSpan('a');
    await tracer.close();
    expect(tracer.reportUnfinished(span)).toBe(false);
    expect(recorder.unfinishedRecords).toEqual([]);
    expect(tracer.stats()).toMatchObject({ unfinishedReports: 0, discarded: 0, open: 1 });
  });

  it('survives a recorder that throws, and tells the others', () => {
    const broken = {
      finish: () => {},
      unfinished: () => {
        throw new Error('full');
      },
    };
    const memory = new InMemoryRecorder();
    const { tracer, logger } = testTracer({ recorders: [broken, memory] });
    expect(tracer.reportUnfinished(tracer.startSpan('a'))).toBe(true);
    expect(memory.unfinishedRecords).toHaveLength(1);
    expect(tracer.stats().recorderErrors).toBe(1);
    expect(logger.lines).toEqual([expect.stringMatching(/^spanwise: a recorder's unfinished threw .*Error: full/)]);
  });

  it('goes through redact, which knows what it is and may hold it back', () => {
    const seen: unknown[] = [];
    const { tracer, recorder } = testTracer({
      redact: ({ name, unfinished, tags }) => {
        seen.push([name, unfinished]);
        tags.delete('card');
        if (name === 'broken') throw new Error('no');
        return name === 'health' ? 'drop' : undefined;
      },
    });
    const spans = ['pay', 'health', 'broken'].map((name) => tracer.startSpan(name, { tags: { card: '4111' } }));
    expect(spans.map((span) => tracer.reportUnfinished(span))).toEqual([true, false, false]);
    expect(recorder.unfinishedRecords).toMatchObject([{ name: 'pay', unfinished: true, attributes: [] }]);
    expect((spans[0] as SpanwiseSpan).attributes).toEqual(['card', '4111']);
    spans[0]!.finish();
    expect(recorder.records).toMatchObject([{ name: 'pay', unfinished: false, attributes: [] }]);
    expect(seen).toEqual([
      ['pay', true],
      ['health', true],
      ['broken', true],
      ['pay', false],
    ]);
    expect(tracer.stats()).toMatchObject({
      open: 2,
      finished: 1,
      unfinishedReports: 3,
      redactionDrops: 1,
      redactionErrors: 1,
    });
  });
});

describe('a reporter that is given both records of a span', () => {
  it.each([
    ['OTLP protobuf', new OtlpProtobufEncoder(), decodeOtlpProtobuf],
    ['OTLP JSON', new OtlpJsonEncoder(), decodeOtlpJson],
    ['Zipkin JSON', new ZipkinJsonEncoder(), decodeZipkinJson],
  ])('sends them as they were, each marked or not, and accounts for two (%s)', async (_, encoder, decode) => {
    const transport = new ManualTransport();
    const timers = new ManualTimers();
    const { tracer, clock } = testTracer({ recorders: [batchReporter({ encoder, transport, timers })] });
    const span = tracer.startSpan('import', { tags: { 'span.kind': 'consumer', state: 'open' } }) as SpanwiseSpan;
    span.log({ event: 'begun' });
    clock.advance(1);
    tracer.reportUnfinished(span);
    expect(tracer.stats().reporters).toMatchObject([{ accepted: 1, queued: 1 }]);
    clock.advance(1);
    span.setTag('state', 'done').log({ event: 'done' }).finish();
    const closed = tracer.close();
    expect(transport.sent.map(({ spanCount }) => spanCount)).toEqual([2]);
    await transport.answer(delivered);
    await closed;
    const { spans } = decode(transport.sent[0]!.body);
    const parts = {
      spanId0: span.spanId0,
      spanId1: span.spanId1,
      startMicros: span.startMicros,
      kind: SpanKind.consumer,
    };
    expect(spans).toMatchObject([
      { ...parts, unfinished: true, durationNanos: 1e6, attributes: ['state', 'open'], events: [{ name: 'begun' }] },
      {
        ...parts,
        unfinished: false,
        durationNanos: 2e6,
        attributes: ['state', 'done'],
        events: [{ name: 'begun' }, { name: 'done' }],
      },
    ]);
    expect(tracer.stats().reporters).toMatchObject([
      { accepted: 2, delivered: 2, queued: 0, inFlight: 0, givenUp: {} },
    ]);
  });

  it('sends the first one at once on flush, in a batch of its own', async () => {
    const transport = new ManualTransport();
    const reporter = batchReporter({ encoder: new OtlpProtobufEncoder(), transport, timers: new ManualTimers() });
    const { tracer } = testTracer({ recorders: [reporter] });
    const span = tracer.startSpan('import');
    tracer.reportUnfinished(span);
    const flushed = tracer.flush();
    expect(decodeOtlpProtobuf(transport.sent[0]!.body).spans).toMatchObject([{ name: 'import', unfinished: true }]);
    await transport.answer(delivered);
    await flushed;
    span.finish();
    const closed = tracer.close();
    await transport.answer(delivered);
    await closed;
    expect(decodeOtlpProtobuf(transport.sent[1]!.body).spans).toMatchObject([{ name: 'import', unfinished: false }]);
    expect(tracer.stats().reporters).toMatchObject([{ accepted: 2, delivered: 2 }]);
  });

  it('gives up the copy like any span when its queue is full', () => {
    const transport = new ManualTransport();
    const timers = new ManualTimers();
    const logger = new Logged();
    const encoder = new OtlpProtobufEncoder();
    const reporter = batchReporter({ encoder, transport, timers, logger, maxQueueSpans: 1, maxBatchSpans: 2 });
    const { tracer } = testTracer({ recorders: [reporter] });
    const span = tracer.startSpan('import');
    tracer.reportUnfinished(span);
    tracer.reportUnfinished(span);
    expect(reporter.stats()).toMatchObject({ accepted: 2, queued: 1, givenUp: { 'queue-full': 1 } });
    expect(logger.lines).toHaveLength(1);
  });
});
