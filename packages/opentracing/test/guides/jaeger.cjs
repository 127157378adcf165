// A tracer written for npm opentracing; shown by docs/coming-from-npm-opentracing.md.
const { initTracer } = require('jaeger-client');
const { globalTracer, initGlobalTracer } = require('opentracing');
const { AsyncLocalStorageScopeManager } = require('opentracing/scope-managers/async-local-storage');

const tracer = initTracer(
  { serviceName: 'orders', sampler: { type: 'const', param: 1 } },
  { reporter: { report: (span) => reported.push(span), setProcess() {}, close: (done) => done?.() } },
);
initGlobalTracer(tracer);
globalTracer().scopeManager = new AsyncLocalStorageScopeManager();

const reported = [];

globalTracer()
  .withActiveSpan('outer', () => globalTracer().withActiveSpan('inner', async () => {}))
  .then(() => globalTracer().close())
  .then(() => {
    const [inner, outer] = reported;
    const names = reported.map((span) => span.operationName);
    console.log(JSON.stringify({ names, child: inner.context().parentIdStr === outer.context().spanIdStr }));
  });
