import { describe, expect, it } from 'vitest';

import type { TestTracer } from '../fixtures/test-tracer.ts';
import { testTracer } from '../fixtures/test-tracer.ts';
import type { Recorder } from '../reporting/recorder.ts';
import { constantSampler } from './constant.ts';
import { delayedSampler } from './delayed.ts';
import { parentBased } from './parent-based.ts';
import { perOperationSampler } from './per-operation.ts';
import { rulesSampler } from './rules.ts';
import { samplerCases } from './sampler.conformance.ts';
import type { Sampler, SamplingRequest } from './sampler.ts';

describe('delayedSampler as a Sampler', () => {
  for (const { name, run } of samplerCases(() => delayedSampler(constantSampler(true)))) it(name, run);
});

/** Keeps checkouts, and notes what it was asked. */
class Checkouts implements Sampler {
  readonly followsParent: boolean = false;
  readonly asked: Pick<SamplingRequest, 'name' | 'tags'>[] = [];

  sample({ name, tags }: SamplingRequest): ReturnType<Sampler['sample']> {
    this.asked.push({ name, tags });
    const sampled = name === 'POST /checkout';
    return { sampled, attributes: sampled ? ['sampler.type', 'checkouts'] : [], threshold: null };
  }
}

function delayed(recorder?: Recorder): TestTracer & { asked: Checkouts['asked'] } {
  const sampler = new Checkouts();
  const options = { sampler: parentBased(delayedSampler(sampler)), ...(recorder && { recorders: [recorder] }) };
  return { ...testTracer(options), asked: sampler.asked };
}

it('asks when the span finishes, with the name and the tags of then', () => {
  const { tracer, recorder, asked } = delayed();
  const span = tracer.startSpan('POST', { tags: { 'http.path': '/checkout', user: 'guest' } });
  expect(asked).toEqual([]);
  span.setTag('user', 'ann').setOperationName('POST /checkout').finish();
  expect(asked).toEqual([{ name: 'POST /checkout', tags: { 'http.path': '/checkout', user: 'ann' } }]);
  expect(recorder.records).toMatchObject([
    { name: 'POST /checkout', attributes: ['http.path', '/checkout', 'user', 'ann', 'sampler.type', 'checkouts'] },
  ]);
});

it('discards a span that turns out not to be sampled, and recorders are told', () => {
  const told: string[] = [];
  const { tracer } = delayed({
    start: ({ name }) => void told.push(`start ${name}`),
    finish: ({ name }) => void told.push(`finish ${name}`),
    discarded: ({ name }) => void told.push(`discarded ${name}`),
  });
  tracer.startSpan('GET').setOperationName('GET /health').finish();
  expect(told).toEqual(['start GET', 'discarded GET /health']);
  expect(tracer.stats()).toMatchObject({ started: 1, unsampled: 0, finished: 1, discarded: 1 });
});

describe('asks before anybody sees the decision, once', () => {
  it.each<[string, (test: TestTracer, span: ReturnType<TestTracer['tracer']['startSpan']>) => unknown]>([
    ['when a child starts', ({ tracer }, span) => tracer.startSpan('child', { childOf: span })],
    [
      'when a child of the active span starts',
      ({ tracer }, span) => tracer.withActiveSpan(span, () => tracer.startSpan('child')),
    ],
    ['when its context is asked for', (_, span) => span.context()],
    ['when it is injected', ({ tracer }, span) => tracer.inject(span, 'http_headers', {})],
    ['when it is reported unfinished', ({ tracer }, span) => tracer.reportUnfinished(span)],
  ])('%s: later names count no more', (_, see) => {
    const test = delayed();
    const span = test.tracer.startSpan('POST').setOperationName('POST /checkout');
    expect(test.asked).toEqual([]);
    see(test, span);
    expect(test.asked).toHaveLength(1);
    span.setOperationName('other').finish();
    expect(test.asked).toHaveLength(1);
    expect(test.recorder.records.map(({ name }) => name)).toContain('other');
  });
});

it('hands the decision on: to children, to headers, to what is reported', () => {
  const { tracer, recorder } = delayed();
  for (const [name, flag] of [
    ['POST /checkout', '03'],
    ['GET /health', '02'],
  ] as const) {
    const span = tracer.startSpan('HTTP').setOperationName(name);
    const headers: Record<string, string> = {};
    tracer.inject(span, 'http_headers', headers);
    expect(headers['traceparent']!.slice(-2)).toBe(flag);
    tracer.startSpan('child', { childOf: span }).finish();
    expect(tracer.reportUnfinished(span)).toBe(flag === '03');
    span.finish();
  }
  expect(recorder.records.map(({ name }) => name)).toEqual(['child', 'POST /checkout']);
});

it('is not asked where the parent has decided, nor after sampling.priority', () => {
  const { tracer, recorder, asked } = delayed();
  const remote = tracer.extract('http_headers', { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` });
  tracer.startSpan('served', { childOf: remote }).finish();
  tracer.startSpan('kept', { tags: { 'sampling.priority': 1 } }).finish();
  tracer.startSpan('late').setTag('sampling.priority', 1).finish();
  tracer.startSpan('dropped').setTag('sampling.priority', 0).setOperationName('POST /checkout').finish();
  expect(asked).toEqual([]);
  expect(recorder.records.map(({ name }) => name)).toEqual(['served', 'kept', 'late']);
});

it('a remote parent that left the decision open is asked for with its tracestate', () => {
  const { tracer, asked, recorder } = delayed();
  const open = tracer.extract('http_headers', { 'x-b3-traceid': '1'.repeat(32), 'x-b3-spanid': '2'.repeat(16) });
  tracer.startSpan('POST', { childOf: open }).setOperationName('POST /checkout').finish();
  expect(asked).toHaveLength(1);
  expect(recorder.records).toMatchObject([{ name: 'POST /checkout', parentId0: 0x22222222 }]);
});

it('without parentBased, child spans are asked for at their start', () => {
  const sampler = new Checkouts();
  const { tracer, recorder } = testTracer({ sampler: delayedSampler(sampler) });
  const root = tracer.startSpan('POST').setOperationName('POST /checkout');
  tracer.startSpan('child', { childOf: root }).setOperationName('POST /checkout').finish();
  root.finish();
  expect(sampler.asked.map(({ name }) => name)).toEqual(['POST /checkout', 'child']);
  expect(recorder.records.map(({ name }) => name)).toEqual(['POST /checkout']);
});

it('an unsampled span of a sampler that throws is discarded, and counted', () => {
  const failing: Sampler = {
    followsParent: false,
    sample: () => {
      throw new Error('no');
    },
  };
  const { tracer, recorder } = testTracer({ sampler: delayedSampler(failing) });
  tracer.startSpan('a').finish();
  expect(recorder.records).toEqual([]);
  expect(tracer.stats()).toMatchObject({ samplerErrors: 1, finished: 1, discarded: 1 });
});

it('gives the samplers of operations and of rules the route that a server knows late', () => {
  const perOperation = perOperationSampler({ operations: { 'GET /orders/:id': 1 }, otherProbability: 0 });
  const rules = rulesSampler({
    rules: [{ tags: { 'http.route': '/orders/:id' }, sampler: constantSampler(true) }],
    otherwise: constantSampler(false),
  });
  for (const sampler of [perOperation, rules]) {
    const { tracer, recorder } = testTracer({ sampler: parentBased(delayedSampler(sampler)) });
    for (const route of ['/orders/:id', '/health']) {
      tracer.startSpan('GET').setTag('http.route', route).setOperationName(`GET ${route}`).finish();
    }
    expect(recorder.records.map(({ name }) => name)).toEqual(['GET /orders/:id']);
  }
});

it('closes what it delays, and refuses what is no sampler', () => {
  let closed = 0;
  delayedSampler({ ...constantSampler(true), close: () => void (closed += 1) }).close?.();
  expect(closed).toBe(1);
  expect(() => delayedSampler(0.1 as never)).toThrow(
    'delayedSampler must be a Sampler, such as probabilitySampler(0.1); it was 0.1',
  );
});
