import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export async function prepare() {
  const { Tracer, ConstSampler } = require('jaeger-client');
  let sum = 0;
  const reporter = {
    report: (span) => (sum = (sum + span.context().spanId[7] + span.operationName.length) | 0),
    setProcess() {},
    close(done) {
      done?.();
    },
  };
  const tracer = new Tracer('bench', reporter, new ConstSampler(true));
  return {
    versions: { 'jaeger-client': require('jaeger-client/package.json').version },
    operation() {
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
      return sum;
    },
  };
}
