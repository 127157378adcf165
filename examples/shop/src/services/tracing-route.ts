import { init } from '@spanwise/node';
import { SpanwiseTracer } from '@spanwise/tracer';

import type { Route } from './json-server.ts';

/** `GET /debug/tracing`: the counters of this process's tracer, so that a test can see that they add up. */
export const tracingRoute: Route = {
  method: 'GET',
  path: /^\/debug\/tracing$/,
  handler: async () => ({ status: 200, body: tracingStats() }),
};

function tracingStats(): unknown {
  const { tracer } = init();
  return tracer instanceof SpanwiseTracer ? tracer.stats() : {};
}
