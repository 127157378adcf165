import { initTracer, opentracing as reexported } from 'jaeger-client';
import type { JaegerTracer } from 'jaeger-client';
import * as opentracing from 'opentracing';

const tracer: JaegerTracer = initTracer({ serviceName: 'a', reporter: { agentPort: 1 } }, { tags: { a: 1 } });
export const asTracer: opentracing.Tracer = tracer;
reexported.initGlobalTracer(tracer);
export const span: reexported.Span = tracer.startSpan('a', {
  references: [opentracing.childOf(tracer.startSpan('b'))],
});
export const asContext: opentracing.SpanContext = tracer.startSpan('c').context();
tracer.close(() => {});
