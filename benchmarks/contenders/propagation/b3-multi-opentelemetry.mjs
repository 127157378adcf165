import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';

import { b3Multi, requests } from './headers.mjs';
import { openTelemetryRoundTrip, versions } from './opentelemetry.mjs';

export async function prepare() {
  return {
    versions,
    operation: openTelemetryRoundTrip(
      new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
      requests(b3Multi),
    ),
  };
}
