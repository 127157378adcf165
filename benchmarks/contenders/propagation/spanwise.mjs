import { createTracer } from '@spanwise/tracer';

import { otherHeaders } from './headers.mjs';

const format = 'http_headers';

/** Extracts from each request in turn, and injects each of as many spans' contexts into a request of our own. */
export function spanwiseRoundTrip(propagators, requests) {
  const tracer = tracerWith(propagators);
  const contexts = requests.map(() => tracer.startSpan('bench').context());
  const outgoing = { ...otherHeaders };
  let turn = 0;
  return () => {
    const at = turn++ & 15;
    const context = tracer.extract(format, requests[at]);
    tracer.inject(contexts[at], format, outgoing);
    return context === null ? 1 : 2;
  };
}

/** Extracts from each request in turn. */
export function spanwiseExtract(propagators, requests) {
  const tracer = tracerWith(propagators);
  let turn = 0;
  return () => (tracer.extract(format, requests[turn++ & 15]) === null ? 1 : 2);
}

function tracerWith(propagators) {
  return createTracer({ serviceName: 'bench', recorders: [{ finish() {} }], ...(propagators && { propagators }) });
}
