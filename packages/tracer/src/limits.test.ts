import { describe, expect, it } from 'vitest';

import { createTracer } from './create-tracer.ts';
import { testTracer } from './fixtures/test-tracer.ts';
import { checkLimits, defaultLimits } from './limits.ts';
import { basictracer, jaeger, w3cBaggage, w3cTraceContext } from './propagation.ts';
import type { SpanwiseTracer } from './tracer.ts';

it('are the defaults but for those given', () => {
  expect(checkLimits(undefined)).toEqual(defaultLimits);
  expect(checkLimits({ maxTags: 0 })).toEqual({ ...defaultLimits, maxTags: 0 });
  expect(checkLimits({ maxTags: undefined as never })).toEqual(defaultLimits);
});

it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5'])('refuse %s', (maxTags) => {
  expect(() => checkLimits({ maxTags: maxTags as number })).toThrow(
    'limits.maxTags must be a whole number of at least 0',
  );
});

it.each([5, true, null, 'all', [], new Map([['maxTags', 1]])])('refuse %o, whose limits would not hold', (limits) => {
  expect(() => createTracer({ serviceName: 'test', recorders: [], limits: limits as never })).toThrow(
    /^createTracer: limits takes an object of options, such as \{ maxTags: 64 \}; it was /,
  );
});

describe('a value that is cut is counted', () => {
  const limits = { maxValueLength: 5 };
  it.each<[string, (tracer: SpanwiseTracer) => unknown, number]>([
    ['an operation name', (tracer) => tracer.startSpan('n'.repeat(1025)), 1],
    ['a name of 1,024, not', (tracer) => tracer.startSpan('n'.repeat(1024)), 0],
    ['a name that comes later', (tracer) => tracer.startSpan('a').setOperationName('n'.repeat(1025)), 1],
    ['levels below the fourth', (tracer) => tracer.startSpan('a').setTag('k', { a: { b: { c: { d: {} } } } }), 1],
    ['four levels, not', (tracer) => tracer.startSpan('a').setTag('k', { a: { b: { c: { d: 1 } } } }), 0],
    ['a tag', (tracer) => tracer.startSpan('a').setTag('k', '123456'), 1],
    ['a tag of the start', (tracer) => tracer.startSpan('a', { tags: { k: '123456' } }), 1],
    ['bytes', (tracer) => tracer.startSpan('a').setTag('k', new Uint8Array(6)), 1],
    ['a text in an array', (tracer) => tracer.startSpan('a').setTag('k', ['12345', '123456']), 1],
    [
      'a list beyond 256 members, once',
      (tracer) => tracer.startSpan('a').setTag('k', Array.from({ length: 300 }).fill(1)),
      1,
    ],
    ['a message', (tracer) => tracer.startSpan('a').setTag('error', '123456'), 1],
    [
      'the name and a field of a log',
      (tracer) => tracer.startSpan('a').log({ event: 'n'.repeat(1025), k: '123456' }),
      2,
    ],
    [
      'what is as long as may be, not',
      (tracer) => tracer.startSpan('12345').setTag('k', ['12345', new Uint8Array(5)]),
      0,
    ],
    ['256 members, not', (tracer) => tracer.startSpan('a').setTag('k', Array.from({ length: 256 }).fill(1)), 0],
  ])('%s', (_, act, cuts) => {
    const { tracer } = testTracer({ limits });
    act(tracer);
    expect(tracer.stats().cutValues).toBe(cuts);
  });
});

it('no limit holds for tags of the process, nor that of values for names', () => {
  const { tracer, recorder } = testTracer({ limits: { maxValueLength: 0 }, tags: { region: '123456' } });
  tracer.startSpan('operation').log({ event: 'happened' }).finish();
  expect(recorder.records[0]).toMatchObject({ name: 'operation', events: [{ name: 'happened' }] });
  expect(recorder.records[0]!.resource.attributes).toEqual(expect.arrayContaining(['region', '123456']));
  expect(tracer.stats().cutValues).toBe(0);
});

it('a limit above 1,024 holds for names, too', () => {
  const { tracer, recorder } = testTracer({ limits: { maxValueLength: 1025 } });
  for (const length of [1025, 1026]) tracer.startSpan('n'.repeat(length)).finish();
  expect(recorder.records.map(({ name }) => name.length)).toEqual([1025, 1025]);
  expect(tracer.stats().cutValues).toBe(1);
});

it('fields of a log beyond the limit are counted', () => {
  const { tracer } = testTracer({ limits: { maxLogFields: 1 } });
  tracer.startSpan('a').log({ event: 'e', a: 1 }).log({ event: 'e', a: 1, b: 2, c: 3 });
  expect(tracer.stats().droppedLogFields).toBe(2);
});

describe('baggage that arrives', () => {
  const header = (count: number): string => Array.from({ length: count }, (_, at) => `k${at}=v`).join(',');

  it('is kept within the limits of the tracer, and what is beyond them is counted', () => {
    const { tracer } = testTracer({ limits: { maxBaggageItems: 2 } });
    for (const [count, kept, dropped] of [
      [2, 2, 0],
      [3, 2, 1],
      [50, 2, 49],
    ] as const) {
      const context = tracer.extract('http_headers', { baggage: header(count) });
      expect(Object.keys(context!.baggageItems)).toHaveLength(kept);
      expect(tracer.stats().droppedBaggageItems).toBe(dropped);
    }
  });

  it('is kept within the length, item by item', () => {
    const { tracer } = testTracer({ limits: { maxBaggageLength: 6 } });
    const context = tracer.extract('http_headers', { baggage: 'a=12,long=1234567,b=12' });
    expect(context!.baggageItems).toEqual({ a: '12', b: '12' });
    expect(tracer.stats().droppedBaggageItems).toBe(1);
  });

  it('of several formats together has the same limits as of one', () => {
    const { tracer } = testTracer({ propagators: [w3cTraceContext, w3cBaggage, jaeger, basictracer] });
    const headers: Record<string, string> = { baggage: header(100) };
    for (let at = 0; at < 100; at++) headers[`uberctx-j${at}`] = headers[`ot-baggage-o${at}`] = 'v';
    const context = tracer.extract('http_headers', headers);
    expect(Object.keys(context!.baggageItems)).toHaveLength(64);
    expect(tracer.stats().droppedBaggageItems).toBe(300 - 64);
  });

  it('beyond the limits of its format is counted, too, and once', () => {
    const { tracer } = testTracer({ limits: { maxBaggageItems: 1000 }, propagators: [w3cBaggage, jaeger] });
    tracer.extract('http_headers', { baggage: header(181) });
    expect(tracer.stats().droppedBaggageItems).toBe(1);
    tracer.extract('http_headers', {});
    expect(tracer.stats().droppedBaggageItems).toBe(1);
    const headers = Object.fromEntries(Array.from({ length: 182 }, (_, at) => [`uberctx-k${at}`, 'v']));
    tracer.extract('http_headers', headers);
    expect(tracer.stats().droppedBaggageItems).toBe(3);
    tracer.extract('http_headers', { baggage: `a=1,b=${'x'.repeat(8190)}` });
    expect(tracer.stats().droppedBaggageItems).toBe(4);
  });
});

describe('baggage that is sent', () => {
  it('is counted where a format cannot carry it', () => {
    const { tracer } = testTracer({
      propagators: [basictracer],
      limits: { maxBaggageItems: 300, maxBaggageLength: 100_000 },
    });
    const span = tracer.startSpan('a').setBaggageItem('user', '日本').setBaggageItem('tenant', '1');
    const headers = {};
    tracer.inject(span, 'http_headers', headers);
    expect(headers).toMatchObject({ 'ot-baggage-tenant': '1' });
    expect(tracer.stats().droppedBaggageItems).toBe(1);
  });

  it('is counted where the header is full', () => {
    const { tracer } = testTracer({ limits: { maxBaggageItems: 300 } });
    const span = tracer.startSpan('a');
    for (let at = 0; at < 181; at++) span.setBaggageItem(`k${at}`, 'v');
    tracer.inject(span, 'http_headers', {});
    expect(tracer.stats().droppedBaggageItems).toBe(1);
  });
});

it.each([undefined, false] as const)('a runtime probe that is %s is none', async (runtimeProbe) => {
  const { tracer, recorder } = testTracer(runtimeProbe === undefined ? {} : { runtimeProbe });
  tracer.startSpan('a').finish();
  await tracer.close();
  expect(recorder.records).toHaveLength(1);
});

it.each([null, 0, '', true, {}])('a runtime probe that is %o is refused', (runtimeProbe) => {
  expect(() => createTracer({ serviceName: 'test', recorders: [], runtimeProbe: runtimeProbe as never })).toThrow(
    'createTracer: runtimeProbe must have begin() and end(begun, span) methods, or be false; it was ',
  );
});
