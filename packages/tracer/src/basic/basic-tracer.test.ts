import type { Span } from '@spanwise/opentracing';
import {
  FORMAT_BINARY,
  FORMAT_HTTP_HEADERS,
  FORMAT_TEXT_MAP,
  InvalidCarrierException,
  SpanContextCorruptedException,
  UnsupportedFormatException,
} from '@spanwise/opentracing';
import { SyncStackScopeManager } from '@spanwise/opentracing/scope-managers/sync-stack';
import type { SpanRecord } from '@spanwise/wire';
import { SpanFlags } from '@spanwise/wire';
import { describe, expect, it } from 'vitest';

import { createTracer } from '../create-tracer.ts';
import { b3Single } from '../propagation/b3-single.ts';
import { InMemoryRecorder } from '../reporting/in-memory-recorder.ts';
import { constantSampler } from '../sampling/constant.ts';
import { parentBased } from '../sampling/parent-based.ts';
import { BasicTracer } from './basic-tracer.ts';
import { SpanRecorder } from './span-recorder.ts';

/** As somebody outside would write one. */
class Names extends SpanRecorder {
  readonly names: string[] = [];

  recordSpan({ name, flags }: SpanRecord): void {
    this.names.push(`${name}: ${(flags & SpanFlags.sampled) === 0 ? 'not sampled' : 'sampled'}`);
  }
}

const formats = [FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS, FORMAT_BINARY];

describe('a BasicTracer', () => {
  it('hands every finished span to its recorder, once, sampled or not', () => {
    const recorder = new Names();
    const tracer = new BasicTracer(recorder, undefined, { sampler: parentBased(constantSampler(false)) });
    tracer.withActiveSpan('root', () => tracer.startSpan('child').finish());
    const forced = tracer.startSpan('forced', { tags: { 'sampling.priority': 1 } });
    forced.finish();
    forced.finish();
    tracer.startSpan('decided late').setTag('sampling.priority', 1).finish();
    expect(recorder.names).toEqual([
      'child: not sampled',
      'root: not sampled',
      'forced: sampled',
      'decided late: sampled',
    ]);
    expect(tracer.stats()).toMatchObject({ started: 4, finished: 4, unsampled: 0, open: 0, discarded: 0 });
  });

  it('records tags and logs of spans that are not sampled', () => {
    const recorder = new InMemoryRecorder();
    const tracer = new BasicTracer(recorder);
    tracer
      .startSpan('a', { tags: { 'sampling.priority': 0 } })
      .setTag('b', 1)
      .log({ event: 'c' })
      .finish();
    expect(recorder.records[0]).toMatchObject({
      attributes: ['sampling.priority', 0, 'b', 1],
      events: [{ name: 'c' }],
    });
  });

  it('takes a scope manager, and has one of its own', async () => {
    const manager = new SyncStackScopeManager();
    expect(new BasicTracer(undefined, manager).scopeManager).toBe(manager);
    const tracer = new BasicTracer();
    await tracer.withActiveSpan('a', async (span: Span) => {
      await Promise.resolve();
      expect(tracer.activeSpan).toBe(span);
    });
  });

  it.each(formats)('knows no format until it is registered (%s)', (format) => {
    const tracer = new BasicTracer();
    const span = tracer.startSpan('a');
    expect(() => tracer.inject(span, format, {})).toThrow(UnsupportedFormatException);
    expect(() => tracer.extract(format, {})).toThrow(UnsupportedFormatException);
    tracer.registerRequiredPropagators();
    const carrier = {};
    tracer.inject(span, format, carrier);
    const context = tracer.extract(format, carrier)!;
    expect([context.toTraceId(), context.toSpanId()]).toEqual([span.context().toTraceId(), span.context().toSpanId()]);
  });

  it.each(formats)('gives null for an empty carrier, and when it is strict throws for what is none (%s)', (format) => {
    const tracer = new BasicTracer(undefined, undefined, { strict: true });
    tracer.registerRequiredPropagators();
    expect(tracer.extract(format, {})).toBeNull();
    for (const carrier of [undefined, null, 'text', 3]) {
      expect(() => tracer.extract(format, carrier)).toThrow(InvalidCarrierException);
      expect(() => tracer.inject(tracer.startSpan('a'), format, carrier)).toThrow(InvalidCarrierException);
    }
    expect(tracer.stats().carrierErrors).toBe(8);
  });

  it.each([
    [FORMAT_TEXT_MAP, { 'ot-tracer-traceid': '1', 'ot-tracer-spanid': '2' }],
    [FORMAT_HTTP_HEADERS, { 'ot-tracer-traceid': '1', 'ot-tracer-spanid': '2', 'ot-tracer-sampled': 'perhaps' }],
    [FORMAT_BINARY, { buffer: Uint8Array.of(0, 0, 0, 9, 1) }],
  ])('counts a context that is there in part, and when it is strict throws (%s)', (format, carrier) => {
    const lenient = new BasicTracer();
    lenient.registerRequiredPropagators();
    expect(lenient.extract(format, carrier)).toBeNull();
    const tracer = new BasicTracer(undefined, undefined, { strict: true });
    tracer.registerRequiredPropagators();
    expect(() => tracer.extract(format, carrier)).toThrow(SpanContextCorruptedException);
    for (const { malformedHeaders, malformedBytes } of [lenient.stats(), tracer.stats()])
      expect([malformedHeaders, malformedBytes]).toEqual(format === FORMAT_BINARY ? [0, 1] : [1, 0]);
  });

  it.each([
    [FORMAT_TEXT_MAP, { 'ot-tracer-traceid': '1', 'ot-baggage-a': 'b' }],
    [FORMAT_HTTP_HEADERS, { 'ot-tracer-traceid': '1', 'ot-baggage-a': 'b' }],
  ])('that is strict throws for a context in part beside baggage, too (%s)', (format, carrier) => {
    const tracer = new BasicTracer(undefined, undefined, { strict: true });
    tracer.registerRequiredPropagators();
    expect(() => tracer.extract(format, carrier)).toThrow(SpanContextCorruptedException);
    expect(tracer.stats().malformedHeaders).toBe(1);
    expect(() => tracer.extract(format, { 'ot-baggage-a': 'b' })).toThrow(SpanContextCorruptedException);
    expect(tracer.stats().malformedHeaders).toBe(2);
    const lenient = new BasicTracer();
    lenient.registerRequiredPropagators();
    expect(lenient.extract(format, { 'ot-baggage-a': 'b' })?.baggage).toEqual({ a: 'b' });
  });

  it('counts what cannot be read since it was made, whatever is registered anew', () => {
    const tracer = new BasicTracer();
    const counts = [];
    for (let time = 0; time < 2; time++) {
      tracer.registerRequiredPropagators();
      tracer.registerPropagator('mine', b3Single);
      expect(tracer.extract(FORMAT_TEXT_MAP, { 'ot-tracer-traceid': '1' })).toBeNull();
      expect(tracer.extract('mine', { b3: 'x' })).toBeNull();
      expect(tracer.extract(FORMAT_BINARY, { buffer: Uint8Array.of(9) })).toBeNull();
      const { malformedHeaders, malformedBytes } = tracer.stats();
      counts.push([malformedHeaders, malformedBytes]);
    }
    expect(counts).toEqual([
      [2, 1],
      [4, 2],
    ]);
  });

  it('says what to write when it is given a recordSpan that does not extend SpanRecorder, or other options', () => {
    expect(() => new BasicTracer({ recordSpan() {} } as never)).toThrow(
      /^BasicTracer: recorder must extend SpanRecorder: class Printing extends SpanRecorder .*; it was an object$/,
    );
    for (const options of [5, { stricter: true }]) {
      expect(() => new BasicTracer(undefined, undefined, options as never)).toThrow(/^BasicTracer /);
    }
  });

  it.each(['yes', 1, null])('refuses what is no answer to whether it is strict (%s)', (strict) => {
    expect(() => new BasicTracer(undefined, undefined, { strict } as never)).toThrow(/strict must be true or false/);
  });

  it.each([5, '', undefined])('refuses a format that is none (%s)', (format) => {
    expect(() => new BasicTracer().registerPropagator(format as never, b3Single)).toThrow(
      /^registerPropagator: format must be a format's name/,
    );
  });

  it('refuses a format without a propagator', () => {
    const tracer = new BasicTracer();
    expect(() => tracer.registerPropagator('mine')).toThrow(/needs a propagator after the format.*it was "mine"/);
    expect(() => tracer.extract('mine', {})).toThrow(UnsupportedFormatException);
  });

  it('takes other propagators, also for formats of its own, and refuses what is none', () => {
    const tracer = new BasicTracer();
    tracer.registerPropagator('mine', b3Single);
    const carrier: Record<string, string> = {};
    const span = tracer.startSpan('a');
    tracer.inject(span, 'mine', carrier);
    expect(Object.keys(carrier)).toEqual(['b3']);
    expect(tracer.extract('mine', carrier)?.toSpanId()).toBe(span.context().toSpanId());
    expect(() => tracer.registerPropagator('mine', {} as never)).toThrow(
      /^registerPropagator: propagators\.extract must hold propagators with an extract method/,
    );
  });

  it.each([[{}], [() => {}], [3]])('refuses a recorder that is none (%s)', (recorder) => {
    expect(() => new BasicTracer(recorder as never)).toThrow(
      /recorders.*must hold recorders, with a finish\(record\) method/,
    );
  });
});

describe('a SpanRecorder', () => {
  it('is a recorder of createTracer, too, which hands over sampled spans only', () => {
    const recorder = new Names();
    const tracer = createTracer({ serviceName: 'test', recorders: [recorder] });
    tracer.startSpan('a').finish();
    tracer.startSpan('b', { tags: { 'sampling.priority': 0 } }).finish();
    expect(recorder.names).toEqual(['a: sampled']);
  });

  it('that is async and rejects breaks nothing, and is counted', async () => {
    class Broken extends SpanRecorder {
      // oxlint-disable-next-line no-misused-promises -- what people write who do not lint
      async recordSpan(): Promise<void> {
        await Promise.resolve();
        throw new Error('the database is down');
      }
    }
    const tracer = new BasicTracer(new Broken(), undefined, { logger: { warn: () => {} } });
    tracer.startSpan('a').finish();
    await new Promise(setImmediate);
    expect(tracer.stats()).toMatchObject({ recorderErrors: 1, finished: 1 });
  });

  it('without its method is refused', () => {
    const Abstract = SpanRecorder as unknown as new () => SpanRecorder;
    const refusal = /a SpanRecorder must have a recordSpan\(span\) method; it was /;
    expect(() => new BasicTracer(new Abstract())).toThrow(refusal);
    expect(() => createTracer({ serviceName: 'test', recorders: [new Abstract()] })).toThrow(refusal);
    class Assigned extends SpanRecorder {
      readonly recordSpan = (): void => {};
    }
    expect(() => new BasicTracer(new Assigned())).not.toThrow();
  });

  it('that throws breaks nothing, and is counted', () => {
    class Broken extends SpanRecorder {
      recordSpan(): void {
        throw new Error('no');
      }
    }
    const tracer = new BasicTracer(new Broken(), undefined, { logger: { warn: () => {} } });
    tracer.startSpan('a').finish();
    expect(tracer.stats()).toMatchObject({ recorderErrors: 1, finished: 1 });
  });
});
