const assert = require('node:assert');
const test = require('node:test');
const { initGlobalTracer, FORMAT_HTTP_HEADERS, MockTracer } = require('opentracing');
const { AsyncLocalStorageScopeManager } = require('opentracing/scope-managers/async-local-storage');
const orders = require('./orders-with-scopes.cjs');

test('prices are asked for in a child of the request', async () => {
  const tracer = new MockTracer(new AsyncLocalStorageScopeManager());
  initGlobalTracer(tracer);
  let sent;
  orders.ask = async (_url, { headers }) => {
    sent = tracer.extract(FORMAT_HTTP_HEADERS, headers);
    return { total: 7 };
  };
  await orders.listOrders({ headers: { 'x-tenant': 'acme' } }, { end() {} });
  const [pricing, request] = tracer.finishedSpans();
  assert.strictEqual(pricing.parentId(), request.uuid());
  assert.strictEqual(sent.toSpanId(), pricing.context().toSpanId());
  assert.deepStrictEqual(sent.baggage, { tenant: 'acme' });
});

test('a failure is tagged in both spans, and thrown on', async () => {
  const tracer = new MockTracer(new AsyncLocalStorageScopeManager());
  initGlobalTracer(tracer);
  orders.ask = () => Promise.reject(new Error('no prices'));
  await assert.rejects(orders.listOrders({ headers: {} }, {}), /no prices/);
  for (const span of tracer.finishedSpans()) {
    assert.strictEqual(span.tags().error, true);
    assert.strictEqual(span.logs().at(-1).fields.message, 'no prices');
  }
});
