import { onEnd } from '../opentelemetry-life.mjs';
import { exchanges } from './exchanges.mjs';

/** Finished spans, as OpenTelemetry's tracer makes them. */
export function openTelemetrySpans({ api, TracerProvider, AlwaysOnSampler, resourceFromAttributes }) {
  const { ROOT_CONTEXT, SpanKind, trace } = api;
  const spans = [];
  const processor = onEnd((span) => spans.push(span));
  const resource = resourceFromAttributes({ 'service.name': 'bench' });
  const provider = new TracerProvider({ resource, sampler: new AlwaysOnSampler(), spanProcessors: [processor] });
  const tracer = provider.getTracer('bench');
  for (const { server, client } of exchanges) {
    const root = tracer.startSpan(server.name, { kind: SpanKind.SERVER, attributes: server.tags }, ROOT_CONTEXT);
    root.addEvent(server.event.name, { user: server.event.user });
    const parent = trace.setSpan(ROOT_CONTEXT, root);
    tracer.startSpan(client.name, { kind: SpanKind.CLIENT, attributes: client.tags }, parent).end();
    root.end();
  }
  return spans;
}
