import { FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP, MockTracer, suppressTracing } from '@spanwise/opentracing';
import type { SpanOptions } from '@spanwise/opentracing';
import { parseTraceId } from '@spanwise/wire';
import { probabilitySampler } from '@spanwise/tracer/sampling';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { PageTracer } from '../src/page-tracer.ts';
import type { PageTracerOptions } from '../src/page-tracer.ts';

interface Recorded {
  readonly name: string;
  readonly kind: number;
  readonly flags: number;
  readonly traceState?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: { readonly key: string; readonly value: object }[];
  readonly droppedAttributesCount?: number;
  readonly events: { readonly name: string; readonly attributes: { readonly key: string; readonly value: object }[] }[];
  readonly droppedEventsCount?: number;
  readonly status?: object;
}

function recording(options: Partial<PageTracerOptions> = {}): { tracer: PageTracer; recorded: Recorded[] } {
  const recorded: Recorded[] = [];
  return {
    tracer: new PageTracer({ ...options, record: (json) => recorded.push(JSON.parse(json) as Recorded) }),
    recorded,
  };
}

/** What is recorded of one span with these tags. */
function recordedWith(tags: SpanOptions['tags']): Recorded {
  const { tracer, recorded } = recording();
  tracer.startSpan('a', { tags }).finish();
  return recorded[0]!;
}

afterEach(() => void vi.restoreAllMocks());

describe('sampling', () => {
  it.each([0, 2 ** -56, 0.01, 0.5, 0.75, 1])('at a rate of %d decides as the servers do, and says so', (sampleRate) => {
    const { tracer } = recording({ sampleRate });
    const sampler = probabilitySampler(sampleRate);
    for (let count = 0; count < 500; count++) {
      const context = tracer.startSpan('root').context();
      const [traceId0, traceId1, traceId2, traceId3] = parseTraceId(context.toTraceId())!;
      const decision = sampler.sample(
        { traceId0, traceId1, traceId2, traceId3, traceState: '', name: '', tags: {} },
        undefined,
      );
      expect(context.sampled).toBe(decision.sampled);
      expect(context.traceState).toBe(decision.sampled ? `ot=th:${decision.threshold}` : '');
    }
  });

  it('of a child is that of its parent', () => {
    const { tracer, recorded } = recording({ sampleRate: 0 });
    const parent = tracer.extract(FORMAT_HTTP_HEADERS, {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    tracer.startSpan('child', { childOf: parent }).finish();
    tracer.startSpan('root').finish();
    expect(recorded.map(({ name }) => name)).toEqual(['child']);
    expect(tracer.stats()).toEqual({ started: 2, unsampled: 1, open: 0, finished: 1, discarded: 0 });
  });

  it.each([
    ['00', '0'],
    ['01', '1'],
    ['02', '2'],
    ['03', '3'],
    ['ff', '3'],
  ])('of flags %s passes on whether the id is random, too', (flags, passedOn) => {
    const { tracer, recorded } = recording();
    const parent = tracer.extract(FORMAT_HTTP_HEADERS, {
      traceparent: `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-${flags}`,
    });
    const span = tracer.startSpan('child', { childOf: parent }).setBaggageItem('a', 'b');
    const headers: Record<string, string> = {};
    tracer.inject(span, FORMAT_HTTP_HEADERS, headers);
    expect(headers['traceparent']).toMatch(new RegExp(`-0${passedOn}$`));
    span.finish();
    expect(recorded[0]?.flags).toBe(span.context().sampled ? Number(passedOn) : undefined);
    const forced = tracer.startSpan('forced', { childOf: parent, tags: { 'sampling.priority': 1 } });
    expect(forced.context().flags).toBe(Number(passedOn) | 1);
  });

  it('of a trace that begins here says that its id is random', () => {
    expect(recording({ sampleRate: 0 }).tracer.startSpan('a').context().flags).toBe(2);
    expect(recording().tracer.startSpan('a').context().flags).toBe(3);
  });

  it('is decided by sampling.priority at the start', () => {
    const { tracer: never, recorded } = recording({ sampleRate: 0 });
    never.startSpan('kept', { tags: { 'sampling.priority': 1 } }).finish();
    const { tracer: always } = recording();
    expect(always.startSpan('dropped', { tags: { 'sampling.priority': 0 } }).context().sampled).toBe(false);
    expect(recorded).toMatchObject([{ name: 'kept' }]);
    expect(recorded[0]?.traceState).toBeUndefined();
  });

  it('is off in what suppressTracing runs', () => {
    const { tracer, recorded } = recording();
    suppressTracing(tracer, () => tracer.startSpan('hidden').finish());
    tracer.startSpan('seen').finish();
    expect(recorded.map(({ name }) => name)).toEqual(['seen']);
  });
});

describe('what is recorded of tags', () => {
  it('is typed as OTLP has it', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const tags = {
      text: 'a',
      whole: 7,
      part: 0.5,
      none: Number.NaN,
      large: 2 ** 60,
      yes: true,
      list: [1, 'b'],
      circle,
      absent: undefined,
      nothing: null,
    };
    expect(Object.fromEntries(recordedWith(tags).attributes.map(({ key, value }) => [key, value]))).toEqual({
      text: { stringValue: 'a' },
      whole: { intValue: '7' },
      part: { doubleValue: 0.5 },
      none: { doubleValue: 'NaN' },
      large: { doubleValue: 2 ** 60 },
      yes: { boolValue: true },
      list: { stringValue: '[1,"b"]' },
      circle: { stringValue: '[unreadable]' },
      nothing: { stringValue: 'null' },
    });
  });

  it('is cut at 4,096 characters, and after 128 of them', () => {
    const many = Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`k${index}`, index]));
    expect(recordedWith(many).attributes).toHaveLength(128);
    expect(recordedWith(many).droppedAttributesCount).toBe(1);
    const [fits, cut] = recordedWith({ fits: 'x'.repeat(4096), cut: 'y'.repeat(4097) }).attributes;
    expect([fits?.value, cut?.value]).toEqual([{ stringValue: 'x'.repeat(4096) }, { stringValue: 'y'.repeat(4096) }]);
  });

  it.each([
    [{ 'span.kind': 'client' }, 3, undefined],
    [{ 'span.kind': 'other' }, 1, undefined],
    [{ error: true }, 1, { code: 2 }],
    [{ error: 'false' }, 1, undefined],
    [{ error: new Error('why') }, 1, { code: 2, message: 'Error: why' }],
  ])('%j is kind %d and status %j', (tags, kind, status) => {
    const record = recordedWith(tags);
    expect(record.kind).toBe(kind);
    expect(record.status).toEqual(status);
  });

  it('throws nothing when a tag cannot be read', () => {
    const unreadable = Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    expect(() => recordedWith(unreadable)).not.toThrow();
  });
});

it('starts a root when reference and priority cannot be read', () => {
  const { tracer, recorded } = recording();
  const broken = (): never => {
    throw new Error('broken');
  };
  const references = [{ type: broken, referencedContext: broken }];
  tracer.startSpan('a', { references, tags: { 'sampling.priority': Symbol('no number') } }).finish();
  expect(recorded).toMatchObject([{ name: 'a' }]);
  expect(recorded[0]).not.toHaveProperty('parentSpanId');
});

describe('a span', () => {
  it('has its first end, and takes nothing afterwards', () => {
    const { tracer, recorded } = recording();
    const span = tracer.startSpan('a', { startTime: 1000.5 });
    span.finish(2000.25);
    span.setTag('late', 1).log({ event: 'late' }).finish(3000);
    expect(recorded).toMatchObject([
      { startTimeUnixNano: '1000500000', endTimeUnixNano: '2000250000', attributes: [], events: [] },
    ]);
  });

  it.each([Number.NaN, -1, 0, Infinity, 2 ** 53 / 1000, 'soon' as never])(
    'starts and ends now for %s, which is no time',
    (time) => {
      const { tracer, recorded } = recording();
      tracer.startSpan('a', { startTime: time }).log({ event: 'b' }, time).finish(time);
      for (const nanos of [recorded[0]!.startTimeUnixNano, recorded[0]!.endTimeUnixNano]) {
        expect(Math.abs(Number(nanos) / 1e6 - Date.now())).toBeLessThan(60_000);
      }
    },
  );

  it('keeps 128 logs; an error is an exception', () => {
    const { tracer, recorded } = recording();
    const span = tracer.startSpan('a');
    span.log({
      event: 'error',
      'error.kind': 'RangeError',
      message: 'why',
      stack: 'where',
      'error.object': new RangeError('why'),
    });
    for (let count = 0; count < 128; count++) span.log({ event: 'b', count });
    span.finish();
    expect(recorded[0]?.events).toHaveLength(128);
    expect(recorded[0]?.droppedEventsCount).toBe(1);
    expect(recorded[0]?.events[0]).toMatchObject({
      name: 'exception',
      attributes: [
        { key: 'exception.type', value: { stringValue: 'RangeError' } },
        { key: 'exception.message', value: { stringValue: 'why' } },
        { key: 'exception.stacktrace', value: { stringValue: 'where' } },
      ],
    });
  });

  it('starts by the wall clock when the machine has slept, and so do its children', () => {
    const { tracer, recorded } = recording();
    const slept = performance.timeOrigin + performance.now() + 3_600_000;
    const wall = vi.spyOn(Date, 'now').mockReturnValue(slept);
    const root = tracer.startSpan('root');
    wall.mockReturnValue(slept - 3_600_000);
    tracer.startSpan('child', { childOf: root }).finish();
    root.finish();
    for (const { startTimeUnixNano } of recorded) {
      expect(Math.abs(Number(startTimeUnixNano) / 1e6 - slept)).toBeLessThan(60_000);
    }
  });
});

describe('carriers', () => {
  it.each([
    ['a plain object', () => ({})],
    ['a Map', () => new Map()],
    ['Headers', () => new Headers()],
  ])('%s carries the context with baggage', (_, make) => {
    const { tracer } = recording();
    const span = tracer.startSpan('a').setBaggageItem('user', 'Zoë');
    const carrier = make();
    tracer.inject(span, FORMAT_TEXT_MAP, carrier);
    const context = tracer.extract(FORMAT_TEXT_MAP, carrier)!;
    expect([context.toTraceId(), context.toSpanId()]).toEqual([span.context().toTraceId(), span.context().toSpanId()]);
    expect({ ...context.baggage }).toEqual({ user: 'Zoë' });
  });

  it.each([null, undefined, 'text', 7, Object.freeze({})])('%j is none, and nothing is thrown', (carrier) => {
    const { tracer } = recording();
    expect(() => tracer.inject(tracer.startSpan('a'), FORMAT_HTTP_HEADERS, carrier)).not.toThrow();
    expect(tracer.extract(FORMAT_HTTP_HEADERS, carrier)).toBeNull();
  });

  it('get no context of another tracer, which names no parent either', () => {
    const { tracer, recorded } = recording();
    const foreign = new MockTracer().startSpan('foreign');
    const carrier = {};
    tracer.inject(foreign, FORMAT_HTTP_HEADERS, carrier);
    tracer.startSpan('root', { childOf: foreign }).finish();
    expect(carrier).toEqual({});
    expect(recorded[0]).not.toHaveProperty('parentSpanId');
  });
});
