import { describe, expect, it } from 'vitest';

import { baggageOf, FORMAT_HTTP_HEADERS, MockTracer, noopSpan, SpanContext, Tracer } from '../index.ts';
import { contextFromEnvironment, environmentWithContext } from './node.ts';

const tracer = new MockTracer();

/** Writes and reads what it is told, in one format. */
class FieldTracer extends Tracer {
  readonly fields: Record<string, string>;
  readonly format: string | undefined;
  read: unknown;

  constructor(fields: Record<string, string>, format?: string) {
    super();
    this.fields = fields;
    this.format = format;
  }

  protected override _inject(_context: SpanContext, _format: string, carrier: unknown): void {
    Object.assign(carrier as object, this.fields);
  }

  protected override _extract(format: string, carrier: unknown): SpanContext | null {
    if (this.format !== undefined && format !== this.format) return null;
    this.read = carrier;
    return new SpanContext();
  }
}

const context = new SpanContext();

describe('the environment for a process', () => {
  it('is a copy with names in upper case and _ for all but letters and digits', () => {
    const env = { PATH: '/bin' };
    const fields = { traceparent: '00-a', 'x-b3-traceid': '1', 'vendor.Key é': 'v' };
    expect(environmentWithContext({ env, tracer: new FieldTracer(fields), context })).toEqual({
      PATH: '/bin',
      TRACEPARENT: '00-a',
      X_B3_TRACEID: '1',
      VENDOR_KEY__: 'v',
    });
    expect(env).toEqual({ PATH: '/bin' });
  });

  it('is that of this process when it is given none', () => {
    const { PATH, TRACEPARENT } = environmentWithContext({ tracer: new FieldTracer({ traceparent: 'x' }), context });
    expect([PATH, TRACEPARENT]).toEqual([process.env.PATH, 'x']);
  });

  it('mixes no older context with the new one, and keeps it when there is none', () => {
    const old = { TRACEPARENT: 'old', TraceState: 'old', BAGGAGE: 'old', B3: 'old', OT_BAGGAGE_USER: 'old' };
    const jaegers = { UBER_TRACE_ID: 'old', UBERCTX_USER: 'old', JAEGER_DEBUG_ID: 'old', JAEGER_BAGGAGE: 'old' };
    const env = { ...old, ...jaegers, TRACEPARENTS: 'mine', MY_BAGGAGE: 'mine' };
    expect(environmentWithContext({ env, tracer: new FieldTracer({ traceparent: 'new' }), context })).toEqual({
      TRACEPARENT: 'new',
      TRACEPARENTS: 'mine',
      MY_BAGGAGE: 'mine',
    });
    expect(environmentWithContext({ env, tracer })).toEqual(env);
  });

  it('has no context when none is to be handed over, also none that was there', () => {
    const env = { PATH: '/bin', TRACEPARENT: 'old', tracestate: 'old', X_DATADOG_TRACE_ID: '1' };
    expect(environmentWithContext({ env, tracer, context: null })).toEqual({ PATH: '/bin' });
    expect(environmentWithContext({ env, tracer, context: noopSpan })).toEqual({ PATH: '/bin' });
    tracer.withActiveSpan('active', () => {
      expect(environmentWithContext({ env, tracer, context: null })).toEqual({ PATH: '/bin' });
      const detached = tracer.scopeManager.runDetached(() => environmentWithContext({ env, tracer }));
      expect(detached).toEqual(env);
    });
  });

  it('keeps the variables that are there and are none of a context, whatever keys the baggage has', () => {
    const env = { PATH: '/bin', Path2: 'mine', OT_BAGGAGE_PATH: 'old' };
    const fields = { path: '/evil', path2: 'evil', 'ot-baggage-path': 'new', other: 'x' };
    expect(environmentWithContext({ env, tracer: new FieldTracer(fields), context })).toEqual({
      PATH: '/bin',
      Path2: 'mine',
      OT_BAGGAGE_PATH: 'new',
      OTHER: 'x',
    });
  });

  it('leaves out what would keep the process from starting', () => {
    const fields = { nul: 'a\0b', long: 'x'.repeat(8193), longest: 'x'.repeat(8192) };
    const env = environmentWithContext({ env: {}, tracer: new FieldTracer(fields), context });
    expect(Object.keys(env)).toEqual(['LONGEST']);
  });
});

describe('the context in an environment', () => {
  it('is read back with its baggage', () => {
    const span = tracer.startSpan('parent').setBaggageItem('user', '7 é');
    const read = contextFromEnvironment(environmentWithContext({ tracer, context: span }), { tracer });
    expect(read?.toTraceId()).toBe(span.context().toTraceId());
    expect(read?.toSpanId()).toBe(span.context().toSpanId());
    expect(read && baggageOf(read)).toEqual({ user: '7 é' });
  });

  it('is offered to the tracer in both spellings, as text map and then as headers', () => {
    const headers = new FieldTracer({}, FORMAT_HTTP_HEADERS);
    expect(
      contextFromEnvironment({ OT_Trace_ID: 'a', __PROTO__: 'x', MISSING: undefined }, { tracer: headers }),
    ).not.toBeNull();
    expect(headers.read).toEqual({ 'ot-trace-id': 'a', ot_trace_id: 'a', '--proto--': 'x', ['__proto__']: 'x' });
  });

  it.each([[{}], [{ OT_TRACER_TRACEID: 'abc' }], [{ OT_TRACER_TRACEID: 'xyz', OT_TRACER_SPANID: '1' }]])(
    'is null when there is none or it is damaged: %j',
    (env: Record<string, string>) => {
      expect(contextFromEnvironment(env, { tracer })).toBeNull();
      expect(contextFromEnvironment(env, { tracer: new MockTracer({ strict: true }) })).toBeNull();
      const whole = { OT_TRACER_TRACEID: 'abc', OT_TRACER_SPANID: '1' };
      expect(contextFromEnvironment(whole, { tracer })?.toSpanId()).toBe('1');
    },
  );
});
