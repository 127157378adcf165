import { describe, expect, it } from 'vitest';

import { asMock, failure, thrownBy } from './fixtures/tracer-subjects.ts';
import { MockTracer } from './mock_tracer/mock_tracer.ts';
import { recordError } from './record-error.ts';
import { noopSpan, Span as SpanBase } from './span.ts';

describe('recordError', () => {
  it('tags the span and logs the fields, without finishing it', () => {
    const span = asMock(new MockTracer().startSpan('a'));
    recordError(span, failure);
    expect(span.tags()).toEqual({ error: true });
    expect(span.logs()[0]?.fields).toMatchObject({ event: 'error', 'error.kind': 'RangeError', message: 'too far' });
    expect(span.isFinished()).toBe(false);
  });

  it.each([undefined, null, 'text', Symbol('s'), Object.create(null)])(
    'takes anything that was thrown (%#)',
    (thrown) => {
      const span = asMock(new MockTracer().startSpan('a'));
      recordError(span, thrown);
      expect(span.logs().map((log) => log.fields['error.object'])).toEqual([thrown]);
    },
  );

  it('logs what can be read of an error that throws when it is read', () => {
    const tracer = new MockTracer();
    const blind = new Proxy(failure, {
      get: () => {
        throw new Error('trap');
      },
    });
    const thrown = thrownBy(() =>
      tracer.withActiveSpan('a', () => {
        throw blind;
      }),
    );
    const [span] = tracer.finishedSpans();
    expect([thrown === blind, span?.tags(), span?.logs().map((log) => log.fields['event'] as unknown)]).toEqual([
      true,
      { error: true },
      ['error'],
    ]);
  });

  it('never throws, whatever the span does', () => {
    class Broken extends SpanBase {
      override setTag(): never {
        throw failure;
      }
    }
    expect(() => recordError(new Broken(), failure)).not.toThrow();
    expect(() => recordError(noopSpan, failure)).not.toThrow();
  });
});
