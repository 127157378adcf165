import { W3CTraceContextPropagator } from '@opentelemetry/core';

import { requests, traceparent } from './headers.mjs';
import { openTelemetryRoundTrip, versions } from './opentelemetry.mjs';

export async function prepare() {
  return { versions, operation: openTelemetryRoundTrip(new W3CTraceContextPropagator(), requests(traceparent)) };
}
