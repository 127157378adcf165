import tracer from 'dd-trace';
import type { Span, SpanContext, Tracer } from 'dd-trace';
import formats from 'dd-trace/ext/formats.js';
import * as opentracing from 'opentracing';

// dd-trace's objects are opentracing's, as its declarations promise.
const initialised: opentracing.Tracer = tracer.init();
export const global: void = opentracing.initGlobalTracer(initialised);
const span: Span = tracer.startSpan('a', { childOf: null, tags: { a: 1 }, references: [] });
export const asSpan: opentracing.Span = span.setTag('a', 1).addTags({ b: 2 }).log({ event: 'a' });
const context: SpanContext = span.context();
export const asContext: opentracing.SpanContext = context;
export const child = tracer.startSpan('b', { childOf: context, references: [opentracing.followsFrom(context)] });
tracer.inject(span, opentracing.FORMAT_HTTP_HEADERS, {});
tracer.inject(span, formats.TEXT_MAP, {});
export const extracted: string | undefined = tracer.extract(opentracing.FORMAT_TEXT_MAP, {})?.toTraceparent();

// What it declares under names that opentracing's Tracer may have as well.
export const traced: number = tracer.trace('a', (active: Span) => active.context().toSpanId().length);
export const tracedBack: string = tracer.trace('a', (_active: Span, done: (error?: Error) => void) => {
  done(new Error('a'));
  return 'b';
});
export const tracedWith: Promise<void> = tracer.trace('a', { resource: 'b' }, async (active) => active?.finish());
export const wrapped: (a: number) => string = tracer.wrap('a', (a: number) => String(a));
export const wrappedWith: (a: number) => string = tracer.wrap('a', { service: 'b' }, (a: number) => String(a));
export const ofArguments = tracer.wrap(
  'a',
  (a: number) => ({ service: String(a) }),
  (a: number) => a,
);
export const baggage: string | undefined = tracer.getBaggageItem('a');

/** What takes any tracer takes dd-trace's. */
export function take(any: opentracing.Tracer): opentracing.Span {
  return any.startSpan('a', { childOf: any.extract(opentracing.FORMAT_HTTP_HEADERS, {}) ?? undefined });
}
export const taken: opentracing.Span = take(tracer satisfies Tracer);
