import { openTelemetry2 } from '../opentelemetry-packages.mjs';
import { malformedRequests, malformedTraceparents } from './headers.mjs';
import { openTelemetryExtract } from './opentelemetry.mjs';

export const prepare = async () => w3cMalformed(await openTelemetry2());

export function w3cMalformed(openTelemetry) {
  const propagator = new openTelemetry.W3CTraceContextPropagator();
  return openTelemetryExtract(openTelemetry, propagator, malformedRequests('traceparent', malformedTraceparents));
}
