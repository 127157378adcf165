import { b3Multi as b3MultiPropagator } from '@spanwise/tracer';

import { b3Multi, requests } from './headers.mjs';
import { spanwiseRoundTrip } from './spanwise.mjs';

export async function prepare() {
  return { operation: spanwiseRoundTrip([b3MultiPropagator], requests(b3Multi)) };
}
