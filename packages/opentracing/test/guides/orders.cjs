// Code as people have it: written for npm opentracing. docs/coming-from-npm-opentracing.md shows it.
const { globalTracer, FORMAT_HTTP_HEADERS, Tags } = require('opentracing');

const tracer = globalTracer();

/** An Express handler. */
exports.listOrders = async function listOrders(request, response) {
  const span = tracer.startSpan('GET /orders', { childOf: tracer.extract(FORMAT_HTTP_HEADERS, request.headers) });
  span.setTag(Tags.SPAN_KIND, Tags.SPAN_KIND_RPC_SERVER);
  span.setBaggageItem('tenant', request.headers['x-tenant'] || 'nobody');
  try {
    response.end(JSON.stringify(await priceOrders(span)));
  } catch (error) {
    span.setTag(Tags.ERROR, true);
    span.log({ event: 'error', 'error.object': error });
    response.statusCode = 500;
    response.end();
  } finally {
    span.finish();
  }
};

async function priceOrders(parent) {
  const span = tracer.startSpan('price orders', { childOf: parent });
  span.setTag('orders', 3);
  const headers = {};
  tracer.inject(span, FORMAT_HTTP_HEADERS, headers);
  try {
    const answer = await exports.ask('http://prices/', { headers });
    return { total: answer.total, tenant: span.getBaggageItem('tenant') };
  } finally {
    span.finish();
  }
}

/** The call to the other service; replaced in tests. */
exports.ask = async (url, options) => (await fetch(url, options)).json();
