/**
 * Root and child, six tags, one log, on any tracer with the API of OpenTracing. A process has one contender, so these calls see
 * the classes of one tracer alone.
 */
export function openTracingLife(tracer) {
  return () => {
    const root = tracer.startSpan('GET /orders/:id');
    root.setTag('span.kind', 'server');
    root.setTag('http.method', 'GET');
    root.setTag('http.url', '/orders/42');
    const child = tracer.startSpan('SELECT orders', { childOf: root });
    child.setTag('span.kind', 'client');
    child.setTag('db.type', 'sql');
    child.log({ event: 'rows', rows: 3 });
    child.finish();
    root.setTag('http.status_code', 200);
    root.finish();
    return root;
  };
}
