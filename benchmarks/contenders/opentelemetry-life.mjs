/** Root and child, six attributes, one event, through the given span processor. A span's kind is an argument here, which counts as its tag. */
export function openTelemetryLife(
  { api, TracerProvider, AlwaysOnSampler, AlwaysOffSampler },
  processor,
  sampled = true,
) {
  const { ROOT_CONTEXT, SpanKind, trace } = api;
  const sampler = sampled ? new AlwaysOnSampler() : new AlwaysOffSampler();
  const tracer = new TracerProvider({ sampler, spanProcessors: [processor] }).getTracer('bench');
  return () => {
    const root = tracer.startSpan('GET /orders/:id', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
    root.setAttribute('http.method', 'GET');
    root.setAttribute('http.url', '/orders/42');
    const child = tracer.startSpan('SELECT orders', { kind: SpanKind.CLIENT }, trace.setSpan(ROOT_CONTEXT, root));
    child.setAttribute('db.type', 'sql');
    child.addEvent('rows', { rows: 3 });
    child.end();
    root.setAttribute('http.status_code', 200);
    root.end();
    return root;
  };
}

/** A span processor that hands finished spans to a function. */
export function onEnd(end) {
  return { onStart() {}, onEnd: end, forceFlush: async () => {}, shutdown: async () => {} };
}
