import { W3CTraceContextPropagator } from '@opentelemetry/core';

import { malformedRequests, malformedTraceparents } from './headers.mjs';
import { openTelemetryExtract, versions } from './opentelemetry.mjs';

export async function prepare() {
  return {
    versions,
    operation: openTelemetryExtract(
      new W3CTraceContextPropagator(),
      malformedRequests('traceparent', malformedTraceparents),
    ),
  };
}
