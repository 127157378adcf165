import { b3Single } from '@spanwise/tracer';

import { b3, requests } from './headers.mjs';
import { spanwiseRoundTrip } from './spanwise.mjs';

export async function prepare() {
  return { operation: spanwiseRoundTrip([b3Single], requests(b3)) };
}
