import type { Span } from '@spanwise/opentracing';
import type { SpanRecord } from '@spanwise/wire';
import { SpanStatus } from '@spanwise/wire';
import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import { otThreshold } from '@spanwise/wire/propagation';
import { describe, expect, it } from 'vitest';

import { createTracer } from '../create-tracer.ts';
import { finishedSpan } from '../fixtures/finished-span.ts';
import { Logged } from '../fixtures/logged.ts';
import { ManualClock } from '../fixtures/manual-clock.ts';
import { ManualTimers } from '../fixtures/manual-timers.ts';
import { ManualTransport, settled } from '../fixtures/manual-transport.ts';
import { unhandledRejections } from '../fixtures/unhandled-rejections.ts';
import { SeededIds } from '../ids/seeded-ids.ts';
import { SamplingThreshold } from '../internal/sampling-threshold.ts';
import { jaegerProbabilisticSampler } from '../sampling/jaeger-probabilistic.ts';
import { parentBased } from '../sampling/parent-based.ts';
import type { SpanwiseTracer } from '../tracer.ts';
import { batchReporter } from './batch-reporter.ts';
import { InMemoryRecorder } from './in-memory-recorder.ts';
import type { Reporter } from './recorder.ts';
import { reporterCases } from './reporter.conformance.ts';
import type { TailSamplingOptions } from './tail-sampling.ts';
import { TailSampling, tailSampling } from './tail-sampling.ts';

/** What a caller sends whose requests are all of one trace. */
const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

function request(tracer: SpanwiseTracer, name: string): Span {
  return tracer.startSpan(name, { childOf: tracer.extract('http_headers', headers)! });
}

function serve(tracer: SpanwiseTracer, name: string, fails: boolean): void {
  const root = request(tracer, name);
  tracer.startSpan(`child ${name}`, { childOf: root }).finish();
  if (fails) root.setTag('error', true);
  root.finish();
}

interface Sampled {
  readonly tracer: SpanwiseTracer;
  readonly reporter: Reporter;
  readonly clock: ManualClock;
  readonly timers: ManualTimers;
  readonly logger: Logged;
  /** Names of the spans that came through. */
  readonly kept: () => string[];
  readonly records: () => readonly SpanRecord[];
}

function sampled(options: TailSamplingOptions = {}): Sampled {
  const [recorder, clock, timers, logger] = [
    new InMemoryRecorder(),
    new ManualClock(),
    new ManualTimers(),
    new Logged(),
  ];
  const reporter = tailSampling(recorder, { probability: 0, timers, logger, ...options });
  const tracer = createTracer({ serviceName: 'test', recorders: [reporter], clock, logger, ids: new SeededIds(1) });
  const records = (): readonly SpanRecord[] => recorder.records;
  return { tracer, reporter, clock, timers, logger, records, kept: () => records().map(({ name }) => name) };
}

describe('tailSampling as a Reporter', () => {
  const cases = reporterCases(() => {
    const recorder = new InMemoryRecorder();
    const arrived = (): string[] => [...recorder.unfinishedRecords, ...recorder.records].map(({ name }) => name);
    return { recorder: tailSampling(recorder, { probability: 1 }), arrived };
  });
  for (const { name, run } of cases) it(name, run);
});

describe('tailSampling', () => {
  it('keeps the whole trace of an error, and drops the others', () => {
    const { tracer, kept, reporter } = sampled();
    for (const name of ['fine', 'broken']) {
      const root = tracer.startSpan(name);
      const child = tracer.startSpan(`${name} child`, { childOf: root });
      if (name === 'broken') child.setTag('error', true);
      child.finish();
      expect(kept()).toEqual([]);
      root.finish();
    }
    expect(kept()).toEqual(['broken child', 'broken']);
    expect(reporter.stats()).toMatchObject({ accepted: 4, queued: 0, handedOff: 2, givenUp: { 'tail-sampled': 2 } });
  });

  it.each([
    [499.999, []],
    [500, ['root']],
  ])('keeps a trace with a span of 500 ms or more (%d ms)', (millis, expected) => {
    const { tracer, clock, kept } = sampled({ slowMillis: 500 });
    const root = tracer.startSpan('root');
    clock.advance(millis);
    root.finish();
    expect(kept()).toEqual(expected);
  });

  it('waits for all spans of the trace that are open here, roots of other requests among them', () => {
    const { tracer, kept } = sampled();
    const root = tracer.startSpan('root');
    const late = tracer.startSpan('late', { childOf: root });
    root.finish();
    expect(kept()).toEqual([]);
    late.setTag('error', true).finish();
    expect(kept()).toEqual(['root', 'late']);
  });

  it('what starts after the decision follows it, and an error is kept all the same', () => {
    const { tracer, kept } = sampled();
    const root = tracer.startSpan('root');
    root.finish();
    tracer.startSpan('after', { childOf: root }).finish();
    tracer.startSpan('failed after', { childOf: root }).setTag('error', true).finish();
    tracer.startSpan('at last', { childOf: root }).finish();
    expect(kept()).toEqual(['failed after', 'at last']);
  });

  it('keeps what the application asks for; what it throws keeps the trace, and is logged once', () => {
    const { tracer, kept, logger } = sampled({
      keep: ({ name }) => {
        if (name === 'broken') throw new Error('no answer');
        return name === 'checkout';
      },
    });
    for (const name of ['list', 'checkout', 'broken', 'broken']) tracer.startSpan(name).finish();
    expect(kept()).toEqual(['checkout', 'broken', 'broken']);
    expect(logger.lines.filter((line) => line.includes('keep of tailSampling threw'))).toHaveLength(1);
  });

  it('keeps traces that are forced, and gives them no weight', () => {
    const { tracer, kept, records } = sampled();
    const extracted = (headers: Record<string, string>): Span =>
      tracer.startSpan('asked for', { childOf: tracer.extract('http_headers', headers)! });
    const early = tracer.startSpan('early', { tags: { 'sampling.priority': 1 } });
    tracer.startSpan('child', { childOf: early }).finish();
    early.finish();
    const later = tracer.startSpan('later');
    tracer.startSpan('sibling', { childOf: later }).finish();
    later.setTag('sampling.priority', 1).finish();
    extracted({ 'jaeger-debug-id': 'why' }).finish();
    extracted({ 'uber-trace-id': '1:2:0:3' }).finish();
    extracted({ 'uber-trace-id': '1:2:0:1' }).finish();
    expect(kept()).toEqual(['child', 'early', 'sibling', 'later', 'asked for', 'asked for']);
    expect(new Set(records().map(({ traceState }) => traceState))).toEqual(new Set(['']));
  });

  it('keeps a share of the rest, the same traces everywhere, and writes their weight', () => {
    const [some, more] = [sampled({ probability: 0.25 }), sampled({ probability: 0.5 })];
    for (let trace = 0; trace < 4000; trace++)
      for (const { tracer } of [some, more]) tracer.startSpan(`${trace}`).finish();
    // Five standard deviations of the binomial distribution.
    expect(Math.abs(some.kept().length - 1000)).toBeLessThan(5 * Math.sqrt(4000 * 0.25 * 0.75));
    const kept = new Set(more.kept());
    expect(some.kept().filter((name) => !kept.has(name))).toEqual([]);
    expect(new Set(some.records().map(({ traceState }) => traceState))).toEqual(new Set(['ot=th:c']));
  });

  it('leaves the weight of traces that it keeps for themselves, and multiplies that of the start', () => {
    const recorder = new InMemoryRecorder();
    const reporter = tailSampling(recorder, { probability: 0.5 });
    const ids = { traceId2: 0xffffff, traceId3: -1 };
    reporter.finish(finishedSpan({ ...ids, name: 'error', status: SpanStatus.error, traceState: '' }));
    reporter.finish(finishedSpan({ traceId2: 0xfffffe, traceId3: -1, name: 'share', traceState: 'ot=th:c' }));
    reporter.finish(finishedSpan({ traceId2: 0xfffffd, traceId3: -1, name: 'weighted', traceState: 'a=b' }));
    expect(recorder.records.map(({ name, traceState }) => [name, traceState])).toEqual([
      ['error', ''],
      ['share', 'ot=th:e'],
      ['weighted', 'ot=th:8,a=b'],
    ]);
  });

  it.each([
    ['all', 1, 0.1, '0.100'],
    ['a share as large', 0.1, 0.1, '0.010'],
    ['a smaller one', 0.05, 0.1, '0.005'],
    ["Jaeger's share", parentBased(jaegerProbabilisticSampler(0.1)), 0.1, '0.010'],
  ])('keeps its share of what comes to it: of %s', (_, sampler, probability, weight) => {
    const recorder = new InMemoryRecorder({ maxSpans: 50_000 });
    const tracer = createTracer({
      serviceName: 'test',
      sampler,
      recorders: [tailSampling(recorder, { probability })],
      ids: new SeededIds(1),
    });
    for (let count = 0; count < 50_000; count++) tracer.startSpan('get').finish();
    const share = recorder.records.length / tracer.stats().finished;
    // Four standard deviations.
    const deviation = Math.sqrt((probability * (1 - probability)) / tracer.stats().finished);
    expect(Math.abs(share - probability)).toBeLessThan(4 * deviation);
    const threshold = SamplingThreshold.fromText(otThreshold(recorder.records[0]!.traceState)!);
    expect(threshold.probability.toFixed(3)).toBe(weight);
  });

  it('holds so many spans at most, and then decides the oldest trace', () => {
    const { tracer, reporter, kept } = sampled({ maxSpans: 2, probability: 1 });
    const roots = ['a', 'b'].map((name) => tracer.startSpan(name));
    tracer.startSpan('a1', { childOf: roots[0]! }).finish();
    tracer.startSpan('b1', { childOf: roots[1]! }).finish();
    expect([kept(), reporter.stats().queued]).toEqual([[], 2]);
    tracer.startSpan('b2', { childOf: roots[1]! }).finish();
    expect([kept(), reporter.stats().queued]).toEqual([['a1'], 2]);
    roots[0]!.finish();
    expect(kept()).toEqual(['a1', 'a']);
  });

  it('decides a trace after its time, with spans still open', () => {
    const { tracer, timers, kept } = sampled({ maxHoldMillis: 1000, probability: 1 });
    const root = tracer.startSpan('root');
    tracer.startSpan('child', { childOf: root }).finish();
    timers.advance(600);
    const other = tracer.startSpan('other root');
    tracer.startSpan('other', { childOf: other }).finish();
    timers.advance(399);
    expect(kept()).toEqual([]);
    timers.advance(1);
    expect(kept()).toEqual(['child']);
    timers.advance(600);
    expect(kept()).toEqual(['child', 'other']);
    expect(timers.pending).toBe(0);
  });

  it('decides what is held when it is flushed and when it is closed', async () => {
    const { tracer, kept, timers } = sampled({ probability: 1 });
    const root = tracer.startSpan('root');
    tracer.startSpan('child', { childOf: root }).finish();
    await tracer.flush();
    expect(kept()).toEqual(['child']);
    tracer.startSpan('second', { childOf: root }).finish();
    await tracer.close();
    expect(kept()).toEqual(['child', 'second']);
    expect(timers.pending).toBe(0);
  });

  it('a span that is discarded is not waited for', () => {
    const { tracer, kept } = sampled();
    const root = tracer.startSpan('root');
    const dropped = tracer.startSpan('dropped', { childOf: root });
    root.setTag('error', true).finish();
    dropped.setTag('sampling.priority', 0).finish();
    expect(kept()).toEqual(['root']);
  });

  it('a span that is reported unfinished keeps its trace', () => {
    const { tracer, kept } = sampled();
    const root = tracer.startSpan('root');
    expect(tracer.reportUnfinished(root)).toBe(true);
    root.finish();
    expect(kept()).toEqual(['root']);
    expect(typeof tailSampling({ finish: () => {} }).unfinished).toBe('undefined');
  });

  it('late spans of a trace that is kept as one of the share have its weight, too, except for those that are wanted', () => {
    const { tracer, records } = sampled({ probability: 0.5 });
    for (let trace = 0; trace < 40; trace++) {
      const root = tracer.startSpan('root');
      root.finish();
      tracer.startSpan('late', { childOf: root }).finish();
      tracer.startSpan('failed', { childOf: root }).setTag('error', true).finish();
    }
    const statesOf = (name: string): Set<string> =>
      new Set(records().flatMap((record) => (record.name === name ? record.traceState : [])));
    expect(['root', 'late', 'failed'].map(statesOf)).toEqual([
      new Set(['ot=th:8']),
      new Set(['ot=th:8']),
      new Set(['']),
    ]);
  });

  it('decides nothing of traces that have no finished span, whenever it is flushed', async () => {
    const { tracer, kept } = sampled();
    const roots = Array.from({ length: 100 }, (_, index) => tracer.startSpan(`${index}`));
    const child = tracer.startSpan('child', { childOf: roots[1]! });
    await tracer.flush();
    child.finish();
    roots[1]!.setTag('error', true);
    for (const root of roots) root.finish();
    expect(kept()).toEqual(['child', '1']);
  });

  it.each([
    [999, ['child', 'root']],
    [1000, ['root']],
  ])('waits 1,000 ms at most for the first span that finishes, and then goes by the share: %d', (millis, expected) => {
    const { tracer, timers, kept, reporter } = sampled({ maxHoldMillis: 1000 });
    const root = tracer.startSpan('root');
    timers.advance(millis);
    tracer.startSpan('child', { childOf: root }).finish();
    root.setTag('error', true).finish();
    expect(kept()).toEqual(expected);
    expect(reporter.stats()).toMatchObject({ accepted: 2, queued: 0, handedOff: expected.length });
    timers.advance(1000);
    expect(timers.pending).toBe(0);
  });

  it.each([
    [1, ['child', 'first']],
    [2, ['first']],
  ])(
    'knows two traces at most of which nothing has finished, and lets the oldest go by the share: %d more',
    (more, expected) => {
      const { tracer, kept, reporter } = sampled({ maxSpans: 2 });
      const first = tracer.startSpan('first');
      for (let trace = 0; trace < more; trace++) tracer.startSpan('idle');
      tracer.startSpan('child', { childOf: first }).finish();
      first.setTag('error', true).finish();
      expect(kept()).toEqual(expected);
      expect(reporter.stats()).toMatchObject({ accepted: 2, handedOff: expected.length });
    },
  );

  it('late spans of a trace that was let go have the decision and the weight of the share', () => {
    const { tracer, records } = sampled({ probability: 0.5, maxSpans: 1 });
    const roots = Array.from({ length: 40 }, (_, index) => tracer.startSpan(`${index}`));
    tracer.startSpan('the last one');
    for (const root of roots) {
      tracer.startSpan('child', { childOf: root }).finish();
      root.finish();
    }
    const traces = new Set(records().map(({ traceId3 }) => traceId3));
    expect(traces.size).toBeGreaterThan(0);
    expect(traces.size).toBeLessThan(40);
    expect(records()).toHaveLength(2 * traces.size);
    expect(new Set(records().map(({ traceState }) => traceState))).toEqual(new Set(['ot=th:8']));
  });

  it('is bounded when a million spans are started and never finished', () => {
    const reporter = new TailSampling(new InMemoryRecorder(), { maxSpans: 10, timers: new ManualTimers() });
    const span = finishedSpan();
    for (let trace = 1; trace <= 1_000_000; trace++) reporter.start({ ...span, traceId2: trace });
    expect(reporter.remembered).toBeLessThanOrEqual(10 + 10_000);
    expect(reporter.stats()).toMatchObject({ accepted: 0, queued: 0 });
  });

  it('decides requests of one trace that come one after another each for itself', () => {
    const { tracer, kept, reporter } = sampled();
    for (let request = 1; request <= 5; request++) serve(tracer, `${request}`, request === 2 || request === 5);
    expect(kept()).toEqual(['child 2', '2', 'child 5', '5']);
    expect(reporter.stats()).toMatchObject({ accepted: 10, handedOff: 4, givenUp: { 'tail-sampled': 6 } });
  });

  it('decides requests of one trace that overlap together', () => {
    const { tracer, kept } = sampled();
    const first = request(tracer, 'first');
    const second = request(tracer, 'second');
    first.finish();
    const third = request(tracer, 'third');
    second.setTag('error', true).finish();
    third.finish();
    serve(tracer, 'fourth', false);
    expect(kept()).toEqual(['first', 'second', 'third']);
  });

  it('a request that starts while work of the one before it goes on follows its decision', () => {
    const { tracer, kept } = sampled();
    const first = request(tracer, 'first');
    first.setTag('error', true).finish();
    const late = tracer.startSpan('late', { childOf: first });
    serve(tracer, 'second', false);
    late.finish();
    serve(tracer, 'third', false);
    const dropped = tracer.startSpan('discarded', { childOf: first });
    dropped.setTag('sampling.priority', 0).finish();
    serve(tracer, 'fourth', true);
    expect(kept()).toEqual(['first', 'child second', 'second', 'late', 'child fourth', 'fourth']);
  });

  it.each([
    [999, ['second']],
    [1000, ['child second', 'second']],
  ])('a decision that was made with spans open is one for requests of %d ms more', async (millis, expected) => {
    const { tracer, kept, timers } = sampled({ maxHoldMillis: 1000 });
    const first = request(tracer, 'first');
    tracer.startSpan('forgotten', { childOf: first });
    first.finish();
    await tracer.flush();
    timers.advance(millis);
    serve(tracer, 'second', true);
    timers.advance(1000);
    expect(kept()).toEqual(expected);
  });

  it('holds no more than it may behind traces that have nothing finished', () => {
    const { tracer, reporter } = sampled({ maxSpans: 2 });
    for (let root = 0; root < 50; root++) tracer.startSpan('idle');
    const busy = tracer.startSpan('busy');
    for (let child = 0; child < 50; child++) tracer.startSpan('child', { childOf: busy }).finish();
    expect(reporter.stats().queued).toBeLessThanOrEqual(2);
  });

  it('a recorder that throws or rejects loses no other span, and nobody else hears of it', async () => {
    const unheard = unhandledRejections();
    const logger = new Logged();
    const timers = new ManualTimers();
    let calls = 0;
    const fail = (): never => {
      calls += 1;
      throw new Error('broken');
    };
    const recorders = [
      { start: fail, finish: fail, discarded: fail, unfinished: fail },
      { finish: async () => fail() },
    ];
    for (const recorder of recorders) {
      calls = 0;
      const reporter = tailSampling(recorder, { probability: 1, timers, logger, maxHoldMillis: 10 });
      const tracer = createTracer({ serviceName: 'test', recorders: [reporter], logger });
      const root = tracer.startSpan('root');
      for (let child = 0; child < 3; child++) tracer.startSpan('child', { childOf: root }).finish();
      timers.advance(20);
      expect(reporter.stats()).toMatchObject({ accepted: 3, queued: 0, handedOff: 3 });
      root.finish();
      await tracer.close();
      expect(calls).toBeGreaterThanOrEqual(4);
    }
    expect(await unheard()).toEqual([]);
    expect(logger.lines.join()).toContain("a recorder's finish threw");
  });

  it('a close without time left ends a close under way', async () => {
    const transport = new ManualTransport();
    const timers = new ManualTimers();
    const batches = batchReporter({ encoder: new OtlpProtobufEncoder(), transport, timers, logger: new Logged() });
    const reporter = tailSampling(batches, { probability: 1, timers });
    reporter.start?.(finishedSpan());
    reporter.finish(finishedSpan());
    const closed = reporter.close({ deadlineMillis: 60_000 });
    await settled();
    expect(reporter.stats()).toMatchObject({ inFlight: 1 });
    expect(reporter.close({ deadlineMillis: 0 })).toBe(closed);
    expect(reporter.stats()).toMatchObject({ inFlight: 0, givenUp: { shutdown: 1 } });
    await closed;
  });

  it('holds nothing of what starts after close', async () => {
    const { reporter, timers } = sampled();
    await reporter.close();
    reporter.start?.(finishedSpan());
    reporter.finish(finishedSpan());
    expect([timers.pending, reporter.stats().queued, reporter.stats().givenUp]).toEqual([0, 0, { closed: 1 }]);
  });

  it('a keep that gives a promise keeps nothing, and its rejection is no unhandled one', async () => {
    const unheard = unhandledRejections();
    const { tracer, kept } = sampled({ keep: (async () => Promise.reject(new Error('late'))) as never });
    tracer.startSpan('a').finish();
    expect([kept(), await unheard()]).toEqual([[], []]);
  });

  it.each([
    [{ slowMillis: -1 }, /slowMillis must be a number of milliseconds of at least 0/],
    [{ slowMillis: Number.NaN }, /slowMillis/],
    [{ probability: 1.1 }, /probability must be a number from 0 \(none\) to 1 \(all\); it was 1.1/],
    [{ keep: true as never }, /keep must be a function/],
    [{ slowMilis: 1 } as never, /knows only the options slowMillis, .*; it was "slowMilis"/],
    [5 as never, /takes an object of options, such as \{ slowMillis: 500 \}; it was 5/],
    [null as never, /takes an object of options/],
    [{ maxSpans: 0 }, /maxSpans must be a whole number of at least 1/],
    [{ maxHoldMillis: 2 ** 31 }, /maxHoldMillis must be a whole number from 1 to 2147483647/],
  ])('refuses wrong options: %j', (options, message) => {
    expect(() => tailSampling(new InMemoryRecorder(), options)).toThrow(message);
  });

  it('refuses what is no recorder', () => {
    expect(() => tailSampling({} as never)).toThrow(
      /must be given a recorder, such as otlpReporter\(\); it was an object/,
    );
  });

  it('takes the longest and the shortest that it may', () => {
    for (const options of [
      { slowMillis: 0 },
      { slowMillis: Infinity },
      { maxSpans: 1 },
      { maxHoldMillis: 2 ** 31 - 1 },
    ])
      expect(() => tailSampling(new InMemoryRecorder(), options)).not.toThrow();
  });
});
