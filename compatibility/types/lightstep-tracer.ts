import * as lightstep from 'lightstep-tracer';
import * as opentracing from 'opentracing';

const tracer = new lightstep.Tracer({ access_token: 'a', component_name: 'b' });
opentracing.initGlobalTracer(tracer);
const span: opentracing.Span = tracer.startSpan('a', { tags: { [opentracing.Tags.ERROR]: true } });
export const child: opentracing.Span = tracer.startSpan('b', { childOf: span, startTime: 1 });
tracer.inject(span.context(), opentracing.FORMAT_TEXT_MAP, {});
export const extracted: string | undefined = tracer.extract(opentracing.FORMAT_TEXT_MAP, {})?.toSpanId();
