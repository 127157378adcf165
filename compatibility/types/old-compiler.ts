import * as opentracing from 'opentracing';

class CountingTracer extends opentracing.Tracer {
  started = 0;
  protected _startSpan(_name: string, _fields: opentracing.SpanOptions): opentracing.Span {
    this.started++;
    return new opentracing.Span();
  }
}

const tracer = new CountingTracer();
opentracing.initGlobalTracer(tracer);
export const span: opentracing.Span = tracer
  .startSpan('a', { tags: { [opentracing.Tags.ERROR]: true } })
  .setTag('b', 1);
export const traceId: string = span.context().toTraceId();
new opentracing.MockTracer().report().firstSpanWithTagValue('b', 1)?.operationName();
