// Tests as people have them; run by node --test over npm opentracing and over this package.
const assert = require('node:assert');
const test = require('node:test');
const { initGlobalTracer, MockTracer } = require('opentracing');
const orders = require('./orders.cjs');

// npm's MockTracer throws in inject and extract.
class TestTracer extends MockTracer {
  _inject() {}
  _extract() {
    return null;
  }
}

test('prices are asked for in a span of their own', async () => {
  const tracer = new TestTracer();
  initGlobalTracer(tracer);
  orders.ask = async () => ({ total: 7 });
  await orders.listOrders({ headers: {} }, { end() {} });
  const report = tracer.report();
  assert.deepStrictEqual([report.spans.length, report.unfinishedSpans.length], [2, 0]);
  assert.strictEqual(report.firstSpanWithTagValue('orders', 3).operationName(), 'price orders');
});

test('a failure is tagged', async () => {
  const tracer = new TestTracer();
  initGlobalTracer(tracer);
  orders.ask = () => Promise.reject(new Error('no prices'));
  const response = { end() {} };
  await orders.listOrders({ headers: {} }, response);
  assert.strictEqual(response.statusCode, 500);
  assert.strictEqual(tracer.report().firstSpanWithTagValue('error', true).operationName(), 'GET /orders');
});
