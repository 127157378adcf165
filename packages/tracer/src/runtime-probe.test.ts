import type { Span } from '@spanwise/opentracing';
import { expect, it, describe } from 'vitest';

import { testTracer } from './fixtures/test-tracer.ts';

describe('a runtime probe', () => {
  it('is asked for local roots that are recorded, and may tag them before they are handed on', async () => {
    const begun: number[] = [];
    const runtimeProbe = {
      begin: () => begun.push(begun.length),
      end: (number: unknown, span: Span | undefined) => void span?.setTag('nth', number).log({ event: 'end' }),
    };
    const { tracer, recorder } = testTracer({ runtimeProbe });
    const root = tracer.startSpan('root');
    tracer.startSpan('child', { childOf: root }).finish();
    tracer.startSpan('unsampled', { tags: { 'sampling.priority': 0 } }).finish();
    tracer.startSpan('given its end').finish(1_700_000_000_001);
    root.finish();
    root.finish();
    expect(recorder.records.map(({ name, attributes, events }) => [name, attributes, events.length])).toEqual([
      ['child', [], 0],
      ['given its end', [], 0],
      ['root', ['nth', 1], 1],
    ]);
    expect(begun).toHaveLength(2);
    await tracer.close();
  });

  it('that throws is counted, logged once a minute, and breaks nothing', async () => {
    const fail = (): never => {
      throw new Error('no probe');
    };
    const { tracer, recorder, logger } = testTracer({ runtimeProbe: { begin: () => 1, end: fail, close: fail } });
    tracer.startSpan('a').finish();
    tracer.startSpan('b').finish();
    await tracer.close();
    expect(recorder.records).toHaveLength(2);
    expect(tracer.stats().probeErrors).toBe(3);
    expect(logger.lines.filter((line) => line.includes("runtime probe's end threw"))).toHaveLength(1);
  });

  it('may finish the span itself: it is handed on once', () => {
    const ended: unknown[] = [];
    const runtimeProbe = {
      begin: () => 1,
      end: (begun: unknown, span: Span | undefined) => {
        ended.push(begun);
        span?.finish();
      },
    };
    const { tracer, recorder } = testTracer({ runtimeProbe });
    tracer.startSpan('root').finish();
    expect([recorder.records.length, ended, tracer.stats().open]).toEqual([1, [1], 0]);
  });

  it('is not asked for spans that start after close', async () => {
    let begins = 0;
    const { tracer } = testTracer({ runtimeProbe: { begin: () => (begins += 1), end: () => {} } });
    await tracer.close();
    tracer.startSpan('late').finish();
    expect(begins).toBe(0);
  });

  it('is closed with the tracer, once', async () => {
    let closes = 0;
    const { tracer } = testTracer({ runtimeProbe: { begin: () => 1, end: () => {}, close: () => (closes += 1) } });
    await tracer.close();
    await tracer.close();
    expect(closes).toBe(1);
  });

  it('that is none is refused', () => {
    expect(() => testTracer({ runtimeProbe: { begin: () => 1 } as never })).toThrow(
      /runtimeProbe.*must have begin\(\) and end\(begun, span\) methods/,
    );
  });
});
