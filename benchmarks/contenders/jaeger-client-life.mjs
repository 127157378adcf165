import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const versions = { 'jaeger-client': require('jaeger-client/package.json').version };

/** Root and child, six tags, one log, reported to the given function. */
export function jaegerClientLife(report, sampled = true) {
  const { Tracer, ConstSampler } = require('jaeger-client');
  const reporter = {
    report,
    setProcess() {},
    close(done) {
      done?.();
    },
  };
  const tracer = new Tracer('bench', reporter, new ConstSampler(sampled));
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
