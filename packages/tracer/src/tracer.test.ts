import { setImmediate } from 'node:timers/promises';

import { continueTrace } from '@spanwise/opentracing/hand-over';
import { AsyncLocalStorageScopeManager } from '@spanwise/opentracing/scope-managers/async-local-storage';
import type { Span } from '@spanwise/opentracing';
import {
  childOf,
  followsFrom,
  FORMAT_BINARY,
  FORMAT_HTTP_HEADERS,
  FORMAT_TEXT_MAP,
  MockTracer,
  Reference,
  ScopeManager,
  suppressTracing,
  UnsupportedFormatException,
} from '@spanwise/opentracing';
import type { SpanRecord } from '@spanwise/wire';
import { parentIdHex, SpanFlags, spanIdHex, traceIdHex } from '@spanwise/wire';
import { otThreshold } from '@spanwise/wire/propagation';
import { describe, expect, it } from 'vitest';

import { createTracer } from './create-tracer.ts';
import { finishedSpan } from './fixtures/finished-span.ts';
import { Logged } from './fixtures/logged.ts';
import { settled } from './fixtures/manual-transport.ts';
import { SeededIds } from './ids/seeded-ids.ts';
import { testTracer } from './fixtures/test-tracer.ts';
import { unhandledRejections } from './fixtures/unhandled-rejections.ts';
import { b3Single } from './propagation/b3-single.ts';
import { basictracer } from './propagation/basictracer.ts';
import { jaeger } from './propagation/jaeger.ts';
import { w3cTraceContext } from './propagation/w3c.ts';
import { InMemoryRecorder } from './reporting/in-memory-recorder.ts';
import { otlpReporter } from './reporting/otlp-reporter.ts';
import type { Recorder } from './reporting/recorder.ts';
import { constantSampler } from './sampling/constant.ts';
import { parentBased } from './sampling/parent-based.ts';
import { probabilitySampler } from './sampling/probability.ts';
import type { Sampler, SamplingDecision } from './sampling/sampler.ts';
import type { SpanwiseSpanContext } from './span-context.ts';
import { SpanwiseSpan } from './span.ts';
import type { SpanwiseTracer } from './tracer.ts';
import { UnsampledSpan } from './unsampled-span.ts';
import { version } from './version.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const unsampledTraceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

function idsOf(span: Span): [string, string] {
  return [span.context().toTraceId(), span.context().toSpanId()];
}

describe('ids', () => {
  it('of a root are its own: 128 and 64 bits, and different from each other', () => {
    const { tracer, recorder } = testTracer();
    const span = tracer.startSpan('root');
    span.finish();
    const [traceId, spanId] = idsOf(span);
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(traceId.endsWith(spanId)).toBe(false);
    const record = recorder.records[0]!;
    expect([traceIdHex(record), spanIdHex(record), parentIdHex(record)]).toEqual([traceId, spanId, '']);
  });

  it("of a child are the parent's trace and a span of its own", () => {
    const { tracer, recorder } = testTracer();
    const parent = tracer.startSpan('parent');
    const child = tracer.startSpan('child', { childOf: parent });
    child.finish();
    const [traceId, parentId] = idsOf(parent);
    expect(idsOf(child)[0]).toBe(traceId);
    expect(idsOf(child)[1]).not.toBe(parentId);
    expect(parentIdHex(recorder.records[0]!)).toBe(parentId);
  });

  it.each([0, -1, 0x40000000])('are valid and differ even when the source only says %d', (word) => {
    const { tracer } = testTracer({ ids: { nextWord: () => word } });
    const [traceId, spanId] = idsOf(tracer.startSpan('root'));
    expect(traceId).not.toMatch(/^0+$/);
    expect(spanId).not.toMatch(/^0+$/);
    expect(traceId.endsWith(spanId)).toBe(false);
  });
});

describe('an id source that breaks', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('no entropy');
      },
    ],
    ['gives what is no number', () => Symbol('id') as never],
  ])('(%s) is replaced for that span, counted, and told of', (_, nextWord) => {
    const { tracer, recorder, logger } = testTracer({ ids: { nextWord } });
    const parent = tracer.startSpan('parent');
    tracer.startSpan('child', { childOf: parent }).finish();
    parent.finish();
    expect(idsOf(parent).join()).toMatch(/^(?!0+,)[0-9a-f]{32},(?!0+$)[0-9a-f]{16}$/);
    const [child] = recorder.records;
    expect([traceIdHex(child!), parentIdHex(child!)]).toEqual(idsOf(parent));
    expect(spanIdHex(child!)).not.toBe(parentIdHex(child!));
    expect(tracer.stats()).toMatchObject({ started: 2, finished: 2, open: 0, idErrors: 2 });
    expect(logger.lines).toEqual([expect.stringMatching(/^spanwise: the id source threw/)]);
  });

  it('in the middle of an id leaves a whole one', () => {
    let words = 0;
    const { tracer } = testTracer({
      ids: {
        nextWord: () => {
          words += 1;
          if (words === 6) throw new Error('empty');
          return words;
        },
      },
    });
    const [traceId, spanId] = idsOf(tracer.startSpan('root'));
    expect(traceId).toMatch(/[1-9a-f]/);
    expect(spanId).toMatch(/[1-9a-f]/);
    expect(traceId.endsWith(spanId)).toBe(false);
    expect(tracer.stats().idErrors).toBe(1);
  });
});

describe('the parent', () => {
  it('is the active span, unless the caller says otherwise', () => {
    const { tracer, recorder } = testTracer();
    const scope = tracer.startActiveSpan('parent');
    tracer.startSpan('child').finish();
    tracer.startSpan('root', { ignoreActiveSpan: true }).finish();
    const other = tracer.startSpan('other', { ignoreActiveSpan: true });
    tracer.startSpan('of other', { childOf: other }).finish();
    scope.close();
    const parents = recorder.records.map((record) => [record.name, parentIdHex(record)]);
    expect(parents).toEqual([
      ['child', idsOf(scope.span)[1]],
      ['root', ''],
      ['of other', idsOf(other)[1]],
      ['parent', ''],
    ]);
  });

  it('stays one, by its ids, for work that outlives it', async () => {
    const { tracer, recorder } = testTracer();
    let late: Promise<void> | undefined;
    tracer.withActiveSpan('parent', () => {
      late = Promise.resolve().then(() => tracer.startSpan('late').finish());
    });
    await late;
    const [parent, child] = recorder.records;
    expect(child).toMatchObject({ parentId0: parent!.spanId0, parentId1: parent!.spanId1 });
  });

  it('is the first child_of, wherever it stands; the others are links', () => {
    const { tracer, recorder } = testTracer();
    const [a, b, c] = [tracer.startSpan('a'), tracer.startSpan('b'), tracer.startSpan('c')];
    tracer.startSpan('child', { references: [followsFrom(a), childOf(b), childOf(c)] }).finish();
    const record = recorder.records[0]!;
    expect(parentIdHex(record)).toBe(idsOf(b)[1]);
    expect(record.links.map((link) => [spanIdHex(link), link.attributes[1]])).toEqual([
      [idsOf(a)[1], 'follows_from'],
      [idsOf(c)[1], 'child_of'],
    ]);
  });

  it('is the first follows_from without a child_of, and a link as well', () => {
    const { tracer, recorder } = testTracer();
    const [a, b] = [tracer.startSpan('a'), tracer.startSpan('b')];
    tracer.startSpan('child', { references: [followsFrom(a), followsFrom(b)] }).finish();
    const record = recorder.records[0]!;
    expect([traceIdHex(record), parentIdHex(record)]).toEqual(idsOf(a));
    expect(record.links.map((link) => [traceIdHex(link), spanIdHex(link)])).toEqual([idsOf(a), idsOf(b)]);
    expect(record.links[0]!.attributes).toEqual(['opentracing.ref_type', 'follows_from']);
  });

  it('option childOf comes before the references', () => {
    const { tracer, recorder } = testTracer();
    const [a, b] = [tracer.startSpan('a'), tracer.startSpan('b')];
    tracer.startSpan('child', { childOf: b, references: [childOf(a)] }).finish();
    expect(parentIdHex(recorder.records[0]!)).toBe(idsOf(b)[1]);
    expect(spanIdHex(recorder.records[0]!.links[0]!)).toBe(idsOf(a)[1]);
  });

  it('is the active span when the references lead nowhere, or are of types that make no parent', () => {
    const { tracer } = testTracer();
    const other = tracer.startSpan('other');
    tracer.withActiveSpan('active', (active) => {
      const nowhere = tracer.startSpan('a', { references: [childOf(null), null as never] });
      const ofTomorrow = tracer.startSpan('b', { references: [new Reference('of_tomorrow', other)] });
      for (const span of [nowhere, ofTomorrow]) expect(idsOf(span)[0]).toBe(idsOf(active)[0]);
      const root = tracer.startSpan('c', { references: [childOf(null)], ignoreActiveSpan: true });
      expect(idsOf(root)[0]).not.toBe(idsOf(active)[0]);
    });
  });

  it('is none where tracing is switched off, and the span is not recorded', () => {
    const { tracer, recorder } = testTracer();
    suppressTracing(tracer, () => tracer.startSpan('a').finish());
    expect(recorder.records).toEqual([]);
    expect(tracer.stats()).toMatchObject({ started: 1, unsampled: 1 });
  });

  it('may be one reference without a list, as callers without types give it', () => {
    const { tracer } = testTracer();
    const parent = tracer.startSpan('parent');
    const span = tracer.startSpan('child', { references: childOf(parent) as never });
    expect(idsOf(span)[0]).toBe(idsOf(parent)[0]);
    expect(() => tracer.startSpan('root', { references: {} as never })).not.toThrow();
  });

  it('that is missing or of another tracer is ignored, at any place', () => {
    const { tracer, recorder } = testTracer();
    const a = tracer.startSpan('a');
    const foreign = new MockTracer().startSpan('foreign');
    const holes = [null, undefined, new Reference('child_of', null), childOf(foreign), followsFrom(foreign)] as never[];
    tracer.startSpan('child', { references: [...holes, childOf(a), ...holes] }).finish();
    tracer.startSpan('root', { childOf: foreign, references: holes }).finish();
    tracer.startSpan('too', { childOf: foreign }).finish();
    expect(recorder.records.map((record) => [parentIdHex(record), record.links.length])).toEqual([
      [idsOf(a)[1], 0],
      ['', 0],
      ['', 0],
    ]);
  });

  it('may be a span that wraps one of ours', () => {
    const { tracer, recorder } = testTracer();
    const inner = tracer.startSpan('inner');
    const wrapper = { context: () => inner.context(), finish: () => {} } as unknown as Span;
    tracer.startSpan('child', { childOf: wrapper }).finish();
    expect(parentIdHex(recorder.records[0]!)).toBe(idsOf(inner)[1]);
  });

  it('may be finished, or far away', () => {
    const { tracer, recorder } = testTracer();
    const parent = tracer.startSpan('parent');
    parent.finish();
    tracer.startSpan('child', { childOf: parent.context() }).finish();
    tracer.startSpan('server', { childOf: tracer.extract(FORMAT_HTTP_HEADERS, { traceparent })! }).finish();
    const [, child, server] = recorder.records as [SpanRecord, SpanRecord, SpanRecord];
    expect(parentIdHex(child)).toBe(idsOf(parent)[1]);
    expect(child.flags & SpanFlags.isRemote).toBe(0);
    expect([traceIdHex(server), parentIdHex(server)]).toEqual(['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']);
    expect(server.flags & SpanFlags.isRemote).toBe(SpanFlags.isRemote);
  });

  it('takes up to maxLinks links with it', () => {
    const { tracer, recorder } = testTracer({ limits: { maxLinks: 1 } });
    const a = tracer.startSpan('a');
    tracer.startSpan('child', { references: [childOf(a), childOf(a), followsFrom(a)] }).finish();
    expect(recorder.records[0]).toMatchObject({ links: [{ spanId1: expect.any(Number) }], droppedLinksCount: 1 });
    expect(tracer.stats().droppedLinks).toBe(1);
  });

  it('gives its tracestate', () => {
    const { tracer, recorder } = testTracer();
    const remote = tracer.extract(FORMAT_HTTP_HEADERS, { traceparent, tracestate: 'ot=th:4,a=b' });
    const span = tracer.startSpan('server', { childOf: remote! });
    tracer.startSpan('inner', { childOf: span }).finish();
    expect(recorder.records[0]!.traceState).toBe('ot=th:4,a=b');
  });
});

describe('odd arguments', () => {
  const none = null as never;

  it('null for options is none, in every way to start a span', () => {
    const { tracer } = testTracer();
    tracer.startSpan('plain', none).finish();
    tracer.startActiveSpan('active', none).close();
    expect(tracer.withActiveSpan('callback', none, () => 7)).toBe(7);
    expect(tracer.stats()).toMatchObject({ started: 3, finished: 3 });
    const mock = new MockTracer();
    mock.startSpan('plain', none).finish();
    expect(mock.report().spans).toHaveLength(1);
  });

  it('a parent that throws is none, and counted', () => {
    const { tracer, recorder } = testTracer();
    const childOf = { context: broken, finish: () => {} } as never;
    tracer.startSpan('work', { childOf }).finish();
    tracer.inject(childOf, FORMAT_TEXT_MAP, {});
    expect(parentIdHex(recorder.records[0]!)).toBe('');
    expect(tracer.stats().argumentErrors).toBe(2);
  });

  it('references that throw are left out and counted; the others hold', () => {
    const { tracer, recorder } = testTracer();
    const parent = tracer.startSpan('parent');
    const references = [
      { type: broken, referencedContext: () => parent.context() },
      { type: () => 'child_of', referencedContext: broken },
      childOf(parent),
    ];
    tracer.startSpan('work', { childOf: { context: broken } as never, references }).finish();
    expect(parentIdHex(recorder.records[0]!)).toBe(parent.context().toSpanId());
    expect(tracer.stats().argumentErrors).toBe(3);
  });

  function broken(): never {
    throw new Error('of another library');
  }
});

describe('sampling', () => {
  it('by a sampler that itself starts spans leaves the outer span its own ids and name', () => {
    // Assigned below, and read only when a span starts.
    // oxlint-disable-next-line prefer-const
    let tracer: SpanwiseTracer;
    const within: Span[] = [];
    const sampler: Sampler = {
      followsParent: false,
      sample: (request) => {
        const { name } = request;
        if (name === 'outer') {
          for (const inner of ['one', 'two']) within.push(tracer.startSpan(inner, { tags: { inner } }));
        }
        expect(request.name).toBe(name);
        return constantSampler(true).sample(request, undefined);
      },
    };
    const made = testTracer({ sampler });
    tracer = made.tracer;
    const outer = tracer.startSpan('outer', { childOf: tracer.extract(FORMAT_HTTP_HEADERS, { traceparent }) });
    outer.finish();
    expect(tracer.stats()).toMatchObject({ samplerErrors: 0, unsampled: 0 });
    const record = made.recorder.records[0]!;
    expect([record.name, parentIdHex(record)]).toEqual(['outer', 'b7ad6b7169203331']);
    expect(new Set([outer, ...within].map((span) => span.context().toSpanId())).size).toBe(3);
  });

  it('records everything unless told otherwise', () => {
    expect(testTracer().tracer.startSpan('get')).toBeInstanceOf(SpanwiseSpan);
  });

  it('follows the caller, in both directions', () => {
    for (const sampler of [parentBased(constantSampler(true)), parentBased(constantSampler(false))]) {
      const { tracer } = testTracer({ sampler });
      const yes = tracer.startSpan('a', { childOf: tracer.extract(FORMAT_HTTP_HEADERS, { traceparent })! });
      const no = tracer.startSpan('b', {
        childOf: tracer.extract(FORMAT_HTTP_HEADERS, { traceparent: unsampledTraceparent })!,
      });
      expect(yes).toBeInstanceOf(SpanwiseSpan);
      expect(no).toBeInstanceOf(UnsampledSpan);
    }
  });

  it('of an unsampled root holds for its children, here and elsewhere', () => {
    const { tracer, recorder } = testTracer({ sampler: parentBased(constantSampler(false)) });
    const root = tracer
      .startSpan('root')
      .setTag('a', 1)
      .log({ event: 'e' })
      .setBaggageItem('k', 'v')
      .setOperationName('x');
    const child = tracer.startSpan('child', { childOf: root });
    const headers: Record<string, string> = {};
    tracer.inject(child, FORMAT_HTTP_HEADERS, headers);
    child.finish();
    root.finish();
    expect(child).toBeInstanceOf(UnsampledSpan);
    expect(idsOf(child)[0]).toBe(idsOf(root)[0]);
    expect(headers).toEqual({
      traceparent: expect.stringMatching(`^00-${idsOf(child).join('-')}-0[02]$`),
      baggage: 'k=v',
    });
    expect(child.getBaggageItem('k')).toBe('v');
    expect(child.tracer()).toBe(tracer);
    expect(recorder.records).toEqual([]);
    expect(tracer.stats()).toMatchObject({ started: 2, unsampled: 2, open: 0, finished: 0 });
  });

  it('by rate writes its threshold and says how it decided, on the local root only', () => {
    const { tracer, recorder } = testTracer({ sampler: 0.999_999 });
    const root = tracer.startSpan('root');
    tracer.startSpan('child', { childOf: root }).finish();
    root.finish();
    const [child, parent] = recorder.records as [SpanRecord, SpanRecord];
    expect(otThreshold(parent.traceState)).toBe(otThreshold(child.traceState));
    const weight = 1 / (1 - Number.parseInt(otThreshold(parent.traceState)!.padEnd(14, '0'), 16) / 2 ** 56);
    expect(weight).toBeCloseTo(1 / 0.999_999, 10);
    expect(parent.attributes).toEqual(['sampler.type', 'probabilistic', 'sampler.param', 0.999_999]);
    expect(child.attributes).toEqual([]);
  });

  it('by rate is asked where B3 leaves the decision open, with the ids that came', () => {
    const { tracer } = testTracer({ sampler: 0.5 });
    const start = (traceId: string): Span =>
      tracer.startSpan('server', {
        childOf: tracer.extract(FORMAT_HTTP_HEADERS, { b3: `${traceId}-0000000000000001` })!,
      });
    expect(start('00000000000000000080000000000000')).toBeInstanceOf(SpanwiseSpan);
    expect(start('0000000000000000007fffffffffffff')).toBeInstanceOf(UnsampledSpan);
  });

  it('by a sampler that follows nobody asks for children too', () => {
    const { tracer } = testTracer({ sampler: constantSampler(false) });
    expect(tracer.startSpan('a', { childOf: tracer.extract(FORMAT_HTTP_HEADERS, { traceparent })! })).toBeInstanceOf(
      UnsampledSpan,
    );
  });

  it('without a threshold removes the one that came', () => {
    const { tracer, recorder } = testTracer({ sampler: constantSampler(true) });
    const remote = tracer.extract(FORMAT_HTTP_HEADERS, {
      traceparent: unsampledTraceparent,
      tracestate: 'ot=th:8,a=b',
    });
    tracer.startSpan('a', { childOf: remote! }).finish();
    expect(recorder.records[0]!.traceState).toBe('a=b');
  });

  // The last 56 bits of the trace id in `traceparent` are 48eb211c80319c.
  it.each([
    ['keeps', '01', 'ot=th:48eb211c80319c,a=b', 'ot=th:48eb211c80319c,a=b'],
    ['keeps', '01', 'ot=th:4', 'ot=th:4'],
    ['drops', '01', 'ot=th:48eb211c80319d,a=b', 'a=b'],
    ['drops', '01', 'ot=th:8', ''],
    ['keeps', '01', 'ot=th:8;rv:80000000000000', 'ot=th:8;rv:80000000000000'],
    ['drops', '01', 'ot=th:8;rv:7fffffffffffff', 'ot=rv:7fffffffffffff'],
    ['keeps', '00', 'ot=th:8', 'ot=th:8'],
    ['drops', '00', 'ot=th:4', ''],
  ])("%s a caller's threshold where the decision is %s and the tracestate %s", (_, flags, given, expected) => {
    const following = parentBased(constantSampler(true));
    const asked: Sampler = { followsParent: false, sample: (...given) => following.sample(...given) };
    for (const sampler of [following, asked]) {
      const { tracer } = testTracer({ sampler });
      const headers = { traceparent: traceparent.replace(/01$/, flags), tracestate: given };
      const sent: Record<string, string> = {};
      const span = tracer.startSpan('a', { childOf: tracer.extract(FORMAT_HTTP_HEADERS, headers)! });
      tracer.inject(tracer.startSpan('b', { childOf: span }), FORMAT_HTTP_HEADERS, sent);
      expect(sent['tracestate'] ?? '').toBe(expected);
    }
  });

  it("with randomness of the sampler's own writes it on roots and on no other span", () => {
    const sample = (): SamplingDecision => ({
      sampled: true,
      attributes: [],
      threshold: '8',
      randomness: '89abcdef012345',
    });
    const { tracer, recorder } = testTracer({ sampler: { followsParent: false, sample } });
    tracer.startSpan('root').finish();
    tracer.startSpan('child', { childOf: tracer.extract(FORMAT_HTTP_HEADERS, { traceparent })! }).finish();
    expect(recorder.records.map(({ traceState }) => traceState)).toEqual(['ot=th:8;rv:89abcdef012345', 'ot=th:8']);
  });

  it('of unsampled roots carries randomness, so that all services decide by the same', () => {
    const sample = (): SamplingDecision => ({
      sampled: false,
      attributes: [],
      threshold: null,
      randomness: '00000000000001',
    });
    const { tracer } = testTracer({ sampler: { followsParent: false, sample } });
    const headers: Record<string, string> = {};
    tracer.inject(tracer.startSpan('root'), FORMAT_HTTP_HEADERS, headers);
    expect(headers['tracestate']).toBe('ot=rv:00000000000001');
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', (): unknown => Promise.reject(new Error('broken'))],
  ])('ends with the tracer, although the close of the sampler %s', async (_, close) => {
    const rejected = unhandledRejections();
    const { tracer, logger } = testTracer({ sampler: { ...constantSampler(true), close } });
    await tracer.close();
    expect(await rejected()).toEqual([]);
    expect(tracer.stats().samplerErrors).toBe(1);
    expect(logger.lines).toEqual(["spanwise: the sampler's close failed: Error: broken"]);
  });

  it('is closed with the tracer, once', async () => {
    let closes = 0;
    const { tracer } = testTracer({ sampler: { ...constantSampler(true), close: () => (closes += 1) } });
    await tracer.close();
    await tracer.close();
    expect(closes).toBe(1);
  });

  it('takes a decision that came without ids', () => {
    const { tracer, recorder } = testTracer();
    const start = (b3: string): Span =>
      tracer.startSpan('a', { childOf: tracer.extract(FORMAT_HTTP_HEADERS, { b3 })! });
    expect(start('0')).toBeInstanceOf(UnsampledSpan);
    start('d').finish();
    expect(recorder.records[0]).toMatchObject({ debug: true, parentId0: 0, parentId1: 0 });
    expect(idsOf(start('1'))[0]).toMatch(/[1-9a-f]/);
  });

  it.each([constantSampler(false), parentBased(constantSampler(false))])(
    'is forced by a debug id, which names the root and goes to its children (%#)',
    (sampler) => {
      const { tracer, recorder } = testTracer({ sampler });
      const remote = tracer.extract(FORMAT_HTTP_HEADERS, { 'Jaeger-Debug-Id': 'order 42', 'uberctx-a': '1' })!;
      expect([remote.toTraceId(), remote.toSpanId()]).toEqual(['', '']);
      const root = tracer.startSpan('root', { childOf: remote, tags: { x: 1 } });
      const child = tracer.startSpan('child', { childOf: root });
      expect(child.getBaggageItem('a')).toBe('1');
      child.finish();
      root.finish();
      expect(recorder.records).toMatchObject([
        { name: 'child', debug: true, attributes: [] },
        { name: 'root', debug: true, parentId0: 0, parentId1: 0, attributes: ['x', 1, 'jaeger-debug-id', 'order 42'] },
      ]);
      const carrier = {};
      tracer.inject(remote, FORMAT_TEXT_MAP, carrier);
      expect(carrier).toEqual({ baggage: 'a=1' });
    },
  );

  it('keeps the debug id when the context is given baggage', () => {
    const { tracer, recorder } = testTracer();
    const remote = tracer.extract(FORMAT_HTTP_HEADERS, { 'jaeger-debug-id': 'order 42' })!;
    tracer.startSpan('root', { childOf: remote.withBaggageItem('a', '1').withBaggageItem('b', '2') }).finish();
    expect(recorder.records[0]!.attributes).toEqual(['jaeger-debug-id', 'order 42']);
    expect((recorder.records[0] as SpanwiseSpan).baggageItems).toEqual({ a: '1', b: '2' });
  });

  it('is not forced by a debug id beside a trace, or when the caller says no', () => {
    const { tracer } = testTracer();
    const beside = { 'jaeger-debug-id': 'x', 'uber-trace-id': '1:2:0:0' };
    const start = (headers: object, tags = {}): Span =>
      tracer.startSpan('a', { childOf: tracer.extract(FORMAT_HTTP_HEADERS, headers)!, tags });
    expect(start(beside)).toBeInstanceOf(UnsampledSpan);
    expect(start({ 'jaeger-debug-id': 'x' }, { 'sampling.priority': 0 })).toBeInstanceOf(UnsampledSpan);
    expect(start({ 'jaeger-debug-id': 'x'.repeat(257) })).toBeInstanceOf(SpanwiseSpan);
    expect(tracer.stats().malformedHeaders).toBe(1);
  });

  it("by the tag sampling.priority is the caller's own", () => {
    const { tracer, recorder } = testTracer({ sampler: parentBased(constantSampler(false)) });
    const forced = tracer.startSpan('a', { tags: { 'sampling.priority': 1 } });
    expect(tracer.startSpan('b', { childOf: forced, tags: { 'sampling.priority': 0 } })).toBeInstanceOf(UnsampledSpan);
    forced.finish();
    expect(recorder.records[0]).toMatchObject({ debug: true, attributes: ['sampling.priority', 1] });
  });

  it.each([
    [null, undefined],
    ['high', undefined],
    ['', undefined],
    [' ', undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [Symbol('high'), undefined],
    [{ valueOf: () => 1 }, undefined],
    [[1], undefined],
    [undefined, undefined],
    [1, true],
    [0.1, true],
    ['2', true],
    [true, true],
    [1n, true],
    [0n, false],
    [-1n, false],
    [10n ** 308n, true],
    [10n ** 309n, undefined],
    [0, false],
    [-1, false],
    ['0', false],
    [false, false],
  ])('by sampling.priority %s: %s', (priority, sampled) => {
    for (const byDefault of [true, false]) {
      const { tracer } = testTracer({ sampler: parentBased(constantSampler(byDefault)) });
      const span = tracer.startSpan('a', { tags: { 'sampling.priority': priority } });
      expect(span instanceof SpanwiseSpan).toBe(sampled ?? byDefault);
    }
  });

  it('by tags that cannot be read is the default, and counted', () => {
    const broken = (): never => {
      throw new Error('trap');
    };
    const getter = Object.defineProperty({}, 'sampling.priority', { enumerable: true, get: broken });
    for (const tags of [getter, new Proxy({}, { get: broken, ownKeys: broken })]) {
      const { tracer } = testTracer();
      expect(tracer.startSpan('a', { tags })).toBeInstanceOf(SpanwiseSpan);
      expect(tracer.stats()).toMatchObject({ started: 1, open: 1, unsampled: 0, argumentErrors: 2 });
    }
  });

  it.each(['childOf', 'references', 'tags', 'startTime', 'ignoreActiveSpan'])(
    'with a getter for %s that throws starts a span as without options, and is counted',
    (option) => {
      const { tracer, recorder } = testTracer();
      const options = Object.defineProperty({}, option, {
        get(): never {
          throw new Error('no options today');
        },
      });
      const active = tracer.startActiveSpan('active');
      tracer.startSpan('broken options', options).finish();
      active.close();
      expect(recorder.records[0]!.name).toBe('broken options');
      expect(parentIdHex(recorder.records[0]!)).toBe(active.span.context().toSpanId());
      expect(tracer.stats()).toMatchObject({ argumentErrors: 1, started: 2 });
    },
  );

  it('by tags whose getter starts a span leaves the outer span its own ids', () => {
    const { tracer, recorder } = testTracer();
    const parent = tracer.startSpan('parent');
    const tags = Object.defineProperty({}, 'sampling.priority', {
      get: () => tracer.startSpan('inner', { ignoreActiveSpan: true }).finish(),
    });
    tracer.startSpan('outer', { childOf: parent, tags }).finish();
    const [inner, outer] = recorder.records as [SpanRecord, SpanRecord];
    expect([outer.name, parentIdHex(outer)]).toEqual(['outer', parent.context().toSpanId()]);
    expect(spanIdHex(outer)).not.toBe(spanIdHex(inner));
  });

  it.each([
    ['no attributes', { sampled: true, threshold: undefined }, true, 0],
    ['attributes that are none', { sampled: true, threshold: undefined, attributes: 'abc' }, true, 0],
    ['nothing', undefined, false, 1],
    ['no decision', {}, false, 1],
    ['a promise', Promise.resolve({ sampled: true }), false, 1],
    ['a threshold that is none', { sampled: true, threshold: 'XYZ', attributes: [] }, false, 1],
    ['randomness that is none', { sampled: true, threshold: '8', randomness: 'XYZ', attributes: [] }, false, 1],
  ])('by a sampler that gives %s throws nothing, and the counts add up', (_, decision, sampled, samplerErrors) => {
    const { tracer, recorder } = testTracer({ sampler: { followsParent: false, sample: () => decision as never } });
    tracer.startSpan('a').finish();
    expect(recorder.records.map(({ attributes }) => attributes)).toEqual(sampled ? [[]] : []);
    expect(tracer.stats()).toMatchObject({
      started: 1,
      open: 0,
      samplerErrors,
      finished: sampled ? 1 : 0,
      unsampled: sampled ? 0 : 1,
    });
  });

  it('by a sampler that is asynchronous by mistake leaves no unhandled rejection', async () => {
    const rejected = unhandledRejections();
    const sample = async (): Promise<never> => Promise.reject(new Error('later'));
    const { tracer } = testTracer({ sampler: { followsParent: false, sample: sample as never } });
    expect(tracer.startSpan('a')).toBeInstanceOf(UnsampledSpan);
    expect(await rejected()).toEqual([]);
    expect(tracer.stats().samplerErrors).toBe(1);
  });

  it('by a sampler that throws samples nothing, and says so', () => {
    const sampler = {
      followsParent: false,
      sample: () => {
        throw new Error('broken');
      },
    };
    const { tracer, logger } = testTracer({ sampler });
    expect(tracer.startSpan('a')).toBeInstanceOf(UnsampledSpan);
    tracer.startSpan('b');
    expect(tracer.stats()).toMatchObject({ samplerErrors: 2, unsampled: 2 });
    expect(logger.lines).toEqual(['spanwise: the sampler failed, the span is not sampled: Error: broken']);
  });
});

describe('propagation', () => {
  it.each([FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP, FORMAT_BINARY])('goes from one tracer to another in %s', (format) => {
    const client = testTracer().tracer.startSpan('client').setBaggageItem('User', 'ä');
    const carrier = {};
    client.tracer().inject(client, format, carrier);
    const { tracer } = testTracer({ serviceName: 'other' });
    const context = tracer.extract(format, carrier)!;
    expect([context.toTraceId(), context.toSpanId()]).toEqual(idsOf(client));
    expect(context.baggage).toEqual({ User: 'ä' });
    expect(context.isRemote).toBe(true);
  });

  it('takes a span or its context', () => {
    const { tracer } = testTracer();
    const span = tracer.startSpan('a');
    const [one, other] = [{}, {}];
    tracer.inject(span, FORMAT_TEXT_MAP, one);
    tracer.inject(span.context(), FORMAT_TEXT_MAP, other);
    expect(one).toEqual(other);
    expect(Object.keys(one)).toEqual(['traceparent']);
  });

  it('is null when there is nothing', () => {
    expect(testTracer().tracer.extract(FORMAT_HTTP_HEADERS, { host: 'a' })).toBeNull();
  });

  it('is null and counted when it cannot be read', () => {
    const { tracer } = testTracer();
    expect(tracer.extract(FORMAT_HTTP_HEADERS, { traceparent: 'nonsense', b3: 'x' })).toBeNull();
    expect(tracer.stats().malformedHeaders).toBe(2);
  });

  it('never throws for a carrier', () => {
    const { tracer } = testTracer();
    const span = tracer.startSpan('a');
    const traps = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('trap');
        },
        set: () => {
          throw new Error('trap');
        },
      },
    );
    for (const format of [FORMAT_TEXT_MAP, FORMAT_BINARY]) {
      const before = tracer.stats().carrierErrors;
      for (const carrier of [null, undefined, 7, 'text', Object.freeze({}), traps]) {
        expect(() => tracer.inject(span, format, carrier)).not.toThrow();
        expect(tracer.extract(format, carrier)).toBeNull();
      }
      // Reading from the frozen one is no mistake, nor is asking the proxy for its bytes.
      expect(tracer.stats().carrierErrors - before).toBe(format === FORMAT_TEXT_MAP ? 11 : 10);
    }
  });

  it('in bytes is null and counted when they cannot be read', () => {
    const { tracer } = testTracer();
    expect(tracer.extract(FORMAT_BINARY, { buffer: [1, 2, 3] })).toBeNull();
    expect(tracer.extract(FORMAT_BINARY, { buffer: 'text' })).toBeNull();
    expect(tracer.stats()).toMatchObject({ malformedBytes: 1, carrierErrors: 1, malformedHeaders: 0 });
  });

  it('in bytes carries what headers carry: the decision, tracestate and baggage', () => {
    const { tracer } = testTracer();
    const headers = { traceparent: unsampledTraceparent, tracestate: 'ot=th:8,a=b', baggage: 'k=v' };
    const carrier = {};
    tracer.inject(tracer.extract(FORMAT_HTTP_HEADERS, headers)!, FORMAT_BINARY, carrier);
    const again = {};
    tracer.inject(tracer.extract(FORMAT_BINARY, carrier)!, FORMAT_HTTP_HEADERS, again);
    expect(again).toEqual(headers);
  });

  it('of all default formats prefers what the W3C says, of the trace and of the baggage', () => {
    const { tracer } = testTracer();
    const context = tracer.extract(FORMAT_HTTP_HEADERS, {
      'uber-trace-id': '1:2:0:1',
      'uberctx-tenant': 'stale',
      traceparent: unsampledTraceparent,
      baggage: 'tenant=new',
    });
    expect(context!.baggageItems).toEqual({ tenant: 'new' });
    expect(context!.toTraceId()).toBe(unsampledTraceparent.slice(3, 35));
  });

  it('of what is not ours writes nothing', () => {
    const { tracer } = testTracer();
    const carrier = {};
    tracer.inject(new MockTracer().startSpan('a'), FORMAT_TEXT_MAP, carrier);
    tracer.inject(null as never, FORMAT_TEXT_MAP, carrier);
    expect(carrier).toEqual({});
  });

  it('throws for an unknown format, which is a mistake in the code', () => {
    const { tracer } = testTracer();
    expect(() => tracer.inject(tracer.startSpan('a'), 'nonsense', {})).toThrow(UnsupportedFormatException);
    expect(() => tracer.extract('nonsense', {})).toThrow(UnsupportedFormatException);
  });

  it('uses the formats it is given, for reading and writing', () => {
    const { tracer } = testTracer({ propagators: [b3Single] });
    const carrier: Record<string, string> = {};
    tracer.inject(tracer.startSpan('a'), FORMAT_HTTP_HEADERS, carrier);
    expect(Object.keys(carrier)).toEqual(['b3']);
    expect(tracer.extract(FORMAT_HTTP_HEADERS, { traceparent })).toBeNull();
  });

  it('reads uber-trace-id unless told otherwise', () => {
    const { tracer } = testTracer();
    const context = tracer.extract(FORMAT_HTTP_HEADERS, {
      'Uber-Trace-Id': 'abc%3Adef%3A0%3A1',
      'UberCtx-User': 'a%20b',
    })!;
    expect([context.toTraceId(), context.toSpanId()]).toEqual(['abc'.padStart(32, '0'), 'def'.padStart(16, '0')]);
    expect(context.baggage).toEqual({ user: 'a b' });
  });

  it('writes text maps by their own rules, and counts what is malformed in them', () => {
    const { tracer } = testTracer({ propagators: [jaeger] });
    const span = tracer.startSpan('a').setBaggageItem('User Id', 'a b');
    const [text, headers]: Record<string, string>[] = [{}, {}];
    tracer.inject(span, FORMAT_TEXT_MAP, text);
    tracer.inject(span, FORMAT_HTTP_HEADERS, headers);
    expect(text).toHaveProperty(['uberctx-User Id'], 'a b');
    expect(headers).toHaveProperty(['uberctx-User%20Id'], 'a%20b');
    expect(tracer.extract(FORMAT_TEXT_MAP, { 'uber-trace-id': 'x' })).toBeNull();
    expect(tracer.extract(FORMAT_HTTP_HEADERS, { 'uber-trace-id': 'x' })).toBeNull();
    expect(tracer.stats().malformedHeaders).toBe(2);
  });

  it("has basictracer's bytes when basictracer is in the list", () => {
    const { tracer } = testTracer({ propagators: [w3cTraceContext, basictracer] });
    const span = tracer.startSpan('a').setBaggageItem('User Id', 'ä');
    const carrier: { buffer?: Uint8Array } = {};
    tracer.inject(span, FORMAT_BINARY, carrier);
    expect(carrier.buffer![0]).toBe(0);
    const context = tracer.extract(FORMAT_BINARY, carrier) as SpanwiseSpanContext;
    expect(context.toTraceId()).toBe(idsOf(span)[0].slice(16).padStart(32, '0'));
    expect(context.baggage).toEqual({ 'User Id': 'ä' });
    expect(tracer.extract(FORMAT_BINARY, { buffer: Uint8Array.of(0, 0, 0, 1) })).toBeNull();
    expect(tracer.stats().malformedBytes).toBe(1);
  });

  it('of baggage alone makes a root with baggage', () => {
    const { tracer } = testTracer();
    const context = tracer.extract(FORMAT_HTTP_HEADERS, { baggage: 'a=1' })!;
    expect([context.toTraceId(), context.toSpanId()]).toEqual(['', '']);
    const span = tracer.startSpan('root', { childOf: context });
    expect(span).toBeInstanceOf(SpanwiseSpan);
    expect(span.getBaggageItem('a')).toBe('1');
  });
});

describe('a context of another process', () => {
  it('carries on baggage that is set where it is continued without a span', () => {
    const { tracer } = testTracer({ scopeManager: new AsyncLocalStorageScopeManager() });
    const context = tracer.extract(FORMAT_HTTP_HEADERS, { traceparent, baggage: 'user=7' })!;
    const carrier: Record<string, string> = {};
    continueTrace(
      context,
      () => {
        const active = tracer.activeSpan!.setBaggageItem('order', '8');
        expect([active.getBaggageItem('user'), active.getBaggageItem('order')]).toEqual(['7', '8']);
        tracer.inject(active, FORMAT_HTTP_HEADERS, carrier);
        const child = tracer.startSpan('child');
        expect(child.getBaggageItem('order')).toBe('8');
        expect(child.context().toTraceId()).toBe(context.toTraceId());
      },
      { tracer },
    );
    expect(carrier).toMatchObject({ traceparent, baggage: 'user=7,order=8' });
    expect(context.baggage).toEqual({ user: '7' });
  });

  it('takes no more baggage than the limits of a tracer that was given none allow', () => {
    const context = testTracer().tracer.extract(FORMAT_HTTP_HEADERS, { traceparent })!;
    const full = context.withBaggageItem('k', 'v'.repeat(8191));
    expect(full.baggage['k']).toHaveLength(8191);
    expect(full.withBaggageItem('l', '')).toBe(full);
    expect(context.withBaggageItem('k', 'v'.repeat(8192))).toBe(context);
  });
});

describe('a close that comes too early', () => {
  function closeWrongly(tracer: SpanwiseTracer): Span {
    const [outer, inner] = [tracer.startActiveSpan('outer'), tracer.startActiveSpan('inner')];
    outer.close();
    inner.close();
    outer.close();
    return outer.span;
  }

  it('is counted', () => {
    const { tracer, logger } = testTracer();
    closeWrongly(tracer);
    expect(tracer.stats().ignoredCloses).toBe(1);
    expect(logger.lines).toEqual([]);
  });

  it('is reported in debug mode, ten times a minute', () => {
    const { tracer, logger, clock } = testTracer({ debug: true });
    const span = closeWrongly(tracer);
    expect(logger.lines).toEqual([
      `spanwise: the scope of span ${span.context().toSpanId()} stays open until the one that was opened after it closes: close that one first`,
    ]);
    for (let count = 0; count < 11; count++) closeWrongly(tracer);
    expect(logger.lines).toHaveLength(10);
    clock.advance(60_000);
    closeWrongly(tracer);
    expect(logger.lines).toHaveLength(11);
    expect(tracer.stats().ignoredCloses).toBe(13);
  });

  it('counts nothing for a scope manager that does not count', () => {
    const { tracer } = testTracer({ scopeManager: new ScopeManager() });
    closeWrongly(tracer);
    expect(tracer.stats().ignoredCloses).toBe(0);
  });
});

describe('recorders', () => {
  class Noted implements Recorder {
    readonly calls: string[] = [];
    start(span: SpanRecord): void {
      this.calls.push(`start ${span.name}`);
    }
    finish(record: SpanRecord): void {
      this.calls.push(`finish ${record.name}`);
    }
    discarded(span: SpanRecord): void {
      this.calls.push(`discarded ${span.name}`);
    }
  }

  it('see starts and finishes, each of them', () => {
    const [one, other] = [new Noted(), new Noted()];
    const { tracer } = testTracer({ recorders: [one, { finish: () => {} }, other] });
    const span = tracer.startSpan('a');
    tracer.startSpan('b').finish();
    span.finish();
    expect(one.calls).toEqual(['start a', 'start b', 'finish b', 'finish a']);
    expect(other.calls).toEqual(one.calls);
  });

  it('that throw break nothing, are counted, and logged once a minute', () => {
    const broken: Recorder = {
      start: () => {
        throw new Error('start');
      },
      finish: () => {
        throw new Error('finish');
      },
    };
    const noted = new Noted();
    const { tracer, clock, logger } = testTracer({ recorders: [broken, noted] });
    for (let count = 0; count < 3; count++) tracer.startSpan('a').finish();
    expect(noted.calls).toHaveLength(6);
    expect(tracer.stats()).toMatchObject({ recorderErrors: 6, finished: 3 });
    expect(logger.lines).toHaveLength(1);
    clock.advance(60_000);
    tracer.startSpan('a').finish();
    expect(logger.lines).toHaveLength(2);
  });

  it('that reject are counted and logged as those that throw', async () => {
    const rejected = unhandledRejections();
    const reject = (): unknown => Promise.reject(new Error('later'));
    const { tracer, logger } = testTracer({ recorders: [{ start: reject, finish: reject, discarded: reject }] });
    const late = tracer.startSpan('late');
    tracer.startSpan('a').finish();
    await tracer.close();
    late.finish();
    expect(await rejected()).toEqual([]);
    expect(tracer.stats()).toMatchObject({ recorderErrors: 4, finished: 2, discarded: 1 });
    expect(logger.lines).toEqual([expect.stringMatching(/^spanwise: a recorder's start threw .*Error: later/)]);
  });

  it.each([
    ['a promise', Promise.resolve(7)],
    // oxlint-disable-next-line unicorn/no-thenable -- as a query builder
    ['a thenable', { then: (resolve: () => void) => resolve() }],
    ['an object', {}],
    ['null', null],
  ])('that give %s back are no errors', async (_, given) => {
    const { tracer } = testTracer({ recorders: [{ finish: () => given as never }] });
    tracer.startSpan('a').finish();
    await settled();
    expect(tracer.stats()).toMatchObject({ recorderErrors: 0, finished: 1 });
  });

  it('that give back what cannot be looked at are counted', () => {
    // oxlint-disable-next-line unicorn/no-thenable -- what a broken recorder may give
    const trap = Object.defineProperty({}, 'then', {
      get: () => {
        throw new Error('trap');
      },
    });
    const { tracer } = testTracer({ recorders: [{ finish: () => trap as never }] });
    tracer.startSpan('a').finish();
    expect(tracer.stats().recorderErrors).toBe(1);
  });

  it('get no span after close, but hear of it', async () => {
    const noted = new Noted();
    const { tracer } = testTracer({ recorders: [noted] });
    const span = tracer.startSpan('a');
    await tracer.close();
    span.finish();
    expect(noted.calls).toEqual(['start a', 'discarded a']);
    expect(tracer.stats()).toMatchObject({ started: 1, open: 0, finished: 1, discarded: 1 });
  });

  it('get the resource of the process', () => {
    const { tracer, recorder } = testTracer({ serviceName: 'shop', tags: { zone: 'eu', pid: 7, none: undefined } });
    tracer.startSpan('a').finish();
    tracer.startSpan('b').finish();
    const [a, b] = recorder.records as [SpanRecord, SpanRecord];
    expect(a.resource).toMatchObject({ serviceName: 'shop', attributes: ['zone', 'eu', 'pid', 7] });
    expect(a.scope).toMatchObject({ name: '@spanwise/tracer', version });
    expect([a.resource, a.scope]).toEqual([b.resource, b.scope]);
    expect(a.resource).toBe(b.resource);
  });

  it('keep what a spread copies: a record is plain data', () => {
    const { tracer, recorder } = testTracer();
    tracer.startSpan('a', { tags: { k: 1 } }).finish();
    const keys = Object.keys(recorder.records[0]!).sort();
    expect(keys).toEqual(Object.keys(finishedSpan()).sort());
  });
});

describe('a logger', () => {
  const loggers: [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('full');
      },
    ],
    ['rejects', async () => Promise.reject(new Error('full'))],
  ];
  it.each(loggers)('that %s breaks nothing', async (_, warn) => {
    const rejected = unhandledRejections();
    const logger = { warn };
    const broken = (): never => {
      throw new Error('broken');
    };
    const tracer = createTracer({ recorders: [{ finish: broken }], logger, debug: true });
    const outer = tracer.startActiveSpan('outer');
    const inner = tracer.startActiveSpan('inner');
    outer.close();
    inner.close();
    inner.span.finish();
    expect(await rejected()).toEqual([]);
    expect(tracer.stats()).toMatchObject({ recorderErrors: 2, lateCalls: 1, ignoredCloses: 1 });
  });
});

describe('closing', () => {
  class Fake implements Recorder {
    readonly calls: unknown[] = [];
    finish(): void {}
    async flush(options: unknown): Promise<void> {
      this.calls.push(['flush', options]);
    }
    async close(options: unknown): Promise<void> {
      this.calls.push(['close', options]);
    }
    stats(): never {
      return { accepted: 1 } as never;
    }
  }

  it('flushes and closes every reporter once', async () => {
    const [one, other] = [new Fake(), new Fake()];
    const { tracer } = testTracer({ recorders: [one, other] });
    await tracer.flush({ deadlineMillis: 7 });
    await tracer.close({ deadlineMillis: 9 });
    await tracer[Symbol.asyncDispose]();
    for (const { calls } of [one, other]) {
      expect(calls).toEqual([
        ['flush', { deadlineMillis: 7 }],
        ['close', { deadlineMillis: 9 }],
      ]);
    }
    expect(tracer.stats().reporters).toMatchObject([{ accepted: 1 }, { accepted: 1 }]);
  });

  it('flushes without closing: the promise waits for the slowest reporter, and one that fails holds nobody up', async () => {
    let deliver = (): void => {};
    const slow = Object.assign(new Fake(), {
      flush: () => new Promise<void>((resolve) => (deliver = resolve)),
    });
    const failing = Object.assign(new Fake(), { flush: () => Promise.reject(new Error('no')) });
    const memory = new InMemoryRecorder();
    const { tracer } = testTracer({ recorders: [failing, slow, memory] });
    let done = false;
    const flushed = tracer.flush().then(() => (done = true));
    await setImmediate();
    expect(done).toBe(false);
    deliver();
    await flushed;
    tracer.startSpan('after').finish();
    expect(memory.records.map(({ name }) => name)).toEqual(['after']);
    expect(slow.calls).toEqual([]);
  });

  it('does not wait longer than the deadline for a reporter that never settles', async () => {
    const hanging = Object.assign(new Fake(), {
      flush: () => new Promise<void>(() => {}),
      close: () => new Promise<void>(() => {}),
    });
    const { tracer } = testTracer({ recorders: [hanging] });
    await tracer.flush({ deadlineMillis: 1 });
    await tracer.close({ deadlineMillis: 1 });
    expect(tracer.stats().recorderErrors).toBe(0);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['gives nothing', () => undefined],
    ['is async and rejects', () => Promise.reject(new Error('no'))],
    [
      'has a getter that throws',
      () => ({
        get queued(): number {
          throw new Error('no');
        },
      }),
    ],
  ])('a reporter whose stats %s is counted, and has zeros', (_, stats) => {
    const { tracer } = testTracer({ recorders: [Object.assign(new Fake(), { stats }) as never, new Fake()] });
    expect(tracer.stats()).toMatchObject({
      recorderErrors: 1,
      reporters: [{ accepted: 0, queued: 0, givenUp: {} }, { accepted: 1 }],
    });
  });

  it.each([5, null, { deadline: 5 }])('refuses %o in place of a deadline', async (options) => {
    const { tracer } = testTracer({});
    for (const method of ['flush', 'close'] as const) {
      await expect(tracer[method](options as never)).rejects.toThrow(
        new RegExp(`^${method} (takes an object of|knows only the) options`),
      );
    }
  });

  it('does not fail with a reporter that does', async () => {
    const broken = Object.assign(new Fake(), {
      flush: () => Promise.reject(new Error('no')),
      close: () => {
        throw new Error('no');
      },
    });
    const { tracer, logger } = testTracer({ recorders: [broken] });
    await tracer.flush();
    await tracer.close();
    expect(tracer.stats().recorderErrors).toBe(2);
    expect(logger.lines).toEqual(["spanwise: a reporter's flush failed: Error: no"]);
  });

  it('rejects a wrong deadline', async () => {
    await expect(testTracer().tracer.close({ deadlineMillis: Number.NaN })).rejects.toThrow(
      'deadlineMillis must be a whole number',
    );
  });
});

describe('defaults', () => {
  it('are 128-bit ids, AsyncLocalStorage, and a reporter that waits for spans', async () => {
    const logger = new Logged();
    const tracer = createTracer({ serviceName: 'shop', logger });
    expect(tracer.scopeManager).toBeInstanceOf(AsyncLocalStorageScopeManager);
    expect(idsOf(tracer.startSpan('a'))[0]).toHaveLength(32);
    expect(tracer.stats().reporters).toMatchObject([{ accepted: 0, queued: 0 }]);
    await tracer.close();
    expect(logger.lines).toEqual([]);
  });

  it('name the service unknown_service, with one warning', () => {
    const logger = new Logged();
    const { tracer, recorder } = testTracer();
    expect(tracer).toBeDefined();
    createTracer({ recorders: [recorder], logger })
      .startSpan('a')
      .finish();
    expect(recorder.records[0]!.resource.serviceName).toBe('unknown_service');
    expect(logger.lines).toHaveLength(1);
  });

  it('install no process handlers', async () => {
    const count = (): number => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
    const before = count();
    const tracer = createTracer({ serviceName: 'shop' });
    tracer.startSpan('a');
    expect(count()).toBe(before);
    await tracer.close();
    expect(count()).toBe(before);
  });
});

it.each([
  [{ service: 'x' }, 'createTracer knows only the options serviceName, sampler'],
  ['shop', 'createTracer takes an object of options, such as { serviceName: \'shop\' }; it was "shop"'],
  [{ serviceName: '' }, 'serviceName must be a string that is not empty (leave it out for unknown_service); it was ""'],
  [{ serviceName: 7 }, 'it was 7'],
  [{ sampler: 1.5 }, 'it was 1.5'],
  [{ sampler: 'always' }, 'createTracer: sampler must be a Sampler or a rate from 0 to 1; it was "always"'],
  [{ recorders: {} }, 'recorders must be an array, such as [otlpReporter()]; it was an object'],
  [{ recorders: [{}] }, 'must hold recorders, with a finish(record) method; it was an object'],
  [{ propagators: ['w3c'] }, 'must hold propagators with an extract method, such as w3cTraceContext; it was "w3c"'],
  [{ propagators: [null] }, 'must hold propagators with an extract method, such as w3cTraceContext; it was null'],
  [{ propagators: { extract: [] } }, 'propagators.inject must be an array'],
  [{ propagators: [b3Single, b3Single] }, 'must not hold two propagators that read one header; it was "b3"'],
  [{ propagators: [{ ...b3Single, fields: ['B3'] }] }, 'must be in lower case, of 1 to 31 characters; it was "B3"'],
  [
    { propagators: [{ ...b3Single, fields: undefined }] },
    'propagators: fields of b3-single must be an array of header names',
  ],
  [{ propagators: [{ ...b3Single, fields: [7] }] }, 'must be in lower case, of 1 to 31 characters; it was 7'],
  [{ propagators: [{ ...b3Single, fields: [''] }] }, 'must be in lower case, of 1 to 31 characters; it was ""'],
  [{ propagators: [{ ...b3Single, fields: ['a'.repeat(32)] }] }, 'must be in lower case, of 1 to 31 characters'],
  [
    { propagators: [{ ...jaeger, prefix: 'Ctx-' }] },
    'prefix of jaeger must be in lower case, of 1 to 31 characters; it was "Ctx-"',
  ],
  [{ propagators: [{ ...jaeger, prefix: '' }] }, 'prefix of jaeger must be in lower case, of 1 to 31 characters'],
  [
    { propagators: [{ ...jaeger, prefix: 'a'.repeat(32) }] },
    'prefix of jaeger must be in lower case, of 1 to 31 characters',
  ],
  [
    { propagators: [jaeger, { ...basictracer, prefix: 'uberctx-a-' }] },
    'must not hold two propagators that read one header; it was "uberctx-a-"',
  ],
  [
    { propagators: [{ ...jaeger, extractBaggage: undefined }] },
    'prefix of jaeger needs an extractBaggage method beside it; it was "uberctx-"',
  ],
  [
    { propagators: [{ ...jaeger, textMap: b3Single }, b3Single] },
    'must not hold two propagators that read one header; it was "b3"',
  ],
  [{ propagators: [{ ...jaeger, textMap: { fields: [] } }] }, 'must hold propagators with an extract method'],
  [{ propagators: [{ ...basictracer, binary: {} }] }, 'binary of basictracer must have extract and inject'],
  [
    { propagators: [{ ...b3Single, carries: 'nothing' }] },
    'propagators: carries of b3-single must be "trace" or "baggage"; it was "nothing"',
  ],
  [
    { propagators: { extract: [], inject: [{ ...b3Single, inject: undefined }] } },
    'propagators.inject must hold propagators with an inject method, such as w3cTraceContext; it was an object',
  ],
  [
    { propagators: { extract: [{ ...b3Single, extract: undefined }], inject: [] } },
    'propagators.extract must hold propagators with an extract method, such as w3cTraceContext; it was an object',
  ],
  [
    { scopeManager: new Map() },
    'scopeManager must be a ScopeManager with activate, run and activeParent, such as new AsyncLocalStorageScopeManager(); ' +
      'it was an instance of Map',
  ],
  [{ scopeManager: { activate() {}, activeParent: null } }, 'with activate, run and activeParent'],
  [{ scopeManager: { run() {}, activeParent: null } }, 'with activate, run and activeParent'],
  [{ scopeManager: { activate() {}, run() {} } }, 'with activate, run and activeParent'],
  [{ tags: [1] }, 'it was an array of 1'],
  [{ tags: new Map([['zone', 'eu']]) }, 'tags must be an object, such as'],
  [
    { longRunningSpans: { timers: {} } },
    'longRunningSpans.timers must have monotonicMillis(), wallMillis() and schedule',
  ],
  [{ ids: Math.random }, 'ids must have a nextWord() method, like new SeededIds(1); it was function random'],
  [{ clock: Date }, 'clock must have monotonicMillis() and wallMillis()'],
  [{ clock: { monotonicMillis: () => 0 } }, 'clock must have monotonicMillis() and wallMillis()'],
  [{ logger: {} }, 'logger must have a warn(message) method, like console'],
  [
    { limits: { maxTags: -1 } },
    'limits.maxTags must be a whole number of at least 0 (leave it out for 128); it was -1',
  ],
  [{ limits: { maxTag: 1 } }, 'limits knows only the options maxTags'],
])('wrong options throw and show the value: %j', (options, message) => {
  expect(() => createTracer(options as never)).toThrow(message);
});

it.each<[string, () => unknown, string]>([
  [
    'InMemoryRecorder',
    () => new InMemoryRecorder({ max: 1 } as never),
    'InMemoryRecorder knows only the options maxSpans',
  ],
  ['SeededIds', () => new SeededIds('a' as never), 'SeededIds: seed must be a number, such as 1; it was "a"'],
  ['a retry', () => otlpReporter({ retry: { giveUp: 1 } as never }), 'retry knows only the options initialDelayMillis'],
  ['timers', () => otlpReporter({ timers: {} as never }), 'batchReporter: timers must have monotonicMillis()'],
  ['a logger', () => otlpReporter({ logger: {} as never }), 'batchReporter: logger must have a warn(message) method'],
  ['random', () => otlpReporter({ random: 5 as never }), 'batchReporter: random must be a function that gives numbers'],
])('wrong options of %s throw and show the value', (_, make, message) => {
  expect(make).toThrow(message);
});

it('the service is named once: by its option, or without one by the tag', () => {
  const named = (options: object): unknown => {
    const { tracer, recorder } = testTracer(options);
    tracer.startSpan('a').finish();
    const { serviceName, attributes } = recorder.records[0]!.resource;
    return [serviceName, attributes.includes('service.name')];
  };
  expect(named({ serviceName: 'shop', tags: { 'service.name': 'other' } })).toEqual(['shop', false]);
  expect(named({ serviceName: undefined, tags: { 'service.name': 'other' } })).toEqual(['other', false]);
});

it('a scope manager is one by what it can do', () => {
  const scopeManager = { active: null, activeParent: null, activeContext: null, activate() {}, run() {} };
  expect(createTracer({ serviceName: 'shop', recorders: [], scopeManager: scopeManager as never }).scopeManager).toBe(
    scopeManager,
  );
});

it('propagators need only what their use asks of them', () => {
  const writing = { ...b3Single, extract: undefined, fields: undefined };
  const reading = { ...b3Single, inject: undefined };
  const propagators = { extract: [reading], inject: [writing] } as never;
  const { tracer } = testTracer({ propagators });
  const carrier = {};
  const span = tracer.startSpan('a');
  tracer.inject(span, FORMAT_TEXT_MAP, carrier);
  expect(tracer.extract(FORMAT_TEXT_MAP, carrier)?.toSpanId()).toBe(span.context().toSpanId());
});

it('rate and sampler are the same', () => {
  const ids = (): number => 0x7fffffff;
  for (const sampler of [0.5, parentBased(probabilitySampler(0.5))]) {
    expect(testTracer({ sampler, ids: { nextWord: ids } }).tracer.startSpan('a')).toBeInstanceOf(SpanwiseSpan);
  }
});

describe('trace ids', () => {
  it.each([
    [undefined, /^[\da-f]{32}$/],
    [128, /^[\da-f]{32}$/],
    [64, /^0{16}[\da-f]{16}$/],
  ] as const)('have as many bits as they were given: %s', (traceIdBits, form) => {
    const { tracer } = testTracer(traceIdBits === undefined ? {} : { traceIdBits });
    const id = tracer.startSpan('a').context().toTraceId();
    expect(id).toMatch(form);
    expect(/^0{16}/.test(id)).toBe(traceIdBits === 64);
  });

  it.each([0, 63, 96, '64', null])('of other lengths are refused (%s)', (traceIdBits) => {
    expect(() => testTracer({ traceIdBits: traceIdBits as never })).toThrow(/traceIdBits.*must be 64 or 128/);
  });
});
