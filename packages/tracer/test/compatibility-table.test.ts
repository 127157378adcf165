import { spawnSync } from 'node:child_process';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import path from 'node:path';

import { childOf, FORMAT_HTTP_HEADERS, type Span } from '@spanwise/opentracing';
import type { SpanRecord } from '@spanwise/wire';
import { describe, expect, it } from 'vitest';

import { Logged } from '../src/fixtures/logged.ts';
import { testTracer } from '../src/fixtures/test-tracer.ts';
import {
  b3Multi,
  b3Single,
  basictracer,
  BasicTracer,
  createTracer,
  datadog,
  guaranteedThroughputSampler,
  InMemoryRecorder,
  jaeger,
  jaegerProbabilisticSampler,
  openTelemetryRatioSampler,
  otlpReporter,
  parentBased,
  probabilitySampler,
  type Propagator,
  rateLimitingSampler,
  type Recorder,
  type Reporter,
  type Sampler,
  w3cBaggage,
  w3cTraceContext,
  xray,
  zipkinReporter,
} from '../src/index.ts';

const formats: readonly Propagator[] = [
  w3cTraceContext,
  w3cBaggage,
  b3Single,
  b3Multi,
  jaeger,
  basictracer,
  datadog,
  xray,
];

function fail(): never {
  throw new Error('broken');
}

describe('what the table says of the tracer and no other test shows', () => {
  it('of B3 the one header counts, and the several ones when it is malformed', () => {
    const { tracer } = testTracer();
    const several = { 'X-B3-TraceId': '1'.repeat(32), 'X-B3-SpanId': '2'.repeat(16), 'X-B3-Sampled': '1' };
    const traceIdOf = (b3: string): string | undefined =>
      tracer.extract(FORMAT_HTTP_HEADERS, { ...several, b3 })?.toTraceId();
    expect(traceIdOf(`${'a'.repeat(32)}-${'b'.repeat(16)}-1`)).toBe('a'.repeat(32));
    expect(traceIdOf(`${'a'.repeat(32)}-${'b'.repeat(16)}-x`)).toBe('1'.repeat(32));
    expect(tracer.stats().malformedHeaders).toBe(1);
  });

  it('baggage is one, however it came, and goes on in the form of each format, without a trace too', () => {
    const { tracer } = testTracer({ propagators: [w3cTraceContext, jaeger, basictracer, w3cBaggage] });
    const context = tracer.extract(FORMAT_HTTP_HEADERS, { 'uberctx-a': '1', 'ot-baggage-b': '2', baggage: 'c=3;p=4' })!;
    const alone = {};
    tracer.inject(context, FORMAT_HTTP_HEADERS, alone);
    expect(alone).toEqual({ 'uberctx-a': '1', 'uberctx-b': '2', 'uberctx-c': '3', baggage: 'a=1,b=2,c=3' });
    const span = tracer.startSpan('a', { childOf: context });
    expect([span.getBaggageItem('a'), span.getBaggageItem('b'), span.getBaggageItem('c')]).toEqual(['1', '2', '3']);
    const besideTrace = {};
    tracer.inject(span, FORMAT_HTTP_HEADERS, besideTrace);
    expect(besideTrace).toMatchObject({ ...alone, 'ot-baggage-a': '1', 'ot-baggage-b': '2', 'ot-baggage-c': '3' });
    expect(besideTrace).toHaveProperty('traceparent');
  });

  it('no baggage makes a header that HTTP does not allow, or another header', () => {
    const { tracer } = testTracer({ propagators: formats });
    const span = tracer.startSpan('a', { tags: { 'sampling.priority': 1 } });
    for (const text of ['x\r\nset-cookie: y', '\u0000', 'ü', '語', '\ud800', ' x ', 'a:b', 'a,b=c;d', '%', '"', '']) {
      span.setBaggageItem(text, 'value');
      span.setBaggageItem(`key of ${span.context().toSpanId()}${text}`, text);
      span.setBaggageItem('key', text);
      const headers: Record<string, string> = {};
      tracer.inject(span, FORMAT_HTTP_HEADERS, headers);
      for (const [name, value] of Object.entries(headers)) {
        expect(() => validateHeaderName(name)).not.toThrow();
        expect(() => validateHeaderValue(name, value)).not.toThrow();
      }
      expect(Object.keys(headers).filter((name) => name.toLowerCase().startsWith('set-cookie'))).toEqual([]);
    }
  });

  it('a record has its ids, parent, name, start, duration, tags and logs', () => {
    const { tracer, recorder, clock } = testTracer();
    const parent = tracer.startSpan('parent');
    clock.advance(1);
    const span = tracer.startSpan('get', { childOf: parent, tags: { a: 1 } });
    clock.advance(2);
    span.log({ event: 'e', b: true });
    clock.advance(3);
    span.finish();
    const { traceId0, traceId1, traceId2, traceId3, spanId0, spanId1 } = parent.context();
    expect(recorder.records).toMatchObject([
      {
        traceId0,
        traceId1,
        traceId2,
        traceId3,
        parentId0: spanId0,
        parentId1: spanId1,
        name: 'get',
        startMicros: 1_700_000_000_001_000,
        durationNanos: 5_000_000,
        attributes: ['a', 1],
        events: [{ name: 'e', timeMicros: 1_700_000_000_003_000, attributes: ['b', true] }],
      },
    ]);
    const own = recorder.records[0]!;
    expect([own.spanId0, own.spanId1]).not.toEqual([spanId0, spanId1]);
  });

  it('times of the system are finer than a millisecond', () => {
    const recorder = new InMemoryRecorder();
    const tracer = createTracer({ serviceName: 'test', recorders: [recorder] });
    for (let count = 0; count < 100; count++) tracer.startSpan('a').finish();
    expect(recorder.records.some(({ startMicros }) => startMicros % 1000 !== 0)).toBe(true);
    expect(recorder.records.some(({ durationNanos }) => durationNanos! > 0 && durationNanos! < 1e6)).toBe(true);
  });

  it('a span that is given no name has none, and no kind', () => {
    const { tracer, recorder } = testTracer();
    tracer.startSpan().finish();
    expect(recorder.records[0]).toMatchObject({ name: '', kind: 0 });
  });

  it('a span holds 128 tags, 128 logs of 64 fields, and 128 references beyond its parent, unless told otherwise', () => {
    const { tracer, recorder } = testTracer();
    const many = (count: number): Record<string, number> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));
    const other = tracer.startSpan('other');
    const span = tracer.startSpan('a', { references: Array.from({ length: 130 }, () => childOf(other)) });
    span.addTags(many(129)).log({ event: 'e', ...many(65) });
    for (let count = 1; count < 129; count++) span.log({ event: 'e' });
    span.setTag('long', 'dropped').setTag('k0', 'x'.repeat(16_385)).finish();
    const { attributes, events, links, ...dropped } = recorder.records[0]!;
    expect([attributes.length / 2, events.length, links.length]).toEqual([128, 128, 128]);
    expect(attributes[1]).toBe('x'.repeat(16_384));
    expect(events[0]!.attributes.length / 2).toBe(64);
    expect(events[0]!.droppedAttributesCount).toBe(1);
    expect(dropped).toMatchObject({ droppedAttributesCount: 2, droppedEventsCount: 1, droppedLinksCount: 1 });
    expect(tracer.stats()).toMatchObject({ droppedTags: 2, droppedLogs: 1, droppedLinks: 1 });
  });

  it('recorders hear how a span went: started, reported open, finished, or discarded', async () => {
    const heard: string[] = [];
    const listen =
      (what: string) =>
      ({ name }: SpanRecord): void =>
        void heard.push(`${what} ${name}`);
    const recorder: Recorder = {
      start: listen('started'),
      finish: listen('finished'),
      unfinished: listen('open'),
      discarded: listen('discarded'),
    };
    const { tracer } = testTracer({ recorders: [recorder] });
    const long = tracer.startSpan('long');
    tracer.reportUnfinished(long);
    long.finish();
    tracer.startSpan('taken back').setTag('sampling.priority', 0).finish();
    const late = tracer.startSpan('late');
    await tracer.close();
    late.finish();
    expect(heard).toEqual([
      'started long',
      'open long',
      'finished long',
      'started taken back',
      'discarded taken back',
      'started late',
      'discarded late',
    ]);
  });

  it('close ends the sampler first, then all reporters at once, and then calls back', async () => {
    const order: string[] = [];
    const reporter = (name: string): Reporter =>
      Object.assign(otlpReporter(), {
        async close(): Promise<void> {
          order.push(`${name} closes`);
          await Promise.resolve();
          order.push(`${name} is closed`);
        },
      });
    const sampler: Sampler = { ...probabilitySampler(1), close: () => void order.push('sampler') };
    const { tracer } = testTracer({ sampler, recorders: [reporter('a'), reporter('b')] });
    await tracer.close(() => void order.push('called back'));
    expect(order).toEqual(['sampler', 'a closes', 'b closes', 'a is closed', 'b is closed', 'called back']);
  });

  it('whatever it is given may throw, all at once: the application goes on, and all is counted', async () => {
    const recorder = { start: fail, finish: fail, unfinished: fail, discarded: fail };
    const tracer = createTracer({
      serviceName: 'test',
      sampler: { followsParent: false, sample: fail, close: fail },
      recorders: [recorder],
      redact: fail,
      ids: { nextWord: fail },
      runtimeProbe: { begin: fail, end: fail, close: fail },
      logger: { warn: fail },
    });
    const result = await tracer.withActiveSpan('a', { tags: { 'sampling.priority': 1 } }, async (span: Span) => {
      tracer.reportUnfinished(span);
      tracer.startSpan('b').finish();
      return 'done';
    });
    await tracer.close();
    expect(result).toBe('done');
    const { idErrors, samplerErrors, recorderErrors, probeErrors, redactionErrors } = tracer.stats();
    for (const errors of [idErrors, samplerErrors, recorderErrors, probeErrors, redactionErrors])
      expect(errors).toBeGreaterThan(0);
  });

  it.each<[string, unknown, Sampler]>([
    ['probabilistic', 1, jaegerProbabilisticSampler(1)],
    ['probabilistic', 1, probabilitySampler(1)],
    ['ratelimiting', 10_000, rateLimitingSampler(10_000, { random: () => 0.99 })],
    ['lowerbound', 0, guaranteedThroughputSampler({ probability: 0, minTracesPerSecond: 10, random: () => 0.99 })],
  ])('a sampler says how it decided, on local roots alone: %s %d (%#)', (type, parameter, root) => {
    const { tracer, recorder } = testTracer({ sampler: root });
    const span = tracer.startSpan('root');
    tracer.startSpan('child', { childOf: span }).finish();
    span.finish();
    expect(recorder.records.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['child', []],
      ['root', ['sampler.type', type, 'sampler.param', parameter]],
    ]);
  });

  it('a ratio outside 0 to 1 is refused, not clamped', () => {
    for (const ratio of [-0.1, 1.1]) expect(() => openTelemetryRatioSampler(ratio)).toThrow(TypeError);
  });

  it('a sampler may be exchanged at run time, by one that asks another', () => {
    let current = probabilitySampler(0);
    const { tracer } = testTracer({
      sampler: parentBased({
        followsParent: false,
        sample: (request, parent) => current.sample(request, parent),
      }),
    });
    for (const rate of [0, 1, 0]) {
      current = probabilitySampler(rate);
      expect(tracer.startSpan('a').context().flags & 1).toBe(rate);
    }
  });

  it('what it logs of reporters has neither password nor header', async () => {
    const logger = new Logged();
    const url = 'http://user:hidden-password@127.0.0.1:1';
    const headers = { authorization: 'Bearer hidden-token' };
    const retry = { giveUpAfterMillis: 0 };
    const tracer = createTracer({
      serviceName: 'test',
      logger,
      recorders: [otlpReporter({ url, headers, logger, retry }), zipkinReporter({ url, headers, logger, retry })],
    });
    tracer.startSpan('a').finish();
    await tracer.close({ deadlineMillis: 2000 });
    expect(logger.lines.length).toBeGreaterThan(0);
    expect(logger.lines.join('\n')).not.toContain('hidden');
  });

  it('nothing is made into code: every format is written and read where the runtime forbids that', () => {
    const program = `
      const { createTracer, BasicTracer, ...all } = require(process.argv[1]);
      const propagators = ['w3cTraceContext', 'w3cBaggage', 'b3Single', 'b3Multi', 'jaeger', 'basictracer', 'datadog', 'xray'];
      let count = 0;
      try { new Function('')(); } catch { count += 1; }
      for (const name of propagators) for (const format of ['text_map', 'http_headers', 'binary']) {
        const tracer = createTracer({ serviceName: 's', recorders: [], propagators: [all[name]] });
        const span = tracer.startSpan('a').setBaggageItem('k', 'process.exit(7)');
        const carrier = {};
        tracer.inject(span, format, carrier);
        if (tracer.extract(format, carrier) !== null) count += 1;
      }
      console.log(count);
    `;
    const entry = path.join(import.meta.dirname, '../lib/index.js');
    const flags = ['--disallow-code-generation-from-strings', '--eval', program, entry];
    const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '25\n', stderr: '' });
  });

  it('a BasicTracer has 64-bit trace ids, and follows what its parent decided', () => {
    const recorder = new InMemoryRecorder();
    const tracer = new BasicTracer(recorder);
    const root = tracer.startSpan('root', { tags: { 'sampling.priority': 0 } });
    tracer.startSpan('child', { childOf: root }).finish();
    expect(recorder.records[0]).toMatchObject({ traceId0: 0, traceId1: 0 });
    expect(recorder.records[0]!.flags & 1).toBe(0);
  });
});
