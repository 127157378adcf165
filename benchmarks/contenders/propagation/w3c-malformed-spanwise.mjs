import { w3cTraceContext } from '@spanwise/tracer';

import { malformedRequests, malformedTraceparents } from './headers.mjs';
import { spanwiseExtract } from './spanwise.mjs';

export async function prepare() {
  return { operation: spanwiseExtract([w3cTraceContext], malformedRequests('traceparent', malformedTraceparents)) };
}
