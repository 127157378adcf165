import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';

import { malformedB3, malformedRequests } from './headers.mjs';
import { openTelemetryExtract, versions } from './opentelemetry.mjs';

export async function prepare() {
  return {
    versions,
    operation: openTelemetryExtract(
      new B3Propagator({ injectEncoding: B3InjectEncoding.SINGLE_HEADER }),
      malformedRequests('b3', malformedB3),
    ),
  };
}
