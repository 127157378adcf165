// The handler of orders.cjs with what is new.
const { globalTracer, FORMAT_HTTP_HEADERS, Tags } = require('opentracing');

const tracer = globalTracer();

/** An Express handler; hand what it rejects with to `next`. */
exports.listOrders = function listOrders(request, response) {
  const options = {
    childOf: tracer.extract(FORMAT_HTTP_HEADERS, request.headers),
    tags: { [Tags.SPAN_KIND]: Tags.SPAN_KIND_RPC_SERVER },
  };
  return tracer.withActiveSpan('GET /orders', options, async (span) => {
    span.setBaggageItem('tenant', request.headers['x-tenant'] || 'nobody');
    response.end(JSON.stringify(await priceOrders()));
  });
};

function priceOrders() {
  return tracer.withActiveSpan('price orders', { tags: { orders: 3 } }, async (span) => {
    const headers = {};
    tracer.inject(span, FORMAT_HTTP_HEADERS, headers);
    const answer = await exports.ask('http://prices/', { headers });
    return { total: answer.total, tenant: span.getBaggageItem('tenant') };
  });
}

/** The call to the other service; replaced in tests. */
exports.ask = async (url, options) => (await fetch(url, options)).json();
