// Express middleware that keeps the span of the request active.
const { globalTracer, FORMAT_HTTP_HEADERS, Tags } = require('opentracing');

const tracer = globalTracer();

/** Express middleware; `app.use` it before what parses bodies, and before the routes. */
exports.traceRequests = function traceRequests(request, response, next) {
  const span = tracer.startSpan(`HTTP ${request.method}`, {
    childOf: tracer.extract(FORMAT_HTTP_HEADERS, request.headers),
    ignoreActiveSpan: true,
    tags: { [Tags.SPAN_KIND]: Tags.SPAN_KIND_RPC_SERVER },
  });
  tracer.scopeManager.run(span, true, (scope) => {
    response.once('close', () => {
      span.setTag(Tags.HTTP_STATUS_CODE, response.statusCode);
      if (response.statusCode >= 500) span.setTag(Tags.ERROR, true);
      scope.close(); // finishes the span, too
    });
    next();
  });
};
