import { openTelemetry2 } from '../opentelemetry-packages.mjs';
import { malformedB3, malformedRequests } from './headers.mjs';
import { openTelemetryExtract } from './opentelemetry.mjs';

export const prepare = async () => b3Malformed(await openTelemetry2());

export function b3Malformed(openTelemetry) {
  const { B3InjectEncoding, B3Propagator } = openTelemetry;
  const propagator = new B3Propagator({ injectEncoding: B3InjectEncoding.SINGLE_HEADER });
  return openTelemetryExtract(openTelemetry, propagator, malformedRequests('b3', malformedB3));
}
