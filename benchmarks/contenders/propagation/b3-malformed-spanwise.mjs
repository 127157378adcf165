import { b3Single } from '@spanwise/tracer';

import { malformedB3, malformedRequests } from './headers.mjs';
import { spanwiseExtract } from './spanwise.mjs';

export async function prepare() {
  return { operation: spanwiseExtract([b3Single], malformedRequests('b3', malformedB3)) };
}
