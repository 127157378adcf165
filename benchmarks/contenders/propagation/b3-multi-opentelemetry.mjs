import { openTelemetry2 } from '../opentelemetry-packages.mjs';
import { b3Multi, requests } from './headers.mjs';
import { openTelemetryRoundTrip } from './opentelemetry.mjs';

export const prepare = async () => b3InSeveral(await openTelemetry2());

export function b3InSeveral(openTelemetry) {
  const { B3InjectEncoding, B3Propagator } = openTelemetry;
  const propagator = new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER });
  return openTelemetryRoundTrip(openTelemetry, propagator, requests(b3Multi));
}
