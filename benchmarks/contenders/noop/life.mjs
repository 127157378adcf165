/** What an instrumented library does on a tracer that does nothing: root and child, six tags, one log, inject, both finished. */
export function noopLife(tracer) {
  const headers = { host: 'localhost' };
  return () => {
    const root = tracer.startSpan('GET /orders/:id');
    root.setTag('span.kind', 'server');
    root.setTag('http.method', 'GET');
    root.setTag('http.url', '/orders/42');
    const child = tracer.startSpan('SELECT orders', { childOf: root });
    child.setTag('span.kind', 'client');
    child.setTag('db.type', 'sql');
    child.log({ event: 'rows', rows: 3 });
    tracer.inject(child.context(), 'http_headers', headers);
    child.finish();
    root.setTag('http.status_code', 200);
    root.finish();
    return root === child ? 1 : 2;
  };
}
