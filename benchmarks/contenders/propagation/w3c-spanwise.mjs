import { w3cTraceContext } from '@spanwise/tracer';

import { requests, traceparent } from './headers.mjs';
import { spanwiseRoundTrip } from './spanwise.mjs';

export async function prepare() {
  return { operation: spanwiseRoundTrip([w3cTraceContext], requests(traceparent)) };
}
