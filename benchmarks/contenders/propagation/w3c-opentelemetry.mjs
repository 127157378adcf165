import { openTelemetry2 } from '../opentelemetry-packages.mjs';
import { requests, traceparent } from './headers.mjs';
import { openTelemetryRoundTrip } from './opentelemetry.mjs';

export const prepare = async () => w3c(await openTelemetry2());

export function w3c(openTelemetry) {
  const propagator = new openTelemetry.W3CTraceContextPropagator();
  return openTelemetryRoundTrip(openTelemetry, propagator, requests(traceparent));
}
