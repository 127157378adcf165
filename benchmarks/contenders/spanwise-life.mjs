import { createTracer } from '@spanwise/tracer';

/** Root and child, six tags, one log, through the given recorder, sampled as by default (all of it) unless told otherwise. */
export function spanwiseLife(recorder, options = {}) {
  const tracer = createTracer({ serviceName: 'bench', recorders: [recorder], ...options });
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
